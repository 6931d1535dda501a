// Chooses which numbers go into the report, and their names; those of cv_results_ where it has one.
#include "results/report/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "results/class_scores.hpp"
#include "results/report/curves.hpp"
#include "results/report/pictures.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/parts.hpp"

namespace mlpgrid {
namespace {

using Json = nlohmann::ordered_json;

// The confusion matrices of the best configs are in the report, up to this many cells in all.
constexpr std::size_t kMaxCounts = 100'000;

bool is_shown(const std::string& name) {
  constexpr std::array kShown = {"mean_test_score",  "std_test_score",  "rank_test_score",
                                 "mean_train_score", "std_train_score", "test_score",
                                 "n_iter",           "mean_fit_time",   "status",
                                 "collapsed",        "alias_of",        "label"};
  return name.starts_with("param_") || std::ranges::find(kShown, name) != kShown.end();
}

Json columns_of(const ResultsFile& results) {
  Json columns = Json::object();
  for (const TableColumn& column : result_columns(results)) {
    if (!is_shown(column.name)) continue;
    std::visit([&](const auto& values) { columns[column.name] = values; }, column.values);
  }
  return columns;
}

// Per config, how many of its fits ended in each way, in the order of RunStatus.
Json endings(const ResultsFile& results) {
  const std::size_t folds = results.run.n_folds();
  Json all = Json::array();
  for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
    std::array<int, static_cast<std::size_t>(RunStatus::failed) + 1> counts{};
    for (std::size_t i = config * folds; i < (config + 1) * folds; ++i) {
      ++counts[static_cast<std::size_t>(results.status[i])];
    }
    all.push_back(counts);
  }
  return all;
}

// [config, message] of the first failed fit of each config that has one.
Json errors(const ResultsFile& results) {
  const std::size_t folds = results.run.n_folds();
  Json all = Json::array();
  for (std::size_t i = 0; i < results.error.size(); ++i) {
    const std::size_t config = i / folds;
    if (results.error[i].empty() || (!all.empty() && all.back()[0] == config)) continue;
    all.push_back({config, results.error[i]});
  }
  return all;
}

// [config, counts] of the best configs, true class by row, summed over the folds.
Json confusion(const ResultsFile& results, const std::vector<Confusion>& fits) {
  const std::size_t classes = results.run.class_names.size();
  const std::size_t size = classes * classes;
  const std::size_t folds = results.run.n_folds();
  if (fits.empty() || size > kMaxCounts) return nullptr;
  Json all = Json::array();
  for (const std::size_t config : row_order(results, {}, "")) {
    if ((all.size() + 1) * size > kMaxCounts) break;
    std::vector<std::int32_t> counts(size, 0);
    for (const ClassPair& pair : added_up(std::span(fits).subspan(config * folds, folds))) {
      counts[static_cast<std::size_t>(pair.actual) * classes +
             static_cast<std::size_t>(pair.predicted)] = pair.count;
    }
    all.push_back({config, counts});
  }
  return all;
}

std::vector<std::string> notes(const ResultsFile& results) {
  std::vector<std::string> all = notes_of(results);
  const std::size_t classes = results.run.class_names.size();
  if (classes * classes > kMaxCounts) {
    all.push_back(fmt::format(
        "The confusion matrix of {} classes has no room here; `mlpgrid table --per-class --format "
        "csv` has it.",
        classes));
  }
  return all;
}

Json provenance(const ResultsFile& results) {
  Json all = Json::object();
  for (const auto& [name, value] : results.environment) all[name] = value;
  all["version"] = results.run.version;
  all["seed"] = results.run.seed;
  all["data_sha256"] = results.run.data_sha256;
  all["schema_version"] = results.schema_version;
  return all;
}

}  // namespace

Json report_data(const ResultsFile& results) {
  const RunDescription& run = results.run;
  double total = 0.0;
  std::size_t done = 0;
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    if (results.status[i] == RunStatus::not_run) continue;
    ++done;
    const bool is_alias =
        run.alias_of[i / run.n_folds()] != static_cast<std::int32_t>(i / run.n_folds());
    if (!is_alias && results.fit_time_s[i] > 0.0) total += results.fit_time_s[i];
  }
  return {
      {"title", run.title},
      {"file", results.path.filename().string()},
      {"complete", results.complete},
      {"scoring", run.scoring},
      {"n_folds", run.n_folds()},
      {"n_repeats", std::set(run.fold_repeat.begin(), run.fold_repeat.end()).size()},
      {"n_train_rows", run.fold_train_rows.empty() ? 0 : run.fold_train_rows[0].size()},
      {"n_held_out_rows", run.fold_held_out_rows.empty() ? 0 : run.fold_held_out_rows[0].size()},
      {"fits_done", done},
      {"fit_time_s", total},
      {"columns", columns_of(results)},
      {"endings", endings(results)},
      {"errors", errors(results)},
      {"best_model",
       {{"config", results.best_config}, {"test_score", results.best_model_test_score}}},
      {"class_names", run.class_names},
      {"confusion", confusion(results, results.confusion)},
      {"test_confusion", confusion(results, results.test_confusion)},
      {"notes", notes(results)},
      {"curves", report_curves(results)},
      {"maps", report_maps(results)},
      {"reconstructions", report_reconstructions(results)},
      {"feature_names", run.feature_names},
      {"provenance", provenance(results)},
      {"experiment", run.experiment}};
}

}  // namespace mlpgrid
