// What the tables have in common: how numbers read, what stands above and below, and columns as CSV
// and JSON. Which columns a table has is each table's own file's.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/columns.hpp"

namespace mlpgrid {

/// Numbers for people; "-" for NaN.
[[nodiscard]] std::string score_text(double score);
[[nodiscard]] std::string mean_text(double mean, double deviation);
[[nodiscard]] std::string mean_text(const Ranking& ranking, std::size_t config);
[[nodiscard]] std::string seconds_text(double seconds);

/// "TITLE: accuracy, 3 folds, 9 configs".
[[nodiscard]] std::string title_of(const ResultsFile& results);

/// What a reader of any table of this run has to know: fits that are missing or collapsed, classes
/// that training rows lack, scores that are undefined.
[[nodiscard]] std::vector<std::string> notes_of(const ResultsFile& results);

[[nodiscard]] bool is_varied(const ParamColumn& param);
[[nodiscard]] bool has_aliases(const RunDescription& run);
[[nodiscard]] bool is_number(const TableColumn& column);

/// The axes worth a column; where nothing varies, the ones that say what kind of net it is.
[[nodiscard]] std::vector<std::string> shown_axes(const RunDescription& run);

/// The rows `order` of the columns under a line of names; NaN as an empty cell.
[[nodiscard]] std::string columns_csv(const std::vector<TableColumn>& columns,
                                      const std::vector<std::size_t>& order);

/// A list per column, so that pandas.DataFrame(json.load(f)) takes it; NaN as null.
void add_columns_json(nlohmann::ordered_json& all, const std::vector<TableColumn>& columns,
                      const std::vector<std::size_t>& order);
[[nodiscard]] nlohmann::ordered_json cell_json(const TableColumn& column, std::size_t row);

}  // namespace mlpgrid
