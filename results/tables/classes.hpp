// The scores of each class, as `mlpgrid table --per-class` shows them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// For each config of `order` (those that ran themselves) a row per class: precision, recall, F1,
/// support and a row of the confusion matrix, over the held-out rows of all folds together. A
/// column of these to sort by orders the rows of all configs. Throws std::invalid_argument where
/// the run has no classes.
[[nodiscard]] std::string format_class_table(const ResultsFile& results,
                                             const std::vector<TableColumn>& columns,
                                             const std::vector<std::size_t>& order,
                                             const TableOptions& options);

}  // namespace mlpgrid
