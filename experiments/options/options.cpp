// The table of experiment options, and what is generated from it: the grid, the description for
// Boost, the text of an experiment.
#include "experiments/options/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>

#include "data/text/printable.hpp"
#include "experiments/options/experiment_file.hpp"
#include "experiments/options/option_kinds.hpp"
#include "experiments/options/option_values.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

using namespace option_kinds;

void append(std::vector<ExperimentOption>& all, std::vector<ExperimentOption> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

bool by_sgd(const Config& c) { return c.training.solver == Solver::sgd; }
bool by_adam(const Config& c) { return c.training.solver == Solver::adam; }
bool by_lbfgs(const Config& c) { return c.training.solver == Solver::lbfgs; }
bool in_batches(const Config& c) { return c.in_batches(); }

bool watches(const Config& c) { return c.training.patience > 0 || c.training.restore_best; }
bool is_scaled(const Config& c) { return c.scale != Scale::none || c.target_scale != Scale::none; }

bool on_schedule(const Config& c, LearningRate schedule) {
  return by_sgd(c) && c.training.learning_rate == schedule;
}

// An initializer with its scale, whichever of the two axes that comes from.
std::string drawn_from(const Config& c, std::size_t /*rows*/) {
  const std::string name = name_of(c.init.initializer);
  const bool is_scaled = c.init.initializer != Initializer::zero;
  return is_scaled ? fmt::format("{}:{}", name, c.scale_of_init()) : name;
}

std::int32_t rows_of_batch(const Config& c, std::size_t rows) {
  return static_cast<std::int32_t>(c.batch_size.among(rows));
}

std::vector<ExperimentOption> axis_options() {
  return {
      main(axis("hidden-layer-sizes", "100", "widths of the hidden layers, e.g. 128-64-32,64",
                AT(hidden_layer_sizes), parse_hidden_layer_sizes, print_hidden_layer_sizes)),
      main(name_axis<Activation>("activation", "relu",
                                 "identity logistic (or sigmoid) tanh relu leaky_relu",
                                 AT(activation))),
      usual(told_apart_by(drawn_from, axis("init", "sklearn",
                                           names_of<Initializer>() +
                                               ", each alone or with its scale, e.g. normal:0.1",
                                           AT(init), parse_init, print_init))),
      usual(told_apart_by(
          drawn_from, shown_as([](const Config& c, std::size_t) { return c.scale_of_init(); },
                               real_axis("init-scale", "1",
                                         "factor of the initial weights (constant: their value)",
                                         AT(init_scale), {})))),
      main(name_axis<Solver>("solver", "adam", names_of<Solver>(), AT(training.solver))),
      usual(where(in_batches, real_axis("learning-rate-init", "0.001", "step size (sgd, adam)",
                                        AT(training.learning_rate_init), kPositive))),
      usual(where(
          in_batches,
          told_apart_by(
              rows_of_batch,
              shown_as(rows_of_batch, axis("batch-size", "auto",
                                           "rows, auto (200, or fewer rows) or full (sgd, adam)",
                                           AT(batch_size), parse_batch_size, print_batch_size))))),
      usual(real_axis("alpha", "0.0001", "L2 penalty, scikit-learn's scaling", AT(training.alpha),
                      kNotNegative)),
      usual(real_axis("l1", "0", "L1 penalty: l1*sum|W| on a batch's loss", AT(training.l1),
                      kNotNegative)),
      usual(real_axis("l2-sum", "0", "L2 penalty: c*sum(W^2) on a batch's loss",
                      AT(training.l2_sum), kNotNegative)),
      usual(where(by_sgd, real_axis("momentum", "0.9", "momentum (sgd)", AT(training.momentum),
                                    {.low = 0.0, .high = 1.0}))),
      usual(where(by_sgd, name_axis<LearningRate>("learning-rate", "constant",
                                                  names_of<LearningRate>() + " (sgd)",
                                                  AT(training.learning_rate)))),
      usual(name_axis<Regularization>(
          "regularization", "none",
          names_of<Regularization>() +
              ": a shrinking step of rate*regularization-rate after each gradient step (sgd)",
          AT(training.regularization))),
      usual(axis(
          "features-config", kNotGiven, "configs of features-from whose models give the features",
          AT(features_config),
          [](std::string_view text) { return parse_integer(text, 0, kInt32Max); },
          [](std::int32_t value) { return value < 0 ? "" : fmt::format("{}", value); })),
  };
}

// Titles appear in tables, pages and attributes, so every character has to be visible.
std::string visible_line(std::string_view text) {
  std::string shown = printable(text, kNoLimit);
  if (shown == text) return shown;
  throw ValueError(
      fmt::format("'{}' has a line break, another character that does not show as "
                  "itself, or bytes that are not UTF-8",
                  shown));
}

ExperimentOption map_size_option() {
  constexpr long long kMaxMapSize = 2000;
  return integer("map-size", "0", "points on a side of the decision maps (two features); 0: none",
                 AT(map_size), 0, kMaxMapSize);
}

ExperimentOption refit_option() {
  ExperimentOption option = {
      "refit", kNotGiven,
      "true false: fit the best config on all rows at the end (default: with 2 or more folds)",
      [](Experiment& e, std::string_view text) { e.refit = parse_bool(text); },
      [](const Experiment& e) -> std::optional<std::string> {
        if (!e.refit) return std::nullopt;
        return *e.refit ? "true" : "false";
      }};
  option.is_switch = true;
  return option;
}

std::vector<ExperimentOption> training_options() {
  ExperimentOption title = single("title", kNotGiven, "one line about the experiment", AT(title),
                                  visible_line, [](const std::string& text) { return text; });
  title.get = [](const Experiment& e) -> std::optional<std::string> {
    if (e.title.empty()) return std::nullopt;
    return e.title;
  };
  ExperimentOption steps =
      single("learning-rate-steps", kNotGiven, "EPOCH:RATE,... for learning-rate step",
             AT(config.training.learning_rate_steps), parse_learning_rate_steps,
             print_learning_rate_steps);
  steps.get = [](const Experiment& e) -> std::optional<std::string> {
    const auto& values = e.config.training.learning_rate_steps;
    return values.empty() ? std::nullopt : std::optional(print_learning_rate_steps(values));
  };
  return {
      std::move(title),
      integer("random-state", "0", "seed of every fit", AT(config.training.random_state), 0),
      integer("repeats", "1", "cross-validation this often, seeds random-state, +1, ...",
              AT(repeats), 1, 1'000'000),
      optional_name<Scoring>("scoring", names_of<Scoring>() + " (default: by task)", AT(scoring)),
      integer_axis("max-iter", "200", "epochs at most (lbfgs: iterations)", AT(training.max_iter),
                   1, 100'000'000),
      real_axis("tol", "0.0001", "smallest improvement that counts", AT(training.tol),
                kNotNegative),
      where(in_batches,
            integer_axis("n-iter-no-change", "10", "epochs without improvement before stopping",
                         AT(training.n_iter_no_change), 1)),
      where(in_batches, boolean_axis("early-stopping", "false",
                                     "hold back validation-fraction and stop on its score",
                                     AT(training.early_stopping))),
      where([](const Config& c) { return c.in_batches() && c.training.early_stopping; },
            real_axis("validation-fraction", "0.1", "of the training rows, for early-stopping",
                      AT(training.validation_fraction),
                      {.low = 0.0, .high = 1.0, .low_open = true, .high_open = true})),
      integer_axis("patience", "0", "epochs without improvement of monitor; 0: off",
                   AT(training.patience), 0),
      where(watches,
            name_axis<Monitor>("monitor", "val_loss", names_of<Monitor>(), AT(training.monitor))),
      boolean_axis("restore-best", "false", "end with the weights of the best epoch of monitor",
                   AT(training.restore_best)),
      real_axis("stop-val-loss-sum", "0",
                "stop when the held-out rows' summed loss is below; 0: off",
                AT(training.stop_val_loss_sum), kNotNegative),
      where(in_batches,
            boolean_axis("shuffle", "true", "a new order of the rows each epoch (sgd, adam)",
                         AT(training.shuffle))),
      where(by_sgd, boolean_axis("nesterovs-momentum", "true", "Nesterov's momentum (sgd)",
                                 AT(training.nesterovs_momentum))),
      where(by_adam, real_axis("beta-1", "0.9", "decay of the first moment (adam)",
                               AT(training.beta_1), {.low = 0.0, .high = 1.0, .high_open = true})),
      where(by_adam, real_axis("beta-2", "0.999", "decay of the second moment (adam)",
                               AT(training.beta_2), {.low = 0.0, .high = 1.0, .high_open = true})),
      where(by_adam, real_axis("epsilon", "1e-08", "keeps Adam's division finite",
                               AT(training.epsilon), kPositive)),
      where([](const Config& c) { return on_schedule(c, LearningRate::invscaling); },
            real_axis("power-t", "0.5", "exponent of learning-rate invscaling",
                      AT(training.power_t), kNotNegative)),
      std::move(steps),
      where([](const Config& c) { return c.training.regularization != Regularization::none; },
            real_axis("regularization-rate", "0", "rate of regularization",
                      AT(training.regularization_rate), kNotNegative)),
      where(by_lbfgs, integer_axis("max-fun", "15000", "evaluations of the loss at most (lbfgs)",
                                   AT(training.max_fun), 1)),
      axis("bias-init", "auto",
           "auto (as the weights for sklearn and torch, else 0), same, or a number", AT(bias_init),
           parse_bias_init, print_bias_init),
      choice_axis("init-order", "weights-first", "weights-first bias-first: which is drawn first",
                  AT(bias_first), {"weights-first", "bias-first"}),
      optional_name_axis<Output>("output", "auto", "auto " + names_of<Output>(), AT(output)),
      optional_name_axis<LossName>("loss", "auto", "auto " + names_of<LossName>(), AT(loss)),
      choice_axis("gradient-of", "loss",
                  "loss squared_error: what trains while loss is log_loss and output logistic",
                  AT(squared_error_gradient), {"loss", "squared_error"}),
      name_axis<Precision>("precision", "float32", names_of<Precision>(), AT(precision)),
      integer("eval-every", "1", "epochs between scores on held-out rows; 0: at the end",
              AT(eval_every), 0),
      refit_option(),
      choice("keep-models", "best", "best all: which trained models to store", AT(keep_all_models),
             {"best", "all"}),
      map_size_option(),
      {"map-range", kNotGiven,
       "LOW1,HIGH1,LOW2,HIGH2 of the map (default: the points and a margin)",
       [](Experiment& e, std::string_view text) { e.map_range = parse_map_range(text); },
       [](const Experiment& e) -> std::optional<std::string> {
         if (!e.map_range) return std::nullopt;
         return print_map_range(*e.map_range);
       }},
      boolean("trace", "false", "store every weight after every step (small networks)", AT(trace)),
  };
}

ExperimentOption features_from_option() {
  return {
      "features-from", kNotGiven,
      "RUN.h5 whose models turn the data into features, or the preset or FILE.ini that makes it",
      [](Experiment& e, std::string_view text) {
        const std::string value = one_line(text);
        if (value.empty()) throw ValueError("the name is empty");
        // A name without an extension is a preset's.
        const bool is_file = std::filesystem::path(value).has_extension();
        e.features_from =
            is_file ? std::filesystem::absolute(value).lexically_normal().string() : value;
      },
      [](const Experiment& e) -> std::optional<std::string> {
        if (e.features_from.empty()) return std::nullopt;
        return e.features_from;
      }};
}

std::vector<ExperimentOption> data_options() {
  return {
      name<DataSource>("data", "glyphs", names_of<DataSource>(), AT(data.source)),
      only_for(AppliesTo::csv,
               file("csv", "CSV file with a header line (-: standard input)", AT(data.csv))),
      only_for(AppliesTo::csv,
               names_list("target",
                          "target column(s) of the CSV file; a name with a comma in double quotes",
                          AT(data.target))),
      only_for(AppliesTo::csv,
               names_list("columns",
                          "feature columns of the CSV file (default: all others that have a name)",
                          AT(data.columns))),
      only_for(AppliesTo::idx, file("images", "IDX file with images", AT(data.images))),
      only_for(AppliesTo::idx, file("labels", "IDX file with labels", AT(data.labels))),
      features_from_option(),
      count("features-layer", "hidden layer of those models, from 1, that the features are",
            AT(features_layer)),
      count("samples", "rows: the first ones of a file (default all), or to generate (500)",
            AT(data.samples)),
      only_for(AppliesTo::public_sets_and_generators,
               count("test-samples", "rows of a separate test set", AT(data.test_samples))),
      only_for(AppliesTo::public_sets,
               count("test-offset", "first of them in the test file", AT(data.test_offset))),
      only_for(
          AppliesTo::public_sets_and_generators,
          count("validation-samples", "rows held out from every fit", AT(data.validation_samples))),
      only_for(AppliesTo::public_sets, count("validation-offset", "first of them in the test file",
                                             AT(data.validation_offset))),
      only_for(AppliesTo::generators,
               {"noise", kNotGiven, "of the generator (default: by generator)",
                [](Experiment& e, std::string_view text) {
                  e.data.noise = parse_real(text, kNotNegative);
                },
                [](const Experiment& e) -> std::optional<std::string> {
                  if (e.data.noise < 0.0) return std::nullopt;
                  return print_real(e.data.noise);
                }}),
      only_for(AppliesTo::generators,
               integer("data-seed", "0", "seed of the generator", AT(data.data_seed), 0)),
      optional_name_axis<Scale>("scale", kNotGiven,
                                names_of<Scale>() + " (default: unit for byte images, else none)",
                                AT(scale)),
      where(is_scaled, choice_axis("scale-on", "train",
                                   "train all: the rows whose statistics scale the features",
                                   AT(scale_on_all), {"train", "all"})),
      name_axis<Scale>("target-scale", "none", names_of<Scale>() + ", for regression",
                       AT(target_scale)),
      name<Task>("task", "auto", names_of<Task>(), AT(data.task)),
      real("test-size", "0.25", "share held out with folds 1", AT(split.test_size),
           {.low = 0.0, .high = 1.0, .low_open = true, .high_open = true}),
      real("validation-size", "0", "share held out, not stratified, with folds 0; 0: none",
           AT(split.validation_size), {.low = 0.0, .high = 1.0, .high_open = true}),
      integer("split-seed", "0", "seed of the hold-out split", AT(split.split_seed), 0),
      boolean("stratify", "true", "keep the classes' shares in every fold", AT(split.stratify)),
      integer("folds", "3", "k: cross-validation; 1: one hold-out split; 0: train on all rows",
              AT(split.folds), 0, 1'000'000),
      boolean("shuffle-folds", "false", "shuffle the rows before they are cut into folds",
              AT(split.shuffle_folds)),
      integer("fold-seed", "0", "seed of that shuffle", AT(split.fold_seed), 0),
  };
}

#undef AT

}  // namespace

const std::vector<ExperimentOption>& experiment_options() {
  static const std::vector<ExperimentOption> kOptions = [] {
    std::vector<ExperimentOption> all = axis_options();
    append(all, training_options());
    append(all, data_options());
    return all;
  }();
  return kOptions;
}

bool applies(const ExperimentOption& option, DataSource source) {
  const bool is_csv = source == DataSource::csv;
  const bool is_idx = source == DataSource::idx;
  const bool is_public = source == DataSource::mnist || source == DataSource::fashion_mnist;
  switch (option.applies_to) {
    case AppliesTo::every_source:
      break;
    case AppliesTo::csv:
      return is_csv;
    case AppliesTo::idx:
      return is_idx;
    case AppliesTo::public_sets:
      return is_public;
    case AppliesTo::generators:
      return !is_csv && !is_idx && !is_public;
    case AppliesTo::public_sets_and_generators:
      return !is_csv && !is_idx;
  }
  return true;
}

const ExperimentOption* find_experiment_option(std::string_view name) {
  const auto& all = experiment_options();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ExperimentOption& o) { return o.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string param_name(const ExperimentOption& axis) {
  std::string name = axis.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

NamedAxes named_axes(const Experiment& experiment) {
  NamedAxes axes;
  for (const ExperimentOption& option : experiment_options()) {
    const bool varies = experiment.varied.contains(option.name);
    const bool is_named = experiment.varied.empty() ? option.axis && option.axis->is_main : varies;
    if (is_named) axes.push_back(&option);
  }
  return axes;
}

std::string config_label(const NamedAxes& axes, const Config& config) {
  std::string label;
  for (const ExperimentOption* axis : axes) {
    if (!label.empty()) label += ' ';
    label += fmt::format("{}={}", param_name(*axis), axis->axis->text(config));
  }
  return label;
}

std::size_t grid_size(const Experiment& experiment) {
  std::size_t size = 1;
  for (const auto& [option, values] : experiment.varied) {
    if (__builtin_mul_overflow(size, values.size(), &size)) return static_cast<std::size_t>(-1);
  }
  return size;
}

namespace {

// An axis that varies, and one config per value that holds it.
struct Values {
  const Axis* axis;
  std::vector<Config> holders;
};

void visit_product(std::span<const Values> axes, Config& config,
                   const std::function<void(const Config&)>& visit) {
  if (axes.empty()) return visit(config);
  for (const Config& holder : axes.front().holders) {
    axes.front().axis->copy(config, holder);
    visit_product(axes.subspan(1), config, visit);
  }
}

}  // namespace

void for_each_config(const Experiment& experiment,
                     const std::function<void(const Config&)>& visit) {
  std::vector<Values> axes;
  for (const ExperimentOption& option : experiment_options()) {
    const auto varied = experiment.varied.find(option.name);
    if (varied == experiment.varied.end()) continue;
    Values& values = axes.emplace_back(Values{&*option.axis, {}});
    for (const std::string& text : varied->second) {
      values.axis->set(values.holders.emplace_back(), text);
    }
  }
  Config config = experiment.config;
  visit_product(axes, config, visit);
}

std::vector<std::int32_t> features_configs(const Experiment& experiment) {
  const auto varied = experiment.varied.find("features-config");
  if (varied == experiment.varied.end()) {
    const std::int32_t only = experiment.config.features_config;
    return only < 0 ? std::vector<std::int32_t>() : std::vector{only};
  }
  std::vector<std::int32_t> values;
  for (const std::string& text : varied->second) {
    values.push_back(static_cast<std::int32_t>(parse_integer(text, 0, kInt32Max)));
  }
  return values;
}

po::options_description describe_experiment_options() {
  po::options_description description("Experiment (a list V,... multiplies the grid)", 100);
  for (const ExperimentOption& option : experiment_options()) {
    const char* of_axis = option.is_switch ? "[BOOL,...]" : "V,...";
    const char* of_single = option.is_switch ? "[BOOL]" : "V";
    auto* value = po::value<std::string>()->value_name(option.axis ? of_axis : of_single);
    if (option.is_switch) value->implicit_value("true", "");
    if (option.default_value) value->default_value(*option.default_value);
    description.add_options()(option.name.c_str(), value, option.help.c_str());
  }
  return description;
}

std::string experiment_text(const Experiment& experiment) {
  std::string text;
  for (const ExperimentOption& option : experiment_options()) {
    if (!applies(option, experiment.data.source)) continue;
    if (const auto value = option.get(experiment)) {
      text += fmt::format("{} = {}\n", option.name,
                          option.is_names ? *value : quoted_if_needed(*value));
    }
  }
  return text;
}

}  // namespace mlpgrid
