// What goes into the tables: the ranking, the pivot, and the machine-readable forms. Columns come
// from table_columns, layout from table_render.
#include "results/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "results/table_columns.hpp"
#include "results/table_render.hpp"

namespace mlpgrid {
namespace {

using nlohmann::ordered_json;

std::string score_text(double score) {
  if (std::isnan(score)) return "-";
  const double size = std::abs(score);
  const bool fixed = score == 0.0 || (size >= 1e-3 && size < 1e5);
  return fixed ? fmt::format("{:.4f}", score) : fmt::format("{:.4g}", score);
}

std::string mean_text(const Ranking& ranking, std::size_t config) {
  if (std::isnan(ranking.mean_test_score[config])) return "-";
  return fmt::format("{} ± {}", score_text(ranking.mean_test_score[config]),
                     score_text(ranking.std_test_score[config]));
}

std::string seconds_text(double seconds) {
  if (std::isnan(seconds)) return "-";
  return seconds < 10.0 ? fmt::format("{:.3f}", seconds) : fmt::format("{:.1f}", seconds);
}

std::string title_of(const ResultsFile& results) {
  const std::size_t folds = results.run.n_folds();
  const std::size_t configs = results.run.n_configs();
  return fmt::format("{}: {}, {} fold{}, {} config{}", results.run.title, results.run.scoring,
                     folds, folds == 1 ? "" : "s", configs, configs == 1 ? "" : "s");
}

std::string note_of(const ResultsFile& results) {
  if (results.complete) return {};
  std::size_t done = 0;
  std::size_t all = 0;
  const std::size_t folds = results.run.n_folds();
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    const std::size_t config = i / folds;
    if (results.run.alias_of[config] != static_cast<std::int32_t>(config)) continue;
    ++all;
    if (results.status[i] != RunStatus::not_run) ++done;
  }
  return fmt::format("Incomplete: {} of {} fits are there{}; --resume runs what is missing.", done,
                     all, done == all ? ", the refit is not" : "");
}

bool is_varied(const ParamColumn& param) {
  return std::visit(
      [](const auto& values) {
        return std::ranges::any_of(values,
                                   [&](const auto& value) { return value != values.front(); });
      },
      param.values);
}

// The axes worth a column; where nothing varies, the ones that say what kind of net it is.
std::vector<std::string> shown_axes(const RunDescription& run) {
  std::vector<std::string> axes;
  for (const ParamColumn& param : run.params) {
    if (is_varied(param)) axes.push_back(param.name);
  }
  if (!axes.empty()) return axes;
  for (const char* usual : {"hidden_layer_sizes", "activation", "solver"}) {
    if (std::ranges::find(run.params, usual, &ParamColumn::name) != run.params.end()) {
      axes.emplace_back(usual);
    }
  }
  return axes;
}

bool is_number(const TableColumn& column) {
  return !std::holds_alternative<std::vector<std::string>>(column.values);
}

TextTable ranking_table(const ResultsFile& results, const std::vector<TableColumn>& columns,
                        const std::vector<std::size_t>& order) {
  const RunDescription& run = results.run;
  TextTable table;
  table.title = title_of(results);
  table.note = note_of(results);
  table.rows.resize(order.size());
  const auto add = [&](const std::string& heading, bool right_aligned, auto cell) {
    table.columns.push_back({heading, right_aligned});
    for (std::size_t i = 0; i < order.size(); ++i) table.rows[i].push_back(cell(order[i]));
  };
  const auto numbers = [&](const char* name) -> const std::vector<double>& {
    return std::get<std::vector<double>>(find_column(columns, name).values);
  };
  bool has_aliases = false;
  for (std::size_t i = 0; i < run.n_configs(); ++i) {
    has_aliases = has_aliases || run.alias_of[i] != static_cast<std::int32_t>(i);
  }

  add("rank", true,
      [&](std::size_t i) { return fmt::format("{}", results.ranking.rank_test_score[i]); });
  if (has_aliases) add("config", true, [](std::size_t i) { return fmt::format("{}", i); });
  for (const std::string& axis : shown_axes(run)) {
    const TableColumn& column = find_column(columns, "param_" + axis);
    add(axis, is_number(column), [&](std::size_t i) { return cell_text(column, i); });
  }
  add("mean_test_score", true, [&](std::size_t i) { return mean_text(results.ranking, i); });
  if (!results.test_score.empty()) {
    add("test_score", true, [&](std::size_t i) { return score_text(numbers("test_score")[i]); });
  }
  add("n_iter", true, [&](std::size_t i) {
    const double mean = numbers("n_iter")[i];
    return std::isnan(mean) ? std::string("-") : fmt::format("{:.1f}", mean);
  });
  add("fit time (s)", true,
      [&](std::size_t i) { return seconds_text(numbers("mean_fit_time")[i]); });
  add("status", false, [&](std::size_t i) { return status_summary(results, i); });
  if (has_aliases) {
    add("alias", false, [&](std::size_t i) {
      const bool is_alias = run.alias_of[i] != static_cast<std::int32_t>(i);
      return is_alias ? fmt::format("= config {}", run.alias_of[i]) : std::string();
    });
  }
  const std::int32_t best = results.ranking.best();
  const auto place = std::ranges::find(order, static_cast<std::size_t>(best));
  if (best >= 0 && place != order.end()) table.best_row = static_cast<int>(place - order.begin());
  return table;
}

ordered_json cell_json(const TableColumn& column, std::size_t config) {
  return std::visit([&](const auto& values) -> ordered_json { return values[config]; },
                    column.values);
}

ordered_json params_json(const std::vector<TableColumn>& columns, std::size_t config) {
  constexpr std::string_view kPrefix = "param_";
  ordered_json params = ordered_json::object();
  for (const TableColumn& column : columns) {
    if (!column.name.starts_with(kPrefix)) continue;
    params[column.name.substr(kPrefix.size())] = cell_json(column, config);
  }
  return params;
}

std::string csv_quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string ranking_csv(const std::vector<TableColumn>& columns,
                        const std::vector<std::size_t>& order) {
  std::vector<std::string> cells = {"params"};
  for (const TableColumn& column : columns) cells.push_back(csv_quoted(column.name));
  std::string out = fmt::format("{}\n", fmt::join(cells, ","));
  for (const std::size_t config : order) {
    cells = {csv_quoted(params_json(columns, config).dump())};
    for (const TableColumn& column : columns)
      cells.push_back(csv_quoted(cell_text(column, config)));
    out += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return out;
}

// cv_results_ as it is: a list per column, so that pandas.DataFrame(json.load(f)) takes it.
std::string ranking_json(const std::vector<TableColumn>& columns,
                         const std::vector<std::size_t>& order) {
  ordered_json all;
  all["params"] = ordered_json::array();
  for (const std::size_t config : order) all["params"].push_back(params_json(columns, config));
  for (const TableColumn& column : columns) {
    ordered_json& list = all[column.name] = ordered_json::array();
    for (const std::size_t config : order) list.push_back(cell_json(column, config));
  }
  return all.dump(2) + "\n";
}

// Two axes crossed; of the configs that share a cell the best ranked one stands there.
struct Pivot {
  const TableColumn* row_axis;
  const TableColumn* column_axis;
  std::vector<std::string> rows, columns;                     // values, in order of appearance
  std::vector<std::vector<std::optional<std::size_t>>> best;  // config
  bool has_other_axes = false;
};

const TableColumn& find_axis(const RunDescription& run, const std::vector<TableColumn>& columns,
                             std::string name) {
  std::ranges::replace(name, '-', '_');
  if (std::ranges::find(run.params, name, &ParamColumn::name) == run.params.end()) {
    std::vector<std::string> known;
    for (const ParamColumn& param : run.params) known.push_back(param.name);
    throw std::invalid_argument(
        fmt::format("the run has no axis '{}'; it has {}", name, fmt::join(known, ", ")));
  }
  return find_column(columns, "param_" + name);
}

Pivot make_pivot(const ResultsFile& results, const std::vector<TableColumn>& columns,
                 const TableOptions& options) {
  Pivot pivot;
  pivot.row_axis = &find_axis(results.run, columns, options.pivot_row);
  pivot.column_axis = &find_axis(results.run, columns, options.pivot_column);
  const auto place_of = [](std::vector<std::string>& values, const std::string& value) {
    const auto found = std::ranges::find(values, value);
    const auto place = static_cast<std::size_t>(found - values.begin());
    if (found == values.end()) values.push_back(value);
    return place;
  };
  for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
    const std::size_t row = place_of(pivot.rows, cell_text(*pivot.row_axis, config));
    const std::size_t column = place_of(pivot.columns, cell_text(*pivot.column_axis, config));
    pivot.best.resize(pivot.rows.size());
    for (auto& line : pivot.best) line.resize(pivot.columns.size());
    auto& cell = pivot.best[row][column];
    const auto& ranks = results.ranking.rank_test_score;
    if (!cell || ranks[config] < ranks[*cell]) cell = config;
  }
  pivot.has_other_axes = std::ranges::any_of(results.run.params, [&](const ParamColumn& param) {
    const std::string name = "param_" + param.name;
    return is_varied(param) && name != pivot.row_axis->name && name != pivot.column_axis->name;
  });
  return pivot;
}

std::string pivot_text(const ResultsFile& results, const Pivot& pivot,
                       const TableOptions& options) {
  const auto axis_name = [](const TableColumn* axis) {
    return axis->name.substr(std::string_view("param_").size());
  };
  TextTable table;
  table.title = fmt::format("{}; {} by {}{}", title_of(results), axis_name(pivot.row_axis),
                            axis_name(pivot.column_axis),
                            pivot.has_other_axes ? ", best over the other axes" : "");
  table.note = note_of(results);
  table.columns.push_back({axis_name(pivot.row_axis), is_number(*pivot.row_axis)});
  for (const std::string& value : pivot.columns) table.columns.push_back({value, true});
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.push_back(pivot.rows[i]);
    for (const auto& config : pivot.best[i]) {
      row.push_back(config ? mean_text(results.ranking, *config) : "");
    }
  }
  return render(table, options.format, options.terminal);
}

std::string pivot_csv(const ResultsFile& results, const Pivot& pivot) {
  std::vector<std::string> cells = {csv_quoted(pivot.row_axis->name)};
  for (const std::string& value : pivot.columns) cells.push_back(csv_quoted(value));
  std::string out = fmt::format("{}\n", fmt::join(cells, ","));
  const TableColumn means{"mean_test_score", results.ranking.mean_test_score};
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    cells = {csv_quoted(pivot.rows[i])};
    for (const auto& config : pivot.best[i]) {
      cells.push_back(config ? cell_text(means, *config) : "");
    }
    out += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return out;
}

std::string pivot_json(const ResultsFile& results, const Pivot& pivot) {
  ordered_json all = ordered_json::object();
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    for (std::size_t j = 0; j < pivot.columns.size(); ++j) {
      const auto& config = pivot.best[i][j];
      all[pivot.rows[i]][pivot.columns[j]] =
          config ? ordered_json(results.ranking.mean_test_score[*config]) : ordered_json();
    }
  }
  return all.dump(2) + "\n";
}

std::string format_pivot(const ResultsFile& results, const std::vector<TableColumn>& columns,
                         const TableOptions& options) {
  if (options.pivot_row.empty() || options.pivot_column.empty() ||
      options.pivot_row == options.pivot_column) {
    throw std::invalid_argument("a pivot needs two different axes: --pivot ROWAXIS,COLAXIS");
  }
  if (!options.sort.empty() || options.top != 0) {
    throw std::invalid_argument("--pivot shows every pair: it goes without --sort and --top");
  }
  const Pivot pivot = make_pivot(results, columns, options);
  switch (options.format) {
    case TableFormat::csv:
      return pivot_csv(results, pivot);
    case TableFormat::json:
      return pivot_json(results, pivot);
    default:
      return pivot_text(results, pivot, options);
  }
}

}  // namespace

std::string format_table(const ResultsFile& results, const TableOptions& options) {
  const std::vector<TableColumn> columns = result_columns(results);
  if (!options.pivot_row.empty() || !options.pivot_column.empty()) {
    return format_pivot(results, columns, options);
  }
  std::vector<std::size_t> order = row_order(results, columns, options.sort);
  if (options.top != 0 && options.top < order.size()) order.resize(options.top);
  switch (options.format) {
    case TableFormat::csv:
      return ranking_csv(columns, order);
    case TableFormat::json:
      return ranking_json(columns, order);
    default:
      return render(ranking_table(results, columns, order), options.format, options.terminal);
  }
}

}  // namespace mlpgrid
