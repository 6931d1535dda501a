// What all tables share: numbers as text, titles and notes, and columns as CSV and JSON. Which
// columns a table has is decided in that table's own file.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/columns.hpp"

namespace mlpgrid {

/// Numbers as people read them; "-" for NaN. mean_text(): "0.8907 ± 0.0106".
[[nodiscard]] std::string score_text(double score);
[[nodiscard]] std::string mean_text(double mean, double deviation);
[[nodiscard]] std::string mean_text(const Ranking& ranking, std::size_t config);
[[nodiscard]] std::string seconds_text(double seconds);

/// "TITLE: accuracy, 3 folds, 9 configs".
[[nodiscard]] std::string title_of(const ResultsFile& results);

/// What a reader of any table of this run has to know, a sentence each: fits that are missing or
/// collapsed, classes that training rows lack, scores that are undefined.
[[nodiscard]] std::vector<std::string> notes_of(const ResultsFile& results);

/// Whether the axis has more than one value; whether configs share fits; whether a column holds
/// numbers, not text.
[[nodiscard]] bool is_varied(const ParamColumn& param);
[[nodiscard]] bool has_aliases(const RunDescription& run);
[[nodiscard]] bool is_number(const TableColumn& column);

/// The names of the axes that get a column: those that vary or, where none does, those that say
/// what kind of network it is.
[[nodiscard]] std::vector<std::string> shown_axes(const RunDescription& run);

/// The rows `order` of the columns as CSV under a line of names; NaN is an empty cell.
[[nodiscard]] std::string columns_csv(const std::vector<TableColumn>& columns,
                                      const std::vector<std::size_t>& order);

/// Adds each column to `all` as a list, so that pandas.DataFrame(json.load(f)) takes it; NaN is
/// null. cell_json() is one cell of such a list.
void add_columns_json(nlohmann::ordered_json& all, const std::vector<TableColumn>& columns,
                      const std::vector<std::size_t>& order);
[[nodiscard]] nlohmann::ordered_json cell_json(const TableColumn& column, std::size_t row);

}  // namespace mlpgrid
