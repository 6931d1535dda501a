// Columns from the cells of a grid; see the header.
#include "results/results_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlpgrid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// One field of every cell, `missing` where nothing has run.
template <class T>
std::vector<T> cells(const RecordGrid& grid, T FitRecord::*field, const T& missing) {
  std::vector<T> values;
  values.reserve(grid.cells.size());
  for (const FitRecord* cell : grid.cells) {
    values.push_back(cell != nullptr ? cell->*field : missing);
  }
  return values;
}

}  // namespace

ResultsFile collect_results(const RunDescription& run, const Environment& environment,
                            const RecordGrid& grid) {
  ResultsFile results;
  results.run = run;
  results.environment = environment;
  std::erase_if(results.environment, [](const auto& entry) { return entry.first == "version"; });
  results.schema_version = kSchemaVersion;
  results.complete = grid.complete(run);
  results.split_test_score = grid.split_test_scores();
  results.split_train_score = cells(grid, &FitRecord::split_train_score, kNaN);
  results.test_score = cells(grid, &FitRecord::test_score, kNaN);
  if (!run.has_test_set &&
      std::ranges::all_of(results.test_score, [](double score) { return std::isnan(score); })) {
    results.test_score.clear();
  }
  results.zero_weight_share = cells(grid, &FitRecord::zero_weight_share, kNaN);
  results.mean_abs_weight = cells(grid, &FitRecord::mean_abs_weight, kNaN);
  results.n_iter = cells(grid, &FitRecord::n_iter, 0);
  results.best_epoch = cells(grid, &FitRecord::best_epoch, 0);
  results.status = cells(grid, &FitRecord::status, RunStatus::not_run);
  results.error = cells(grid, &FitRecord::error, {});
  results.fit_time_s = cells(grid, &FitRecord::fit_time_s, kNaN);
  results.score_time_s = cells(grid, &FitRecord::score_time_s, kNaN);
  if (!run.class_names.empty()) {
    results.confusion = cells(grid, &FitRecord::confusion, {});
    results.test_confusion = cells(grid, &FitRecord::test_confusion, {});
  }
  if (!run.has_test_set && std::ranges::all_of(results.test_confusion, &Confusion::empty)) {
    results.test_confusion.clear();
  }
  results.ranking = rank_configs(results.split_test_score, run.n_folds());
  results.best_model_test_score = kNaN;
  if (const FitRecord* best = best_model_record(run, grid)) {
    results.best_config = best->config;
    results.best_model = best->model;
    results.best_model->fold = best->fold;
    results.best_model_test_score = best->test_score;
  }
  return results;
}

}  // namespace mlpgrid
