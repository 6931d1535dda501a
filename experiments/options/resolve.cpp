// Reads given values into an experiment and checks that they go together. What the data decide is
// added when they are loaded.
#include "experiments/options/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "engine/scoring/scores.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

using By = GivenValue::By;

void read_value(Experiment& experiment, const ExperimentOption& option, const GivenValue& value) {
  try {
    option.set(experiment, value.text);
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("{}: {}", value.where, error.what()));
  }
}

// --csv and --images choose the source, unless `data` was given with at least the same priority.
DataSource chosen_source(const GivenValues& given) {
  const ExperimentOption& option = *find_experiment_option("data");
  Experiment scratch;
  option.set(scratch, *option.default_value);
  const auto data = given.find("data");
  if (data != given.end()) read_value(scratch, option, data->second);

  DataSource source = scratch.data.source;
  const auto choose = [&](const char* file_option, DataSource of_file) {
    const auto file = given.find(file_option);
    if (file == given.end()) return;
    const bool nothing_stronger =
        data == given.end() || (data->second.by == By::file && file->second.by == By::command_line);
    if (nothing_stronger) source = of_file;
  };
  choose("images", DataSource::idx);
  choose("csv", DataSource::csv);
  return source;
}

// Whether the command line chose the source, so that what a file says of another source is dropped.
bool source_from_command_line(const GivenValues& given) {
  return std::any_of(given.begin(), given.end(), [](const auto& entry) {
    const auto& [name, value] = entry;
    return (name == "data" || name == "csv" || name == "images") && value.by == By::command_line;
  });
}

bool is_own_file(DataSource source) {
  return source == DataSource::csv || source == DataSource::idx;
}

void require(const std::string& option, const Experiment& experiment, bool is_given) {
  if (!is_given) {
    throw UsageError(
        fmt::format("data = {} needs the option {}", name_of(experiment.data.source), option));
  }
}

void check_data(const Experiment& e) {
  const DataOptions& data = e.data;
  const bool reads_inputs_only = data.task == Task::autoencoder;
  if (data.source == DataSource::csv) {
    require("csv", e, !data.csv.empty());
    require("target", e, !data.target.empty() || reads_inputs_only);
  }
  if (data.source == DataSource::idx) {
    require("images", e, !data.images.empty());
    require("labels", e, !data.labels.empty() || reads_inputs_only);
  }
  try {
    check_data_options(data);
    check_split_options(e.split, data.validation_samples > 0);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

bool watches_held_out(const Training& training) {
  const bool watches = training.patience > 0 || training.restore_best;
  return watches && training.monitor != Monitor::train_loss;
}

// Refuses values of one config that contradict each other.
void check_config(const Experiment& e, const Config& c) {
  const Training& training = c.training;
  const bool regularizes = training.regularization != Regularization::none;
  if (training.learning_rate == LearningRate::step && training.learning_rate_steps.empty()) {
    throw UsageError("learning-rate = step needs learning-rate-steps, e.g. 4000:0.001");
  }
  if (training.l1 != 0.0 && !c.in_batches()) {
    throw UsageError("l1 has no gradient at 0, which solver = lbfgs needs; use sgd or adam");
  }
  if (regularizes && training.solver != Solver::sgd) {
    throw UsageError("regularization needs solver = sgd");
  }
  if (regularizes && training.regularization_rate == 0.0) {
    throw UsageError(fmt::format("regularization = {} needs a regularization-rate above 0",
                                 name_of(training.regularization)));
  }
  if (e.trace && !c.in_batches()) throw UsageError("trace needs solver = sgd or adam");
  if (c.squared_error_gradient && !c.in_batches()) {
    throw UsageError(
        "gradient-of = squared_error needs solver = sgd or adam: a line search needs the loss's "
        "own");
  }
  if (training.stop_val_loss_sum > 0.0 && e.eval_every == 0) {
    throw UsageError("stop-val-loss-sum needs eval-every of 1 or more");
  }
  if (training.early_stopping && c.in_batches() && training.restore_best) {
    throw UsageError("early-stopping ends with the best weights already; leave out restore-best");
  }
  if (watches_held_out(training) && e.eval_every != 1) {
    throw UsageError("patience and restore-best on val_loss or val_score need eval-every = 1");
  }
}

template <class Condition>
bool any_config(const Experiment& e, Condition holds) {
  bool found = false;
  for_each_config(e, [&](const Config& config) { found = found || holds(config); });
  return found;
}

void check_training_options(const Experiment& e) {
  if (grid_size(e) > kMaxConfigs) {
    throw UsageError(
        fmt::format("the grid has more than {} configs; shorten its lists", kMaxConfigs));
  }
  bool has_steps = false;
  bool has_regularization = false;
  bool has_rate = false;
  for_each_config(e, [&](const Config& config) {
    try {
      check_config(e, config);
    } catch (const UsageError& error) {
      if (e.varied.empty()) throw;
      throw UsageError(fmt::format("{} (as for the config {})", error.what(),
                                   config_label(named_axes(e), config)));
    }
    has_steps = has_steps || config.training.learning_rate == LearningRate::step;
    has_regularization =
        has_regularization || config.training.regularization != Regularization::none;
    has_rate = has_rate || config.training.regularization_rate > 0.0;
  });
  if (!has_steps && !e.config.training.learning_rate_steps.empty()) {
    throw UsageError("learning-rate-steps needs learning-rate = step");
  }
  if (has_rate && !has_regularization) {
    throw UsageError("regularization-rate needs regularization = l1 or l2");
  }
  const long long last = std::max<long long>(e.config.training.random_state, e.split.fold_seed);
  if (last + e.repeats - 1 > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError("random-state or fold-seed plus repeats is beyond the largest seed");
  }
}

void check_features_options(const Experiment& e) {
  const bool given = !e.features_from.empty();
  if (given && e.features_layer == 0) {
    throw UsageError("features-from needs features-layer, the hidden layer to take, from 1");
  }
  if (given == (e.config.features_config < 0)) {
    throw UsageError(given ? "features-from needs features-config, e.g. 0: whose model to take"
                           : "features-config needs features-from");
  }
  if (!given && e.features_layer > 0) throw UsageError("features-layer needs features-from");
}

void check_map_options(const Experiment& e) {
  if (e.map_size == 1) throw UsageError("map-size = 1: a map needs at least 2 points on a side");
  if (e.map_range && e.map_size == 0) throw UsageError("map-range needs map-size, e.g. 200");
}

// "r2 or neg_mean_squared_error".
std::string scorings_of(bool classes) {
  std::vector<std::string> names;
  for (const ScoringKind& kind : scorings()) {
    if (kind.of_classes == classes) names.emplace_back(kind.name);
  }
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} or {}", join(names, ", "), last);
}

void settle_task(Experiment& e, Task task) {
  const bool has_classes = task == Task::classification;
  if (!e.scoring) {
    e.scoring = has_classes                ? Scoring::accuracy
                : task == Task::regression ? Scoring::r2
                                           : Scoring::neg_mean_squared_error;
  }
  if (kind_of(*e.scoring).of_classes != has_classes) {
    throw UsageError(fmt::format("scoring = {} does not go with task = {}; use {}",
                                 name_of(*e.scoring), name_of(task), scorings_of(has_classes)));
  }
  const auto scales_targets = [](const Config& c) { return c.target_scale != Scale::none; };
  if (task != Task::regression && any_config(e, scales_targets)) {
    throw UsageError(
        fmt::format("target-scale needs task = regression, but this is {}", name_of(task)));
  }
  if (task == Task::autoencoder && (e.varied.contains("scale") || e.varied.contains("scale-on"))) {
    throw UsageError(
        "scale: the targets of an autoencoder are its scaled inputs, so that scores of differently "
        "scaled configs say nothing about each other; run each scale by itself");
  }
  e.data.task = task;
}

bool has_images(DataSource source) {
  return source == DataSource::mnist || source == DataSource::fashion_mnist ||
         source == DataSource::glyphs || source == DataSource::idx;
}

}  // namespace

GivenValues given_by(const std::vector<FileEntry>& entries, const std::string& name) {
  GivenValues given;
  for (const FileEntry& entry : entries) {
    given[entry.key] = {entry.value, fmt::format("{}:{}: {}", name, entry.line, entry.key),
                        GivenValue::By::file};
  }
  return given;
}

Experiment make_experiment(const GivenValues& given) {
  const DataSource source = chosen_source(given);
  const bool chosen_late = source_from_command_line(given);
  Experiment experiment;
  for (const ExperimentOption& option : experiment_options()) {
    if (option.default_value) option.set(experiment, *option.default_value);
    const auto found = given.find(option.name);
    if (found == given.end()) continue;
    const GivenValue& value = found->second;
    const bool overridden = chosen_late && value.by == By::file;
    // The experiment file's number of rows was meant for its own data, not for the user's.
    if (overridden && option.name == "samples" && is_own_file(source)) continue;
    if (applies(option, source)) {
      read_value(experiment, option, value);
    } else if (!overridden) {
      throw UsageError(fmt::format("{}: means nothing with data = {}; remove it or change data",
                                   value.where, name_of(source)));
    }
  }
  experiment.data.source = source;

  check_data(experiment);
  check_training_options(experiment);
  check_map_options(experiment);
  check_features_options(experiment);
  if (!experiment.config.scale) {
    const bool bytes = has_images(experiment.data.source) && experiment.features_from.empty();
    experiment.config.scale = bytes ? Scale::unit : Scale::none;
  }
  if (!experiment.refit) experiment.refit = experiment.split.folds >= 2;
  if (experiment.data.task != Task::automatic) {
    settle_task(experiment, experiment.data.task);
  } else if (experiment.data.source == DataSource::line) {
    settle_task(experiment, Task::regression);
  } else if (experiment.data.source != DataSource::csv) {
    settle_task(experiment, Task::classification);
  }
  return experiment;
}

void resolve_task(Experiment& experiment, const Dataset& dataset) {
  settle_task(experiment, !dataset.labels.empty()          ? Task::classification
                          : !dataset.target_values.empty() ? Task::regression
                                                           : Task::autoencoder);
}

}  // namespace mlpgrid
