// Turns the cells of a grid into the columns of a results file. Reading and writing files is
// hdf5/'s.
#include "results/results_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

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

template <class T>
std::remove_reference_t<T> missing_number() {
  using Value = std::remove_reference_t<T>;
  return std::is_floating_point_v<Value> ? std::numeric_limits<Value>::quiet_NaN() : Value(0);
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
  for_each_fit_number([&](const FitNumber& number, auto of_record, auto of_file) {
    auto& values = results.*of_file;
    values = cells(grid, of_record, missing_number<decltype(FitRecord().*of_record)>());
    const bool is_there = run.has_test_set || number.kept != FitNumber::Kept::with_test_set;
    const auto is_nan = [](auto value) { return std::isnan(static_cast<double>(value)); };
    if (!is_there && std::ranges::all_of(values, is_nan)) values.clear();
  });
  results.split_test_score = grid.split_test_scores();  // of usable fits only
  results.status = cells(grid, &FitRecord::status, RunStatus::not_run);
  results.error = cells(grid, &FitRecord::error, {});
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
