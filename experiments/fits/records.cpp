// Translates between the terms of the engine and those of results/. Writing records to disk is
// results/journal/recorder.cpp's.
#include "experiments/fits/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/plan/drawings.hpp"
#include "experiments/plan/loss_floor.hpp"
#include "experiments/system/build_info.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

RunStatus run_status(FitStatus status) {
  switch (status) {
    case FitStatus::not_run:
      break;
    case FitStatus::converged:
      return RunStatus::converged;
    case FitStatus::max_epochs:
      return RunStatus::max_epochs;
    case FitStatus::early_stopped:
      return RunStatus::early_stopped;
    case FitStatus::diverged:
      return RunStatus::diverged;
  }
  return RunStatus::not_run;
}

Confusion class_pairs(const std::vector<ConfusionCount>& counts) {
  Confusion pairs;
  pairs.reserve(counts.size());
  for (const ConfusionCount& c : counts) pairs.push_back({c.actual, c.predicted, c.count});
  return pairs;
}

StoredModel stored_model(const Plan& plan, std::int32_t config, std::int32_t fold, Model model) {
  StoredModel stored;
  for (const std::size_t n : model.network.layer_sizes()) {
    stored.layer_sizes.push_back(static_cast<std::int32_t>(n));
  }
  stored.activation = name_of(model.network.activation);
  stored.output = name_of(model.network.output);
  stored.precision = name_of(model.precision);
  stored.weights = std::move(model.weights);
  stored.biases = std::move(model.biases);
  const Scaler& features = feature_scaler(plan, config, fold);
  stored.feature_shift = features.shift;
  stored.feature_divisor = features.divisor;
  const Scaler& targets = target_scaler(plan, config, fold);
  stored.target_shift = targets.shift;
  stored.target_divisor = targets.divisor;
  for (const std::int32_t c : model.network.classes) {
    stored.class_names.push_back(plan.data.dataset.class_names[static_cast<std::size_t>(c)]);
  }
  return stored;
}

// Parameters are called "w1[0,2]" and "b1[2]", without indices where a layer has one weight.
StoredTrace stored_trace(const Plan& plan, std::int32_t config, std::int32_t fold, Trace trace) {
  const std::vector<std::size_t> sizes = network_of(plan, config, fold).layer_sizes();
  StoredTrace stored;
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const bool single = sizes[l - 1] == 1 && sizes[l] == 1;
    for (std::size_t i = 0; i < sizes[l - 1]; ++i) {
      for (std::size_t j = 0; j < sizes[l]; ++j) {
        stored.names.push_back(single ? fmt::format("w{}", l) : fmt::format("w{}[{},{}]", l, i, j));
      }
    }
    for (std::size_t j = 0; j < sizes[l]; ++j) {
      stored.names.push_back(single ? fmt::format("b{}", l) : fmt::format("b{}[{}]", l, j));
    }
  }
  stored.loss = std::move(trace.loss);
  stored.parameters = std::move(trace.parameters);
  return stored;
}

// Adds no floors where configs differ in what the floor depends on: the file has one number per
// What decides the floors of a config beside its fold.
auto floor_kind(const Plan& plan, std::int32_t config) {
  const Config& c = plan.grid.configs[static_cast<std::size_t>(config)];
  return std::tuple(c.output, c.loss, plan.scaling_of[static_cast<std::size_t>(config)]);
}

// Per fold and of all configs; NaN where they differ.
void add_loss_floors(const Plan& plan, RunDescription& run) {
  std::map<decltype(floor_kind(plan, 0)), std::int32_t> kinds;  // each with its first config
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i);
    kinds.emplace(floor_kind(plan, config), config);
  }
  const auto common = [&](std::int32_t fold, const RowList& rows) {
    std::optional<double> floor;
    for (const auto& [kind, config] : kinds) {
      const double of_kind = loss_floor(plan, config, fold, rows);
      if (floor && *floor != of_kind) return kNaN;
      floor = of_kind;
    }
    return floor.value();
  };
  for (std::size_t i = 0; i < plan.folds.size(); ++i) {
    const auto fold = static_cast<std::int32_t>(i);
    run.fold_train_loss_floor.push_back(common(fold, plan.folds[i].train));
    run.fold_val_loss_floor.push_back(common(fold, plan.folds[i].held_out));
  }
  const auto is_zero = [](double floor) { return floor == 0.0; };
  if (std::ranges::all_of(run.fold_train_loss_floor, is_zero) &&
      std::ranges::all_of(run.fold_val_loss_floor, is_zero)) {
    run.fold_train_loss_floor.clear();
    run.fold_val_loss_floor.clear();
  }
}

}  // namespace

RunDescription describe_run(const Plan& plan) {
  const Experiment& e = plan.experiment;
  RunDescription run;
  run.title = e.title;
  run.experiment = experiment_text(e);
  run.version = build_info().version;
  run.seed = static_cast<std::int32_t>(e.config.training.random_state);
  run.data_sha256 = plan.data.sha256;
  run.features_sha256 = plan.data.features_sha256;
  run.scoring = name_of(*e.scoring);
  run.label = plan.grid.label;
  run.params = plan.grid.params;
  run.alias_of = plan.grid.alias_of;
  for (const Fold& fold : plan.folds) {
    run.fold_seed.push_back(static_cast<std::int32_t>(fold.seed));
    run.fold_repeat.push_back(fold.repeat);
    run.fold_train_rows.push_back(fold.train);
    run.fold_held_out_rows.push_back(fold.held_out);
  }
  add_loss_floors(plan, run);
  run.fold_missing_classes = missing_classes(plan);
  run.max_epochs = max_epochs(plan);
  run.has_test_set = !plan.data.test.empty();
  run.stops_early = std::ranges::any_of(plan.grid.configs,
                                        [](const Config& c) { return c.training.early_stopping; });
  run.refit = plan.refit;
  if (e.data.task == Task::classification) run.class_names = plan.data.dataset.class_names;
  run.feature_names = plan.data.dataset.feature_names;
  run.map = map_frame(plan);
  run.reconstruction = reconstruction_frame(plan);
  return run;
}

FitRecord make_record(const Plan& plan, std::int32_t config, std::int32_t fold, FitResult result) {
  FitRecord record;
  record.config = config;
  record.fold = fold;
  record.status = run_status(result.status);
  record.n_iter = result.n_iter;
  record.best_epoch = result.best_epoch;
  const bool diverged = result.status == FitStatus::diverged;
  record.split_test_score = diverged ? kNaN : result.held_out_score;
  record.split_train_score = diverged ? kNaN : result.train_score_final;
  record.test_score = diverged ? kNaN : result.test_score;
  record.train_loss = std::move(result.train_loss);
  record.train_score = std::move(result.train_score);
  record.val_loss = std::move(result.val_loss);
  record.val_score = std::move(result.val_score);
  record.early_stopping_score = std::move(result.early_stopping_score);
  record.confusion = class_pairs(result.held_out_confusion);
  record.test_confusion = class_pairs(result.test_confusion);
  record.fit_time_s = result.fit_seconds;
  record.score_time_s = result.score_seconds;
  record.zero_weight_share = result.zero_weight_share;
  record.mean_abs_weight = result.mean_abs_weight;
  if (result.trace) record.trace = stored_trace(plan, config, fold, std::move(*result.trace));
  if (result.model && is_drawn(plan, fold)) add_drawings(plan, *result.model, record);
  if (result.model && stores_model(plan, fold)) {
    record.model = stored_model(plan, config, fold, std::move(*result.model));
  }
  return record;
}

FitRecord failed_record(std::int32_t config, std::int32_t fold, std::string message) {
  FitRecord record;
  record.config = config;
  record.fold = fold;
  record.status = RunStatus::failed;
  record.error = std::move(message);
  for_each_fit_number([&](const FitNumber& number, auto of_record, auto) {
    using Value = std::remove_reference_t<decltype(record.*of_record)>;
    if (!number.of_any_fit) record.*of_record = std::numeric_limits<Value>::quiet_NaN();
  });
  return record;
}

}  // namespace mlpgrid
