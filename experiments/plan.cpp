// Makes plans and reads fits off them; see the header.
#include "experiments/plan.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "data/value_range.hpp"
#include "experiments/drawings.hpp"
#include "experiments/network.hpp"
#include "experiments/resolve.hpp"
#include "experiments/stopping_rows.hpp"
#include "experiments/usage_error.hpp"

namespace mlpgrid {

namespace {

// Ascending; empty where all of the data set's do, and without classes.
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

Fold make_fold(const Experiment& experiment, const LoadedData& data, const Split& rows,
               std::int32_t repeat) {
  Fold fold;
  std::vector<std::int32_t> every_row;
  if (experiment.scale_on_all) {
    every_row.resize(data.dataset.n_rows);
    std::iota(every_row.begin(), every_row.end(), 0);
  }
  const auto& statistics_rows = experiment.scale_on_all ? every_row : rows.train;
  fold.features = fit_scaler(data.dataset, statistics_rows, *experiment.scale);
  if (experiment.data.task == Task::regression) {
    fold.targets = fit_target_scaler(data.dataset, statistics_rows, experiment.target_scale);
  }
  fold.train = rows.train;
  fold.held_out = rows.held_out;
  fold.output =
      output_layer(experiment, data.dataset, classes_that_occur(data.dataset, rows.train));
  fold.seed = experiment.training.random_state + static_cast<std::uint32_t>(repeat);
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

// Numbers that a fold's scaler or the precision takes out of range would train to nothing.
void require_range(const Plan& plan) {
  const ValueRange features = ValueRange::of_features(plan.data.dataset);
  const ValueRange targets = ValueRange::of_targets(plan.data.dataset);
  const auto require = [&](const Fold& fold) {
    features.require(fold.features, plan.experiment.precision);
    targets.require(fold.targets, plan.experiment.precision);
  };
  std::for_each(plan.folds.begin(), plan.folds.end(), require);
  require(plan.refit_fold);
}

// The data set's, or those that the config's model of features-from gives.
const std::vector<double>& features_of(const Plan& plan, std::int32_t config) {
  if (plan.data.feature_sets.empty()) return plan.data.dataset.values;
  const auto& models = plan.experiment.axes.features_config;
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
  if (data.feature_sets.size() > 1 && experiment.scale != Scale::none) {
    throw UsageError(
        "scale: with several features-config the features are taken as they are; none");
  }
  plan.refit_fold = make_fold(experiment, data, {data.pool, {}}, 0);
  const Network& output = plan.refit_fold.output;
  if (!data.dataset.labels.empty() && output.n_known(data.dataset.class_names.size()) < 2) {
    throw UsageError("the rows to train on have a single class; classification needs at least two");
  }
  plan.folds = make_folds(experiment, data);
  // A fit on all rows is the model already.
  plan.refit = experiment.refit.value() && plan.folds[0].train.size() < data.pool.size();

  std::size_t max_train_rows = 0;
  for (const Fold& fold : plan.folds) {
    max_train_rows = std::max(max_train_rows, fold.train.size());
  }
  plan.grid = make_grid(experiment.axes, max_train_rows);
  plan.experiment = std::move(experiment);
  plan.data = std::move(data);
  require_range(plan);
  check_stopping_rows(plan);
  return plan;
}

bool stores_model(const Plan& plan, std::int32_t fold) {
  // With a single split the fit itself is a model worth keeping; of repeats the first one.
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

FitSpec fit_spec(const Plan& plan, std::int32_t config, std::int32_t fold) {
  const Config& c = plan.grid.configs[static_cast<std::size_t>(config)];
  const Fold& rows = fold_of(plan, fold);
  const Experiment& e = plan.experiment;

  FitSpec spec;
  spec.network = rows.output;
  spec.network.hidden_layer_sizes = c.hidden_layer_sizes;
  spec.network.activation = c.activation;
  spec.initialization = e.initialization;
  spec.initialization.weights = c.init.initializer;
  spec.initialization.scale = c.scale_of_init();
  spec.training = e.training;
  spec.training.solver = c.solver;
  spec.training.random_state = rows.seed;
  spec.training.batch_size = resolve_batch_size(c.batch_size, rows.train.size());
  spec.training.alpha = c.alpha;
  spec.training.l1 = c.l1;
  spec.training.l2_sum = c.l2_sum;
  spec.training.learning_rate_init = c.learning_rate_init;
  spec.training.learning_rate = c.learning_rate;
  spec.training.momentum = c.momentum;
  spec.training.regularization = c.regularization;
  if (rows.held_out.empty() && e.training.monitor != Monitor::train_loss) {
    // The refit has no held-out rows to watch, so it trains until the other rules stop it.
    spec.training.patience = 0;
    spec.training.restore_best = false;
  }
  if (rows.held_out.empty()) spec.training.stop_val_loss_sum = 0.0;
  spec.precision = e.precision;
  spec.scoring = *e.scoring;
  spec.eval_every = e.eval_every;
  spec.keep_model = stores_model(plan, fold) || is_drawn(plan, fold);
  spec.trace = e.trace && fold != kRefitFold;
  return spec;
}

FitData fit_data(const Plan& plan, std::int32_t config, std::int32_t fold, const FitRows& rows) {
  const Dataset& dataset = plan.data.dataset;
  const Fold& of = fold_of(plan, fold);

  FitData data;
  data.features.cols = dataset.n_features;
  if (dataset.values.empty()) {
    data.features.type = StoredType::uint8;
    data.features.data = dataset.bytes.data();
  } else {
    data.features.type = StoredType::float64;
    data.features.data = features_of(plan, config).data();
  }
  data.features.shift = of.features.shift;
  data.features.divisor = of.features.divisor;

  switch (plan.experiment.data.task) {
    case Task::regression:
      data.targets.kind = TargetView::Kind::values;
      data.targets.values = dataset.target_values.data();
      data.targets.n_outputs = dataset.n_outputs;
      data.targets.shift = of.targets.shift;
      data.targets.divisor = of.targets.divisor;
      break;
    case Task::autoencoder:
      data.targets.kind = TargetView::Kind::inputs;
      data.targets.n_outputs = dataset.n_features;
      break;
    default:
      data.targets.kind = TargetView::Kind::labels;
      data.targets.labels = dataset.labels.data();
      data.targets.n_classes = dataset.class_names.size();
  }
  data.train = rows.train;
  data.held_out = rows.held_out;
  data.test = plan.data.test;
  return data;
}

std::vector<std::vector<std::int32_t>> missing_classes(const Plan& plan) {
  std::vector<std::vector<std::int32_t>> missing;
  const auto n_classes = static_cast<std::int32_t>(plan.data.dataset.class_names.size());
  for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
    const auto& known = plan.folds[fold].output.classes;
    if (known.empty()) continue;
    missing.resize(plan.folds.size());
    for (std::int32_t c = 0; c < n_classes; ++c) {
      if (!std::ranges::binary_search(known, c)) missing[fold].push_back(c);
    }
  }
  return missing;
}

double number_of_weights(const Network& network) {
  double weights = 0.0;
  auto inputs = static_cast<double>(network.n_features);
  for (const std::size_t width : network.hidden_layer_sizes) {
    weights += (inputs + 1.0) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  return weights + (inputs + 1.0) * static_cast<double>(network.n_outputs);
}

double fit_cost(const Plan& plan, std::int32_t config, std::int32_t fold) {
  const Config& c = plan.grid.configs[static_cast<std::size_t>(config)];
  const std::size_t train_rows = fold_of(plan, fold).train.size();
  const auto rows = static_cast<double>(train_rows);
  const auto weights = number_of_weights(fit_spec(plan, config, kRefitFold).network);
  // Per epoch: three products over each row, and a step of the optimizer per batch. L-BFGS has one
  // step, but sometimes more than one evaluation.
  double products = 3.0 * rows * weights;
  if (c.solver == Solver::lbfgs) {
    products *= 1.2;
  } else {
    const auto batch = static_cast<double>(resolve_batch_size(c.batch_size, train_rows));
    const double step = c.solver == Solver::adam ? 20.0 : 5.0;
    products += rows / batch * weights * step;
  }
  return products * plan.experiment.training.max_iter;
}

std::size_t number_of_fits(const Plan& plan) {
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < plan.grid.alias_of.size(); ++i) {
    distinct += plan.grid.alias_of[i] == static_cast<std::int32_t>(i);
  }
  return distinct * plan.folds.size() + (plan.refit ? 1 : 0);
}

}  // namespace mlpgrid
