// Values that have to go together.
#include "experiments/options/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "expect_throw.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/plan/output_layer.hpp"

namespace mlpgrid {
namespace {

using testing::HasSubstr;
using By = GivenValue::By;

struct Value {
  const char* name;
  const char* text;
  By by = By::command_line;
};

GivenValues given(const std::vector<Value>& values) {
  GivenValues result;
  for (const Value& v : values) result[v.name] = {v.text, std::string("--") + v.name, v.by};
  return result;
}

Experiment make(const std::vector<Value>& values) { return make_experiment(given(values)); }

std::string refusal(const std::vector<Value>& values) {
  return message_of<UsageError>([&] { (void)make(values); });
}

TEST(Resolve, DefaultsAreScikitLearns) {
  const Experiment e = make({});
  EXPECT_EQ(e.config.hidden_layer_sizes, HiddenLayerSizes{100});
  EXPECT_EQ(e.config.training.learning_rate_init, 1e-3);
  EXPECT_EQ(e.config.training.alpha, 1e-4);
  EXPECT_EQ(e.config.training.momentum, 0.9);
  EXPECT_EQ(e.config.training.max_iter, 200);
  EXPECT_EQ(e.config.training.tol, 1e-4);
  EXPECT_EQ(e.config.training.n_iter_no_change, 10);
  EXPECT_EQ(e.config.training.max_fun, 15000);
  EXPECT_EQ(e.config.precision, Precision::float32);
  EXPECT_EQ(e.scoring, Scoring::accuracy);
  EXPECT_EQ(e.config.scale, Scale::unit);  // glyphs are byte images
  EXPECT_EQ(e.data.task, Task::classification);
}

TEST(Resolve, ScaleFollowsTheData) {
  EXPECT_EQ(make({{"data", "moons"}}).config.scale, Scale::none);
  EXPECT_EQ(make({{"data", "mnist"}}).config.scale, Scale::unit);
  EXPECT_EQ(make({{"data", "moons"}, {"scale", "standard"}}).config.scale, Scale::standard);
}

TEST(Resolve, MessagesNameTheCulprit) {
  EXPECT_THAT(refusal({{"batch-size", "32,0"}}), HasSubstr("--batch-size"));
  EXPECT_THAT(refusal({{"solver", ""}}), HasSubstr("--solver"));
  EXPECT_THAT(refusal({{"folds", "-1"}}), HasSubstr("--folds"));
  EXPECT_THAT(refusal({{"activation", "relu,relu"}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({{"activation", "logistic,sigmoid"}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({{"alpha", "0.1,1e-1"}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({{"title", "two\nlines"}}), HasSubstr("--title"));
}

TEST(Resolve, AFileOfOnesOwnChoosesTheSource) {
  const Experiment e = make({{"csv", "x.csv"}, {"target", "y"}});
  EXPECT_EQ(e.data.source, DataSource::csv);
  EXPECT_TRUE(e.data.csv.is_absolute());
  EXPECT_FALSE(e.scoring);  // until the data say what y is

  const Experiment over = make({{"data", "moons", By::file},
                                {"noise", "0.1", By::file},
                                {"samples", "900", By::file},
                                {"csv", "x.csv"},
                                {"target", "y"}});
  EXPECT_EQ(over.data.source, DataSource::csv);
  EXPECT_LT(over.data.noise, 0.0);  // the file's noise went with its moons

  EXPECT_EQ(over.data.samples, 0u);  // and so did their number

  EXPECT_EQ(make({{"images", "i"}, {"labels", "l"}}).data.source, DataSource::idx);
}

TEST(Resolve, OptionsOfAnotherSourceAreRefusedUnlessOverridden) {
  EXPECT_THAT(refusal({{"data", "mnist"}, {"noise", "0.1"}}), HasSubstr("--noise"));
  EXPECT_THAT(refusal({{"data", "moons"}, {"csv", "x.csv"}}), HasSubstr("--csv"));
  EXPECT_THAT(refusal({{"data", "mnist", By::file}, {"noise", "0.1", By::file}}),
              HasSubstr("--noise"));
  EXPECT_EQ(
      make({{"data", "moons"}, {"csv", "x.csv", By::file}, {"target", "y", By::file}}).data.source,
      DataSource::moons);
}

TEST(Resolve, MissingCompanions) {
  EXPECT_THAT(refusal({{"data", "csv"}}), HasSubstr("csv"));
  EXPECT_THAT(refusal({{"csv", "x.csv"}}), HasSubstr("target"));
  EXPECT_THAT(refusal({{"images", "i"}}), HasSubstr("labels"));
  EXPECT_THAT(refusal({{"learning-rate", "step"}}), HasSubstr("learning-rate-steps"));
  EXPECT_THAT(refusal({{"learning-rate-steps", "10:0.1"}}), HasSubstr("learning-rate = step"));
  EXPECT_THAT(refusal({{"data", "mnist"}, {"test-offset", "5"}}), HasSubstr("test-samples"));
  EXPECT_THAT(refusal({{"validation-samples", "50"}}), HasSubstr("folds"));
}

TEST(Resolve, ScoringGoesWithTheTask) {
  EXPECT_THAT(refusal({{"scoring", "r2"}}), HasSubstr("scoring"));
  EXPECT_THAT(refusal({{"task", "autoencoder"}, {"scoring", "accuracy"}}), HasSubstr("scoring"));
  EXPECT_THAT(refusal({{"task", "regression"}}), HasSubstr("csv"));
  EXPECT_THAT(refusal({{"target-scale", "unit"}}), HasSubstr("target-scale"));
  EXPECT_EQ(make({{"task", "autoencoder"}}).scoring, Scoring::neg_mean_squared_error);

  Experiment csv = make({{"csv", "x.csv"}, {"target", "y"}});
  Dataset values;
  values.target_values = {1.0};
  resolve_task(csv, values);
  EXPECT_EQ(csv.scoring, Scoring::r2);
}

TEST(Resolve, WhatTheEngineCannotTrainIsRefusedAtOnce) {
  EXPECT_THAT(refusal({{"solver", "adam,lbfgs"}, {"l1", "0,0.1"}}), HasSubstr("l1"));
  EXPECT_THAT(refusal({{"early-stopping", "true"}, {"restore-best", "true"}}),
              HasSubstr("restore-best"));
  EXPECT_THAT(refusal({{"patience", "3"}, {"eval-every", "2"}}), HasSubstr("eval-every"));
}

TEST(Resolve, EveryConfigOfAGridHasToMakeSense) {
  EXPECT_THAT(refusal({{"learning-rate", "constant,step"}}), HasSubstr("learning-rate-steps"));
  EXPECT_THAT(refusal({{"solver", "sgd"}, {"regularization", "none,l2"}}),
              HasSubstr("regularization-rate"));
  EXPECT_THAT(
      refusal({{"solver", "sgd"}, {"regularization", "none,l2"}, {"regularization-rate", "0,1"}}),
      HasSubstr("regularization=l2 regularization_rate=0"));
  EXPECT_THAT(refusal({{"solver", "sgd"}, {"regularization-rate", "0,1"}}),
              HasSubstr("regularization"));
  EXPECT_THAT(refusal({{"early-stopping", "true,false"}, {"restore-best", "true"}}),
              HasSubstr("restore-best"));
  EXPECT_THAT(refusal({{"task", "autoencoder"}, {"scale", "none,unit"}}), HasSubstr("scale"));
  EXPECT_NO_THROW((void)make(
      {{"solver", "sgd"}, {"regularization", "none,l1,l2"}, {"regularization-rate", "0.003"}}));
}

TEST(Resolve, SeedsOfAllRepeatsFit) {
  EXPECT_THAT(refusal({{"random-state", "2147483647"}, {"repeats", "2"}}), HasSubstr("repeats"));
  EXPECT_EQ(make({{"random-state", "2147483647"}}).config.training.random_state, 2147483647u);
}

Network output(const std::vector<Value>& values, std::size_t n_classes) {
  Experiment e = make(values);
  Dataset dataset;
  dataset.n_features = 4;
  dataset.labels = {0};
  dataset.class_names.resize(n_classes);
  if (e.data.task == Task::autoencoder) dataset.labels.clear();
  return make_network(e, e.config, dataset);
}

TEST(OutputLayer, FollowsTheData) {
  EXPECT_EQ(output({}, 2).output, Output::logistic);
  EXPECT_EQ(output({}, 2).n_outputs, 1u);
  EXPECT_EQ(output({}, 3).output, Output::softmax);
  EXPECT_EQ(output({}, 3).n_outputs, 3u);
  EXPECT_EQ(output({}, 3).loss, Loss::log_loss);
  const Network autoencoder = output({{"task", "autoencoder"}}, 0);
  EXPECT_EQ(autoencoder.output, Output::linear);
  EXPECT_EQ(autoencoder.n_outputs, 4u);
  EXPECT_EQ(autoencoder.loss, Loss::squared_error);
}

TEST(OutputLayer, Overrides) {
  EXPECT_EQ(output({{"output", "softmax"}}, 2).n_outputs, 2u);
  EXPECT_EQ(output({{"output", "tanh"}}, 2).loss, Loss::squared_error);
  EXPECT_EQ(output({{"loss", "squared_error"}}, 2).output, Output::logistic);
  EXPECT_EQ(output({{"output", "auto"}, {"loss", "auto"}}, 2).output, Output::logistic);
  EXPECT_THROW(output({{"output", "logistic"}}, 3), UsageError);
  EXPECT_THROW(output({{"output", "linear"}}, 2), UsageError);
  EXPECT_THROW(output({{"output", "tanh"}, {"loss", "log_loss"}}, 2), UsageError);
  EXPECT_THROW(output({{"output", "softmax"}, {"task", "autoencoder"}}, 0), UsageError);
  EXPECT_THROW(output({{"loss", "squared_error"}}, 3), UsageError);
  EXPECT_THROW(output({{"loss", "squared_error"}, {"scoring", "neg_log_loss"}}, 2), UsageError);
}

}  // namespace
}  // namespace mlpgrid
