// Words numbers, titles and notes, and writes columns for programs. Layout for people is
// render.cpp's.
#include "results/tables/parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "results/analysis/run_notes.hpp"
#include "results/files/csv_text.hpp"

namespace mlpgrid {

using nlohmann::ordered_json;

std::string score_text(double score) {
  if (std::isnan(score)) return "-";
  const double size = std::abs(score);
  const bool fixed = score == 0.0 || (size >= 1e-3 && size < 1e5);
  return fixed ? fmt::format("{:.4f}", score) : fmt::format("{:.4g}", score);
}

std::string mean_text(double mean, double deviation) {
  if (std::isnan(mean)) return "-";
  return fmt::format("{} ± {}", score_text(mean), score_text(deviation));
}

std::string mean_text(const Ranking& ranking, std::size_t config) {
  return mean_text(ranking.mean_test_score[config], ranking.std_test_score[config]);
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

namespace {

std::string incomplete_note(const ResultsFile& results) {
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

// "19.7763", or the range from the smallest to the largest of several folds.
std::string range_text(const std::vector<double>& values) {
  const auto [low, high] = std::ranges::minmax(values);
  return low == high ? fmt::format("{:.6g}", low) : fmt::format("{:.6g} to {:.6g}", low, high);
}

}  // namespace

std::vector<std::string> notes_of(const ResultsFile& results) {
  std::vector<std::string> notes;
  if (!results.complete) notes.push_back(incomplete_note(results));
  const std::string missing =
      missing_classes_note(results.run.fold_missing_classes, results.run.class_names);
  if (!missing.empty()) notes.push_back("Warning: " + missing);
  const std::string undefined = undefined_scores_note(results);
  if (!undefined.empty()) notes.push_back("Warning: " + undefined);
  std::size_t configs = 0;
  bool in_all_folds = true;
  for (std::size_t i = 0; i < results.run.n_configs(); ++i) {
    const std::size_t folds = collapsed_folds(results, i);
    configs += folds > 0;
    in_all_folds = in_all_folds && (folds == 0 || folds == results.run.n_folds());
  }
  if (configs > 0) {
    notes.push_back(fmt::format(
        "Warning: {} of {} configs collapsed{}: they give every held-out row{} the same class.",
        configs, results.run.n_configs(), in_all_folds ? "" : " in some folds",
        in_all_folds ? "" : " there"));
  }
  const auto is_nan = [](double floor) { return std::isnan(floor); };
  if (std::ranges::any_of(results.run.fold_train_loss_floor, is_nan)) {
    notes.emplace_back(
        "Some targets are outside the range of some configs' outputs: their losses cannot reach "
        "0.");
  } else if (!results.run.fold_train_loss_floor.empty()) {
    notes.push_back(fmt::format(
        "Some targets are outside the output's range: the train loss cannot go below {}, the "
        "validation loss not below {}.",
        range_text(results.run.fold_train_loss_floor),
        range_text(results.run.fold_val_loss_floor)));
  }
  const auto changes_losses = [](const ParamColumn& param) {
    return param.name == "loss" || param.name == "output" || param.name == "target_scale";
  };
  if (std::ranges::any_of(results.run.params, changes_losses)) {
    notes.emplace_back(
        "The configs differ in what a loss is: compare their scores; losses only where loss, "
        "output "
        "and target_scale are equal.");
  }
  return notes;
}

std::string columns_csv(const std::vector<TableColumn>& columns,
                        const std::vector<std::size_t>& order) {
  std::vector<std::string> cells;
  for (const TableColumn& column : columns) cells.push_back(column.name);
  std::string out = csv_line(std::move(cells));
  for (const std::size_t row : order) {
    cells.clear();
    for (const TableColumn& column : columns) cells.push_back(cell_text(column, row));
    out += csv_line(cells);
  }
  return out;
}

ordered_json cell_json(const TableColumn& column, std::size_t row) {
  return std::visit([&](const auto& values) -> ordered_json { return values[row]; }, column.values);
}

void add_columns_json(ordered_json& all, const std::vector<TableColumn>& columns,
                      const std::vector<std::size_t>& order) {
  for (const TableColumn& column : columns) {
    ordered_json& list = all[column.name] = ordered_json::array();
    for (const std::size_t row : order) list.push_back(cell_json(column, row));
  }
}

bool is_varied(const ParamColumn& param) {
  return std::visit(
      [](const auto& values) {
        return std::ranges::any_of(values,
                                   [&](const auto& value) { return value != values.front(); });
      },
      param.values);
}

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

bool has_aliases(const RunDescription& run) {
  for (std::size_t i = 0; i < run.n_configs(); ++i) {
    if (run.alias_of[i] != static_cast<std::int32_t>(i)) return true;
  }
  return false;
}

bool is_number(const TableColumn& column) {
  return !std::holds_alternative<std::vector<std::string>>(column.values);
}

}  // namespace mlpgrid
