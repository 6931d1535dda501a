// Makes plans, and derives what the engine needs for a fit from them. Rows are split in
// data/load/make_splits.cpp, networks chosen in output_layer.cpp.
#include "experiments/plan/plan.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "data/value_range.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/plan/drawings.hpp"
#include "experiments/plan/output_layer.hpp"
#include "experiments/plan/stopping_rows.hpp"

namespace mlpgrid {

namespace {

// The classes that occur in `rows`, ascending; empty where all do, and without classes.
std::vector<std::int32_t> classes_that_occur(const Dataset& dataset,
                                             std::span<const std::int32_t> rows) {
  std::vector<char> occurs(dataset.class_names.size(), 0);
  if (dataset.labels.empty()) return {};
  for (const std::int32_t row : rows) {
    occurs[static_cast<std::size_t>(dataset.labels[static_cast<std::size_t>(row)])] = 1;
  }
  std::vector<std::int32_t> classes;
  for (std::size_t c = 0; c < occurs.size(); ++c) {
    if (occurs[c] != 0) classes.push_back(static_cast<std::int32_t>(c));
  }
  return classes.size() == occurs.size() ? std::vector<std::int32_t>() : classes;
}

// A fold without scalers: these are added when it is known which scalings there are.
Fold make_fold(const Experiment& experiment, const LoadedData& data, const Split& rows,
               std::int32_t repeat) {
  Fold fold;
  fold.train = rows.train;
  fold.held_out = rows.held_out;
  fold.classes = classes_that_occur(data.dataset, rows.train);
  fold.seed = experiment.config.training.random_state + static_cast<std::uint32_t>(repeat);
  fold.repeat = repeat;
  return fold;
}

std::vector<Fold> make_folds(const Experiment& experiment, const LoadedData& data) {
  std::vector<Fold> folds;
  for (std::int32_t repeat = 0; repeat < experiment.repeats; ++repeat) {
    SplitOptions options = experiment.split;
    options.fold_seed += static_cast<std::uint32_t>(repeat);
    const Splits splits = make_splits(data, options);
    for (std::size_t k = 0; k < splits.size(); ++k) {
      folds.push_back(make_fold(experiment, data, splits[k], repeat));
    }
  }
  return folds;
}

Scaling scaling_of(const Config& config) {
  return {config.scale.value(), config.scale_on_all, config.target_scale};
}

void find_scalings(Plan& plan) {
  for (const Config& config : plan.grid.configs) {
    const Scaling wanted = scaling_of(config);
    const auto found = std::ranges::find(plan.scalings, wanted);
    plan.scaling_of.push_back(static_cast<std::size_t>(found - plan.scalings.begin()));
    if (found == plan.scalings.end()) plan.scalings.push_back(wanted);
  }
}

void add_scalers(const Plan& plan, Fold& fold) {
  const Dataset& dataset = plan.data.dataset;
  const std::vector<std::int32_t> train = fold.train.rows();
  std::vector<std::int32_t> every_row;
  for (const Scaling& scaling : plan.scalings) {
    if (scaling.on_all && every_row.empty()) {
      every_row.resize(dataset.n_rows);
      std::iota(every_row.begin(), every_row.end(), 0);
    }
    const auto& rows = scaling.on_all ? every_row : train;
    fold.features.push_back(fit_scaler(dataset, rows, scaling.features));
    fold.targets.push_back(plan.experiment.data.task == Task::regression
                               ? fit_target_scaler(dataset, rows, scaling.targets)
                               : Scaler());
  }
}

// Refuses numbers that become infinite by a fold's scaler or in the precision: a fit would train to
// nothing.
void require_range(const Plan& plan) {
  const ValueRange features = ValueRange::of_features(plan.data.dataset);
  const ValueRange targets = ValueRange::of_targets(plan.data.dataset);
  std::set<std::pair<std::size_t, Precision>> kinds;  // the different ones among the configs
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    kinds.emplace(plan.scaling_of[i], plan.grid.configs[i].precision);
  }
  const auto require = [&](const Fold& fold) {
    for (const auto& [scaling, precision] : kinds) {
      features.require(fold.features[scaling], precision);
      targets.require(fold.targets[scaling], precision);
    }
  };
  std::for_each(plan.folds.begin(), plan.folds.end(), require);
  require(plan.refit_fold);
}

// Throws where the data do not allow the network of some config.
void check_networks(const Plan& plan) {
  std::set<std::tuple<std::optional<Output>, std::optional<LossName>, bool>> kinds;
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const Config& c = plan.grid.configs[i];
    if (!kinds.emplace(c.output, c.loss, c.squared_error_gradient).second) continue;
    const auto config = static_cast<std::int32_t>(i);
    (void)network_of(plan, config, kRefitFold);
    for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
      (void)network_of(plan, config, static_cast<std::int32_t>(fold));
    }
  }
}

// The features of a config: those of its model of features-from or, without one, the data set's.
const std::vector<double>& features_of(const Plan& plan, std::int32_t config) {
  if (plan.data.feature_sets.empty()) return plan.data.dataset.values;
  const auto models = features_configs(plan.experiment);
  const std::int32_t wanted = plan.grid.configs[static_cast<std::size_t>(config)].features_config;
  const auto at = std::find(models.begin(), models.end(), wanted) - models.begin();
  return plan.data.feature_sets[static_cast<std::size_t>(at)];
}

}  // namespace

Plan make_plan(Experiment experiment, LoadedData data) {
  Plan plan;
  resolve_task(experiment, data.dataset);
  if (experiment.map_size > 0 && data.dataset.n_features != 2) {
    throw UsageError("map-size: decision maps need two features, but the data set has " +
                     std::to_string(data.dataset.n_features));
  }
  plan.refit_fold = make_fold(experiment, data, {data.pool, {}}, 0);
  const std::vector<std::int32_t>& classes = plan.refit_fold.classes;
  const std::size_t known = classes.empty() ? data.dataset.class_names.size() : classes.size();
  if (!data.dataset.labels.empty() && known < 2) {
    throw UsageError("the rows to train on have a single class; classification needs at least two");
  }
  plan.folds = make_folds(experiment, data);
  // Where a fold trains on all rows its fit is the final model already.
  plan.refit = experiment.refit.value() && plan.folds[0].train.size() < data.pool.size();

  std::size_t max_train_rows = 0;
  for (const Fold& fold : plan.folds) {
    max_train_rows = std::max(max_train_rows, fold.train.size());
  }
  plan.grid = make_grid(experiment, max_train_rows);
  plan.experiment = std::move(experiment);
  plan.data = std::move(data);
  find_scalings(plan);
  if (plan.data.feature_sets.size() > 1 && plan.scalings != std::vector<Scaling>(1)) {
    throw UsageError(
        "scale: with several features-config the features are taken as they are; none");
  }
  check_networks(plan);
  add_scalers(plan, plan.refit_fold);
  for (Fold& fold : plan.folds) add_scalers(plan, fold);
  require_range(plan);
  check_stopping_rows(plan);
  return plan;
}

bool stores_model(const Plan& plan, std::int32_t fold) {
  // With a single split the fit itself is the model to keep; of several repeats, the first.
  return fold == kRefitFold || plan.experiment.keep_all_models ||
         (plan.experiment.split.folds < 2 && fold == 0);
}

const Fold& fold_of(const Plan& plan, std::int32_t fold) {
  return fold == kRefitFold ? plan.refit_fold : plan.folds[static_cast<std::size_t>(fold)];
}

FitRows fit_rows(const Plan& plan, std::int32_t fold) {
  const Fold& of = fold_of(plan, fold);
  return {of.train.rows(), of.held_out.rows()};
}

const Scaler& feature_scaler(const Plan& plan, std::int32_t config, std::int32_t fold) {
  return fold_of(plan, fold).features[plan.scaling_of[static_cast<std::size_t>(config)]];
}

const Scaler& target_scaler(const Plan& plan, std::int32_t config, std::int32_t fold) {
  return fold_of(plan, fold).targets[plan.scaling_of[static_cast<std::size_t>(config)]];
}

Network network_of(const Plan& plan, std::int32_t config, std::int32_t fold) {
  return make_network(plan.experiment, plan.grid.configs[static_cast<std::size_t>(config)],
                      plan.data.dataset, fold_of(plan, fold).classes);
}

FitSpec fit_spec(const Plan& plan, std::int32_t config, std::int32_t fold) {
  const Config& c = plan.grid.configs[static_cast<std::size_t>(config)];
  const Fold& rows = fold_of(plan, fold);
  const Experiment& e = plan.experiment;

  FitSpec spec;
  spec.network = network_of(plan, config, fold);
  spec.initialization = {.weights = c.init.initializer,
                         .scale = c.scale_of_init(),
                         .bias = c.bias_init.bias,
                         .bias_value = c.bias_init.value,
                         .bias_first = c.bias_first};
  spec.training = c.training;
  spec.training.random_state = rows.seed;
  spec.training.batch_size = c.batch_size.among(rows.train.size());
  if (rows.held_out.empty() && c.training.monitor != Monitor::train_loss) {
    // The refit has no held-out rows to watch, so it trains until the other rules stop it.
    spec.training.patience = 0;
    spec.training.restore_best = false;
  }
  if (rows.held_out.empty()) spec.training.stop_val_loss_sum = 0.0;
  spec.precision = c.precision;
  spec.scoring = *e.scoring;
  spec.eval_every = e.eval_every;
  spec.keep_model = stores_model(plan, fold) || is_drawn(plan, fold);
  spec.trace = e.trace && fold != kRefitFold;
  return spec;
}

FitData fit_data(const Plan& plan, std::int32_t config, std::int32_t fold, const FitRows& rows) {
  const Scaler& features = feature_scaler(plan, config, fold);
  const Scaler& targets = target_scaler(plan, config, fold);
  FitData data;
  data.features = feature_view(plan.data.dataset, features.shift, features.divisor);
  if (data.features.type == StoredType::float64) {
    data.features.data = features_of(plan, config).data();
  }
  data.targets =
      target_view(plan.data.dataset, plan.experiment.data.task, targets.shift, targets.divisor);
  data.train = rows.train;
  data.held_out = rows.held_out;
  data.test = plan.data.test;
  return data;
}

std::vector<std::vector<std::int32_t>> missing_classes(const Plan& plan) {
  std::vector<std::vector<std::int32_t>> missing;
  const auto n_classes = static_cast<std::int32_t>(plan.data.dataset.class_names.size());
  for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
    const auto& known = plan.folds[fold].classes;
    if (known.empty()) continue;
    missing.resize(plan.folds.size());
    for (std::int32_t c = 0; c < n_classes; ++c) {
      if (!std::ranges::binary_search(known, c)) missing[fold].push_back(c);
    }
  }
  return missing;
}

std::int32_t max_epochs(const Plan& plan) {
  int most = 0;
  for (const Config& config : plan.grid.configs) most = std::max(most, config.training.max_iter);
  return most;
}

double fit_cost(const Plan& plan, std::int32_t config, std::int32_t fold) {
  const Config& c = plan.grid.configs[static_cast<std::size_t>(config)];
  const std::size_t train_rows = fold_of(plan, fold).train.size();
  const auto rows = static_cast<double>(train_rows);
  const auto weights = static_cast<double>(network_of(plan, config, kRefitFold).n_parameters());
  // Per epoch: three matrix products over all rows, and a step of the solver per batch. L-BFGS
  // takes one step, but sometimes evaluates the loss more than once for it.
  double products = 3.0 * rows * weights;
  if (!c.in_batches()) {
    products *= 1.2;
  } else {
    const auto batch = static_cast<double>(c.batch_size.among(train_rows));
    const double step = c.training.solver == Solver::adam ? 20.0 : 5.0;
    products += rows / batch * weights * step;
  }
  return products * c.training.max_iter;
}

std::size_t number_of_fits(const Plan& plan) {
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < plan.grid.alias_of.size(); ++i) {
    distinct += plan.grid.alias_of[i] == static_cast<std::int32_t>(i);
  }
  return distinct * plan.folds.size() + (plan.refit ? 1 : 0);
}

}  // namespace mlpgrid
