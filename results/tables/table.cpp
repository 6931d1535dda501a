// Decides what goes into the tables: the ranking, the pivot, and the machine-readable forms.
// Columns come from columns.cpp, layout from render.cpp.
#include "results/tables/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "results/files/csv_text.hpp"
#include "results/files/json_text.hpp"
#include "results/tables/classes.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/parts.hpp"
#include "results/tables/render.hpp"

namespace mlpgrid {
namespace {

using nlohmann::ordered_json;

const std::vector<double>& numbers_of(const std::vector<TableColumn>& columns,
                                      const std::string& name) {
  return std::get<std::vector<double>>(find_column(columns, name).values);
}

// "13/20": how many of a config's fits passed.
std::string success_text(const std::vector<TableColumn>& columns, std::size_t config) {
  return fmt::format("{}/{}", cell_text(find_column(columns, "successes"), config),
                     cell_text(find_column(columns, "success_fits"), config));
}

// Collects the columns of a ranking, one after the other.
class RankingTable {
 public:
  RankingTable(const ResultsFile& results, const std::vector<TableColumn>& columns,
               const std::vector<std::size_t>& order)
      : results_(results), columns_(columns), order_(order) {
    table_.title = title_of(results);
    table_.notes = notes_of(results);
    table_.rows.resize(order.size());
    const auto best = static_cast<std::size_t>(results.ranking.best());
    const auto place = std::ranges::find(order, best);
    if (results.ranking.best() >= 0 && place != order.end()) {
      table_.best_row = static_cast<int>(place - order.begin());
    }
  }

  void add_rank_and_axes() {
    add(heading("rank_test_score"), true,
        [&](std::size_t i) { return fmt::format("{}", results_.ranking.rank_test_score[i]); });
    if (has_aliases(results_.run)) {
      add("config", true, [](std::size_t i) { return fmt::format("{}", i); });
    }
    for (const std::string& axis : shown_axes(results_.run)) {
      const TableColumn& column = find_column(columns_, "param_" + axis);
      add(heading_of(column), is_number(column),
          [&](std::size_t i) { return cell_text(column, i); });
    }
  }

  void add_scores() {
    add("mean_test_score", true, [&](std::size_t i) { return mean_text(results_.ranking, i); });
    if (!results_.test_score.empty()) add_score("test_score", "test_score");
    // It is always the larger number, so it is shown only where it explains a collapsed fit's
    // score.
    const bool explains =
        results_.run.class_names.size() > 2 && std::ranges::any_of(order_, [&](std::size_t i) {
          return collapsed_folds(results_, i) > 0;
        });
    for (const char* name : {"elementwise_accuracy", "test_elementwise_accuracy"}) {
      if (explains && has_column(columns_, name)) add_score(name, name);
    }
  }

  void add_success(const std::string& quantity) {
    add(heading("mean_of_" + quantity), true, [&](std::size_t i) {
      return mean_text(numbers("mean_of_" + quantity)[i], numbers("std_of_" + quantity)[i]);
    });
    for (const std::string extreme : {"min", "max"}) {
      const std::string name = fmt::format("{}_of_{}", extreme, quantity);
      add_score(heading(name), name);
    }
    add(heading("success_share"), true, [&](std::size_t i) { return success_text(columns_, i); });
  }

  void add_course_of_fits() {
    add("n_iter", true, [&](std::size_t i) {
      const double mean = numbers("n_iter")[i];
      return std::isnan(mean) ? std::string("-") : fmt::format("{:.1f}", mean);
    });
    add(heading("mean_fit_time"), true,
        [&](std::size_t i) { return seconds_text(numbers("mean_fit_time")[i]); });
    add("status", false, [&](std::size_t i) { return status_summary(results_, i); });
    if (!has_aliases(results_.run)) return;
    add(heading("alias_of"), false, [&](std::size_t i) {
      const std::int32_t source = results_.run.alias_of[i];
      return source == static_cast<std::int32_t>(i) ? "" : fmt::format("= config {}", source);
    });
  }

  [[nodiscard]] TextTable done() { return std::move(table_); }

 private:
  template <class Cell>
  void add(const std::string& heading, bool right_aligned, Cell cell) {
    table_.columns.push_back({heading, right_aligned});
    for (std::size_t i = 0; i < order_.size(); ++i) table_.rows[i].push_back(cell(order_[i]));
  }
  void add_score(const std::string& heading, const std::string& name) {
    add(heading, true, [&](std::size_t i) { return score_text(numbers(name)[i]); });
  }
  [[nodiscard]] const std::vector<double>& numbers(const std::string& name) const {
    return numbers_of(columns_, name);
  }
  [[nodiscard]] const std::string& heading(const std::string& name) const {
    return heading_of(find_column(columns_, name));
  }

  const ResultsFile& results_;
  const std::vector<TableColumn>& columns_;
  const std::vector<std::size_t>& order_;
  TextTable table_;
};

TextTable ranking_table(const ResultsFile& results, const std::vector<TableColumn>& columns,
                        const std::vector<std::size_t>& order,
                        const std::optional<Condition>& success) {
  RankingTable table(results, columns, order);
  table.add_rank_and_axes();
  table.add_scores();
  if (success) table.add_success(success->quantity);
  table.add_course_of_fits();
  return table.done();
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

std::string ranking_csv(const ResultsFile& results, std::vector<TableColumn> columns,
                        const std::vector<std::size_t>& order) {
  std::vector<std::string> params;
  for (std::size_t i = 0; i < results.run.n_configs(); ++i) {
    params.push_back(json_text(params_json(columns, i)));
  }
  columns.insert(columns.begin(), {"params", std::move(params)});
  return columns_csv(columns, order);
}

// The columns as a JSON object of the form of cv_results_.
std::string ranking_json(const std::vector<TableColumn>& columns,
                         const std::vector<std::size_t>& order) {
  ordered_json all;
  all["params"] = ordered_json::array();
  for (const std::size_t config : order) all["params"].push_back(params_json(columns, config));
  add_columns_json(all, columns, order);
  return json_text(all, 2) + "\n";
}

// A table of two axes; a cell shows the best ranked of the configs with its pair of values.
struct Pivot {
  const TableColumn* row_axis;
  const TableColumn* column_axis;
  std::vector<std::string> rows, columns;                     // values, in order of appearance
  std::vector<std::vector<std::optional<std::size_t>>> best;  // config, if the pair has one
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

// For each config, which of the axis' different values it has, as a number; `values` receives these
// in order of appearance.
std::vector<std::size_t> places(const TableColumn& axis, const RunDescription& run,
                                std::vector<std::string>& values) {
  std::unordered_map<std::string, std::size_t> place_of;
  std::vector<std::size_t> places;
  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    std::string value = cell_text(axis, config);
    const auto [found, is_new] = place_of.try_emplace(value, values.size());
    if (is_new) values.push_back(std::move(value));
    places.push_back(found->second);
  }
  return places;
}

// A search over random values, which is no grid, would have the square of its configs as cells.
constexpr std::size_t kMostPivotCells = 4'000'000;

Pivot make_pivot(const ResultsFile& results, const std::vector<TableColumn>& columns,
                 const TableOptions& options) {
  Pivot pivot;
  pivot.row_axis = &find_axis(results.run, columns, options.pivot_row);
  pivot.column_axis = &find_axis(results.run, columns, options.pivot_column);
  const std::vector<std::size_t> rows = places(*pivot.row_axis, results.run, pivot.rows);
  const std::vector<std::size_t> columns_of =
      places(*pivot.column_axis, results.run, pivot.columns);
  if (pivot.rows.size() * pivot.columns.size() > kMostPivotCells) {
    throw std::invalid_argument(fmt::format(
        "--pivot {},{}: {} by {} values are too many for a table; the configs are no grid of the "
        "two",
        options.pivot_row, options.pivot_column, pivot.rows.size(), pivot.columns.size()));
  }
  pivot.best.assign(pivot.rows.size(),
                    std::vector<std::optional<std::size_t>>(pivot.columns.size()));
  const auto& ranks = results.ranking.rank_test_score;
  for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
    auto& cell = pivot.best[rows[config]][columns_of[config]];
    if (!cell || ranks[config] < ranks[*cell]) cell = config;
  }
  pivot.has_other_axes = std::ranges::any_of(results.run.params, [&](const ParamColumn& param) {
    const std::string name = "param_" + param.name;
    return is_varied(param) && name != pivot.row_axis->name && name != pivot.column_axis->name;
  });
  return pivot;
}

std::string pivot_text(const ResultsFile& results, const std::vector<TableColumn>& columns,
                       const Pivot& pivot, const TableOptions& options) {
  const auto axis_name = [](const TableColumn* axis) {
    return axis->name.substr(std::string_view("param_").size());
  };
  TextTable table;
  table.title = fmt::format("{}; {} by {}{}", title_of(results), axis_name(pivot.row_axis),
                            axis_name(pivot.column_axis),
                            pivot.has_other_axes ? ", best over the other axes" : "");
  if (options.success) table.title += fmt::format("; fits with {}", options.success->text);
  table.notes = notes_of(results);
  table.columns.push_back({axis_name(pivot.row_axis), is_number(*pivot.row_axis)});
  for (const std::string& value : pivot.columns) table.columns.push_back({value, true});
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.push_back(pivot.rows[i]);
    for (const auto& config : pivot.best[i]) {
      if (config && !options.success &&
          static_cast<std::int32_t>(*config) == results.ranking.best()) {
        table.best_row = static_cast<int>(i);
        table.best_column = static_cast<int>(row.size());
      }
      row.push_back(!config           ? ""
                    : options.success ? success_text(columns, *config)
                                      : mean_text(results.ranking, *config));
    }
  }
  return render(table, options.format, options.terminal);
}

std::string pivot_csv(const TableColumn& shown, const Pivot& pivot) {
  std::vector<std::string> cells = {pivot.row_axis->name};
  cells.insert(cells.end(), pivot.columns.begin(), pivot.columns.end());
  std::string out = csv_line(std::move(cells));
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    cells = {pivot.rows[i]};
    for (const auto& config : pivot.best[i]) {
      cells.push_back(config ? cell_text(shown, *config) : "");
    }
    out += csv_line(cells);
  }
  return out;
}

std::string pivot_json(const TableColumn& shown, const Pivot& pivot) {
  ordered_json all = ordered_json::object();
  for (std::size_t i = 0; i < pivot.rows.size(); ++i) {
    for (std::size_t j = 0; j < pivot.columns.size(); ++j) {
      const auto& config = pivot.best[i][j];
      all[pivot.rows[i]][pivot.columns[j]] = config ? cell_json(shown, *config) : ordered_json();
    }
  }
  return json_text(all, 2) + "\n";
}

std::string format_pivot(const ResultsFile& results, const std::vector<TableColumn>& columns,
                         const TableOptions& options) {
  if (options.pivot_row.empty() || options.pivot_column.empty() ||
      options.pivot_row == options.pivot_column) {
    throw std::invalid_argument("a pivot needs two different axes: --pivot ROWAXIS,COLAXIS");
  }
  if (!options.sort.empty() || options.top != 0 || options.per_class) {
    throw std::invalid_argument(
        "--pivot shows every pair: it goes without --sort, --top and --per-class");
  }
  const Pivot pivot = make_pivot(results, columns, options);
  const TableColumn& shown =
      find_column(columns, options.success ? "success_share" : "mean_test_score");
  switch (options.format) {
    case TableFormat::csv:
      return pivot_csv(shown, pivot);
    case TableFormat::json:
      return pivot_json(shown, pivot);
    default:
      return pivot_text(results, columns, pivot, options);
  }
}

}  // namespace

std::string format_table(const ResultsFile& results, const TableOptions& options) {
  std::vector<TableColumn> columns = result_columns(results);
  if (options.success) {
    if (options.per_class) throw std::invalid_argument("--per-class goes without --success");
    add_success_columns(columns, *options.success, count_successes(results, *options.success));
  }
  if (!options.pivot_row.empty() || !options.pivot_column.empty()) {
    return format_pivot(results, columns, options);
  }
  // In the order of the grid, because scripts reshape columns of cv_results_ by the sizes of the
  // axes.
  const bool is_cv_results =
      options.format == TableFormat::csv || options.format == TableFormat::json;
  const bool by_config =
      is_cv_results && options.sort.empty() && options.top == 0 && !options.per_class;
  const bool by_class =
      options.per_class && !options.sort.empty() && !has_column(columns, options.sort);
  std::vector<std::size_t> order = row_order(results, columns,
                                             by_config  ? "config"
                                             : by_class ? ""
                                                        : options.sort);
  if (options.top != 0 && options.top < order.size()) order.resize(options.top);
  if (options.per_class) return format_class_table(results, columns, order, options);
  switch (options.format) {
    case TableFormat::csv:
      return ranking_csv(results, columns, order);
    case TableFormat::json:
      return ranking_json(columns, order);
    default:
      return render(ranking_table(results, columns, order, options.success), options.format,
                    options.terminal);
  }
}

}  // namespace mlpgrid
