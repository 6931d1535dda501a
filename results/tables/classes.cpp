// Builds the table column by column: exact numbers for programs, short text for people. Layout is
// render.cpp's.
#include "results/tables/classes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <stdexcept>

#include "results/class_scores.hpp"
#include "results/files/json_text.hpp"
#include "results/tables/parts.hpp"
#include "results/tables/render.hpp"

namespace mlpgrid {
namespace {

constexpr std::string_view kAxis = "param_";

// Repeats the value of each config once per class.
TableColumn repeated(const TableColumn& column, const std::vector<std::size_t>& configs,
                     std::size_t times) {
  return std::visit(
      [&](const auto& values) {
        auto all = values;
        all.clear();
        for (const std::size_t config : configs) all.insert(all.end(), times, values[config]);
        return TableColumn{column.name, std::move(all), column.heading};
      },
      column.values);
}

std::vector<TableColumn> class_columns(const ResultsFile& results,
                                       const std::vector<TableColumn>& columns,
                                       const std::vector<std::size_t>& configs) {
  const std::vector<std::string>& names = results.run.class_names;
  std::vector<TableColumn> all;
  for (const char* name : {"rank_test_score", "config"}) {
    all.push_back(repeated(find_column(columns, name), configs, names.size()));
  }
  for (const std::string& axis : shown_axes(results.run)) {
    all.push_back(repeated(find_column(columns, "param_" + axis), configs, names.size()));
  }
  const std::size_t folds = results.run.n_folds();
  std::vector<Confusion> pooled;  // over the folds
  std::vector<std::string> classes;
  for (const std::size_t config : configs) {
    pooled.push_back(added_up(std::span(results.confusion).subspan(config * folds, folds)));
    classes.insert(classes.end(), names.begin(), names.end());
  }
  ClassScores scores = class_scores(pooled, names.size());
  all.push_back({"class", std::move(classes)});
  all.push_back({"precision", std::move(scores.precision)});
  all.push_back({"recall", std::move(scores.recall)});
  all.push_back({"f1", std::move(scores.f1)});
  all.push_back({"support", std::move(scores.support)});
  std::vector<std::vector<std::int32_t>> predicted(
      names.size(), std::vector<std::int32_t>(pooled.size() * names.size(), 0));
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    for (const ClassPair& pair : pooled[i]) {
      const std::size_t row = i * names.size() + static_cast<std::size_t>(pair.actual);
      predicted[static_cast<std::size_t>(pair.predicted)][row] = pair.count;
    }
  }
  for (std::size_t j = 0; j < names.size(); ++j) {
    all.push_back({"predicted_" + names[j], std::move(predicted[j]), "as " + names[j]});
  }
  return all;
}

TextTable class_text(const ResultsFile& results, const std::vector<TableColumn>& columns,
                     const std::vector<std::size_t>& order) {
  TextTable table;
  table.title = title_of(results);
  table.notes = notes_of(results);
  table.notes.insert(table.notes.begin(),
                     "Over the held-out rows of all folds together; 'as X' counts the rows "
                     "that were taken for class X.");
  table.rows.resize(order.size());
  for (const TableColumn& column : columns) {
    const bool is_axis = column.name.starts_with(kAxis);
    const bool is_score = !is_axis && std::holds_alternative<std::vector<double>>(column.values);
    table.columns.push_back({heading_of(column), is_number(column)});
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t row = order[i];
      table.rows[i].push_back(is_score
                                  ? score_text(std::get<std::vector<double>>(column.values)[row])
                                  : cell_text(column, row));
    }
  }
  return table;
}

}  // namespace

std::string format_class_table(const ResultsFile& results, const std::vector<TableColumn>& columns,
                               const std::vector<std::size_t>& order, const TableOptions& options) {
  if (results.confusion.empty()) {
    throw std::invalid_argument("--per-class: the run predicts values, not classes");
  }
  std::vector<std::size_t> configs;
  for (const std::size_t config : order) {
    if (results.run.alias_of[config] == static_cast<std::int32_t>(config))
      configs.push_back(config);
  }
  const std::vector<TableColumn> table = class_columns(results, columns, configs);
  std::vector<std::size_t> rows(configs.size() * results.run.class_names.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (!options.sort.empty() && !has_column(columns, options.sort)) {
    sort_rows(rows, find_column(table, options.sort));
  }
  if (options.format == TableFormat::csv) return columns_csv(table, rows);
  if (options.format == TableFormat::json) {
    nlohmann::ordered_json all;
    add_columns_json(all, table, rows);
    return json_text(all, 2) + "\n";
  }
  return render(class_text(results, table, rows), options.format, options.terminal);
}

}  // namespace mlpgrid
