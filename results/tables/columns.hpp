// A run's results as named columns, one value per config, under the names of cv_results_.
// Which of them are shown, and how, is table.cpp's.
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
  std::string heading = {};  // in tables for people, where it is not the name
};

/// mean_fit_time, ..., param_*, splitN_test_score, mean_test_score, std_test_score,
/// rank_test_score, the same of the training scores, test_score (where there is a test set),
/// elementwise_accuracy and collapsed (classes only), n_iter, status, alias_of, config, label.
/// Means of times and n_iter are over the folds that ran.
[[nodiscard]] std::vector<TableColumn> result_columns(const ResultsFile& results);

/// The column of this name or heading, blanks and dashes aside. Throws std::invalid_argument that
/// lists the names.
[[nodiscard]] const TableColumn& find_column(const std::vector<TableColumn>& columns,
                                             std::string_view name);

/// What stands above the column in tables for people.
[[nodiscard]] const std::string& heading_of(const TableColumn& column);

/// mean_of_QUANTITY, std_of_, min_of_, max_of_, successes, success_fits, success_share.
void add_success_columns(std::vector<TableColumn>& columns, const Condition& condition,
                         const SuccessCounts& counts);

/// Whether find_column() would find one.
[[nodiscard]] bool has_column(const std::vector<TableColumn>& columns, const std::string& name);

/// Sorts rows by a column, ties as they were: scores best first, all else ascending, NaN last.
void sort_rows(std::vector<std::size_t>& rows, const TableColumn& by);

/// Configs in the order of `column`, ties and an empty name by rank, then by config.
[[nodiscard]] std::vector<std::size_t> row_order(const ResultsFile& results,
                                                 const std::vector<TableColumn>& columns,
                                                 const std::string& column);

/// The value as text: numbers in their shortest form that reads back equal, NaN as "".
[[nodiscard]] std::string cell_text(const TableColumn& column, std::size_t config);

/// How the fits of a config ended: "converged", "diverged 1/3", "converged 2/3, max_epochs 1/3",
/// and whether they collapsed: "max_epochs, collapsed", "converged, collapsed 2/3".
[[nodiscard]] std::string status_summary(const ResultsFile& results, std::size_t config);

/// Fits of a config that give every held-out row the same class.
[[nodiscard]] std::size_t collapsed_folds(const ResultsFile& results, std::size_t config);

}  // namespace mlpgrid
