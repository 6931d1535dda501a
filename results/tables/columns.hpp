// A run's results as named columns, one value per config, under the names of cv_results_. Which of
// them are shown, and how, is table.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "results/analysis/quantities.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

struct TableColumn {
  std::string name;
  std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::string>> values;
  std::string heading = {};  // in tables for people; empty: the name
};

/// The columns mean_fit_time, ..., param_*, splitN_test_score, mean_test_score, std_test_score,
/// rank_test_score, the train_score counterparts of these, test_score (where there is a test set),
/// elementwise_accuracy and collapsed (classes only), n_iter, status, alias_of, config, label.
/// Means of times and n_iter are over the folds that ran.
[[nodiscard]] std::vector<TableColumn> result_columns(const ResultsFile& results);

/// The column of this name or, if there is none, this heading; blanks are ignored and dashes count
/// as underscores. The reference points into `columns`. Throws std::invalid_argument that lists the
/// names.
[[nodiscard]] const TableColumn& find_column(const std::vector<TableColumn>& columns,
                                             std::string_view name);

/// The column's heading in tables for people. Points into `column`.
[[nodiscard]] const std::string& heading_of(const TableColumn& column);

/// Appends the columns mean_of_QUANTITY, std_of_, min_of_, max_of_, successes, success_fits and
/// success_share to `columns`.
void add_success_columns(std::vector<TableColumn>& columns, const Condition& condition,
                         const SuccessCounts& counts);

/// Whether find_column() would find a column of this name.
[[nodiscard]] bool has_column(const std::vector<TableColumn>& columns, const std::string& name);

/// Sorts `rows`, which are indices into the column, in place: scores best first, all else
/// ascending, NaN last, ties in their old order.
void sort_rows(std::vector<std::size_t>& rows, const TableColumn& by);

/// All configs in the order of `column`, with ties by rank, then by number; an empty name means by
/// rank.
[[nodiscard]] std::vector<std::size_t> row_order(const ResultsFile& results,
                                                 const std::vector<TableColumn>& columns,
                                                 const std::string& column);

/// The value as text: numbers in their shortest form that reads back equal, NaN as "".
[[nodiscard]] std::string cell_text(const TableColumn& column, std::size_t config);

/// How the fits of a config ended: "converged", "diverged 1/3", "converged 2/3, max_epochs 1/3",
/// and whether they collapsed: "max_epochs, collapsed", "converged, collapsed 2/3".
[[nodiscard]] std::string status_summary(const ResultsFile& results, std::size_t config);

/// The number of fits of a config that give every held-out row the same class.
[[nodiscard]] std::size_t collapsed_folds(const ResultsFile& results, std::size_t config);

}  // namespace mlpgrid
