// The table of options as a whole: an experiment as text is the same experiment when read back.
#include "experiments/options/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "experiments/options/experiment_file.hpp"
#include "experiments/options/resolve.hpp"

namespace mlpgrid {
namespace {

Experiment from_text(const std::string& text) {
  GivenValues given;
  for (const FileEntry& entry : parse_experiment_text(text, "x.ini")) {
    given[entry.key] = {entry.value, entry.key, GivenValue::By::file};
  }
  return make_experiment(given);
}

TEST(Options, NamesAreUniqueAndAxesComeFirstInGridOrder) {
  std::set<std::string> names;
  for (const ExperimentOption& option : experiment_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
  }
  const std::vector<std::string> axes = {
      "hidden-layer-sizes", "activation", "init", "init-scale", "solver",   "learning-rate-init",
      "batch-size",         "alpha",      "l1",   "l2-sum",     "momentum", "learning-rate"};
  for (std::size_t i = 0; i < axes.size(); ++i) EXPECT_EQ(experiment_options()[i].name, axes[i]);
}

TEST(Options, DefaultsPrintAsTheyAreStated) {
  for (const ExperimentOption& option : experiment_options()) {
    if (!option.default_value) continue;
    Experiment experiment;
    option.set(experiment, *option.default_value);
    EXPECT_EQ(option.get(experiment), option.default_value) << option.name;
  }
}

// A value of each option that is not its default.
const char* const kEverything = R"(
hidden-layer-sizes = 128-64-32,7
activation = identity,leaky_relu
init = he_normal,constant
init-scale = 0.1,-2
solver = sgd,adam
learning-rate-init = 0.2,2e-05
batch-size = 64,auto,full
alpha = 0,0.5
l1 = 0.001
l2-sum = 0.25
momentum = 0.3
learning-rate = step,adaptive
regularization = none
title = "all of it # at once"
random-state = 7
repeats = 3
scoring = f1_macro
max-iter = 17
tol = 0
n-iter-no-change = 3
early-stopping = true
validation-fraction = 0.2
patience = 4
monitor = train_loss
restore-best = false
stop-val-loss-sum = 0.1
shuffle = false
nesterovs-momentum = false
beta-1 = 0.5
beta-2 = 0.6
epsilon = 1e-06
power-t = 0.25
learning-rate-steps = 4:0.1,8:0.01
regularization-rate = 0
max-fun = 99
bias-init = -0.1
init-order = bias-first
output = tanh
loss = squared_error_sum
gradient-of = squared_error
precision = float64
eval-every = 5
refit = false
keep-models = all
map-size = 30
map-range = -1,1,0,2.5
trace = true
data = circles
samples = 300
test-samples = 20
validation-samples = 30
noise = 0.07
data-seed = 11
scale = standard
scale-on = all
target-scale = none
task = classification
test-size = 0.4
validation-size = 0
split-seed = 5
stratify = false
folds = 1
shuffle-folds = true
fold-seed = 9
)";

TEST(Options, TextRoundTrips) {
  const std::string text = experiment_text(from_text(kEverything));
  EXPECT_EQ(text, std::string(kEverything).substr(1));
  EXPECT_EQ(experiment_text(from_text(text)), text);

  const std::string defaults = experiment_text(make_experiment({}));
  EXPECT_EQ(experiment_text(from_text(defaults)), defaults);
}

TEST(Options, EveryValueReachesTheExperiment) {
  const Experiment e = from_text(kEverything);
  EXPECT_EQ(e.varied.at("init-scale"), (std::vector<std::string>{"0.1", "-2"}));
  EXPECT_EQ(e.config.training.random_state, 7u);
  EXPECT_EQ(e.repeats, 3);
  EXPECT_EQ(e.scoring, Scoring::f1_macro);
  EXPECT_TRUE(e.config.training.early_stopping);
  EXPECT_EQ(e.config.training.patience, 4);
  EXPECT_EQ(e.config.training.monitor, Monitor::train_loss);
  EXPECT_FALSE(e.config.training.shuffle);
  EXPECT_EQ(e.config.training.max_fun, 99);
  EXPECT_EQ(e.config.bias_init.bias, Initialization::Bias::constant);
  EXPECT_EQ(e.config.bias_init.value, -0.1);
  EXPECT_TRUE(e.config.bias_first);
  EXPECT_EQ(e.config.output, Output::tanh);
  EXPECT_EQ(e.eval_every, 5);
  EXPECT_EQ(e.refit, false);
  EXPECT_TRUE(e.keep_all_models);
  EXPECT_TRUE(e.config.scale_on_all);
  EXPECT_EQ(e.split.test_size, 0.4);
  EXPECT_EQ(e.split.fold_seed, 9u);
}

TEST(Options, TextLeavesOutWhatIsAboutOtherData) {
  EXPECT_THAT(experiment_text(from_text("data = mnist\n")),
              testing::Not(testing::HasSubstr("data-seed")));
}

}  // namespace
}  // namespace mlpgrid
