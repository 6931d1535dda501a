// The scores of each class, as `mlpgrid table --per-class` shows them. Computing them is
// class_scores.hpp's.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// For each config of `order` that has fits of its own a row per class: precision, recall, F1,
/// support and its row of the confusion matrix, over the held-out rows of all folds together.
/// options.sort may name one of these columns and then orders the rows of all configs. Throws
/// std::invalid_argument where the run has no classes.
[[nodiscard]] std::string format_class_table(const ResultsFile& results,
                                             const std::vector<TableColumn>& columns,
                                             const std::vector<std::size_t>& order,
                                             const TableOptions& options);

}  // namespace mlpgrid
