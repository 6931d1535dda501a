// The product of the axes.
#include "experiments/plan/grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiments/options/options.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {
namespace {

using testing::ElementsAre;

Experiment experiment(const std::vector<std::pair<std::string, std::string>>& values) {
  GivenValues given;
  for (const auto& [name, text] : values) given[name] = {text, name, GivenValue::By::file};
  return make_experiment(given);
}

template <class T>
std::vector<T> param(const Grid& grid, const std::string& name) {
  for (const ParamColumn& column : grid.params) {
    if (column.name == name) return std::get<std::vector<T>>(column.values);
  }
  return {};
}

TEST(Grid, LastAxisVariesFastest) {
  const Grid grid = make_grid(experiment({{"activation", "tanh,relu"}, {"alpha", "1,2,3"}}), 100);
  EXPECT_THAT(param<std::string>(grid, "activation"),
              ElementsAre("tanh", "tanh", "tanh", "relu", "relu", "relu"));
  EXPECT_THAT(param<double>(grid, "alpha"), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_EQ(grid.label[1], "activation=tanh alpha=2");
}

TEST(Grid, UsualAxesHaveAColumnOthersWhereTheyVary) {
  const Grid grid = make_grid(experiment({}), 100);
  EXPECT_EQ(grid.params.size(), 13u);
  EXPECT_EQ(grid.params[0].name, "hidden_layer_sizes");
  EXPECT_THAT(param<std::string>(grid, "hidden_layer_sizes"), ElementsAre("100"));
  EXPECT_THAT(param<std::int32_t>(grid, "batch_size"), ElementsAre(100));
  EXPECT_EQ(grid.label[0], "hidden_layer_sizes=100 activation=relu solver=adam");
  const Grid varied = make_grid(
      experiment(
          {{"max-iter", "50,100"}, {"early-stopping", "true,false"}, {"loss", "auto,log_loss"}}),
      100);
  EXPECT_EQ(varied.params.size(), 16u);
  EXPECT_THAT(param<std::int32_t>(varied, "max_iter"),
              ElementsAre(50, 50, 50, 50, 100, 100, 100, 100));
  EXPECT_THAT(param<std::string>(varied, "early_stopping"),
              ElementsAre("true", "true", "false", "false", "true", "true", "false", "false"));
  EXPECT_EQ(varied.label[1], "max_iter=50 early_stopping=true loss=log_loss");
}

// Each of two values of every axis: they are configs of their own unless no fit could tell.
TEST(Grid, EveryAxisTellsItsValuesApart) {
  const std::map<std::string, std::string> values = {{"hidden-layer-sizes", "4,5"},
                                                     {"activation", "relu,tanh"},
                                                     {"init", "sklearn,torch"},
                                                     {"init-scale", "1,2"},
                                                     {"solver", "sgd,adam"},
                                                     {"learning-rate-init", "1,2"},
                                                     {"batch-size", "4,5"},
                                                     {"alpha", "0,1"},
                                                     {"l1", "0,1"},
                                                     {"l2-sum", "0,1"},
                                                     {"momentum", "0,1"},
                                                     {"learning-rate", "constant,adaptive"},
                                                     {"regularization", "l1,l2"},
                                                     {"features-config", "0,1"},
                                                     {"max-iter", "4,5"},
                                                     {"tol", "0,1"},
                                                     {"n-iter-no-change", "4,5"},
                                                     {"early-stopping", "true,false"},
                                                     {"validation-fraction", "0.1,0.2"},
                                                     {"patience", "0,5"},
                                                     {"monitor", "train_loss,val_loss"},
                                                     {"restore-best", "true,false"},
                                                     {"stop-val-loss-sum", "0,1"},
                                                     {"shuffle", "true,false"},
                                                     {"nesterovs-momentum", "true,false"},
                                                     {"beta-1", "0.5,0.9"},
                                                     {"beta-2", "0.5,0.9"},
                                                     {"epsilon", "1e-8,1e-4"},
                                                     {"power-t", "0.5,1"},
                                                     {"regularization-rate", "1,2"},
                                                     {"max-fun", "10,20"},
                                                     {"bias-init", "auto,0.1"},
                                                     {"init-order", "weights-first,bias-first"},
                                                     {"output", "softmax,logistic"},
                                                     {"loss", "log_loss,log_loss_sum"},
                                                     {"gradient-of", "loss,squared_error"},
                                                     {"precision", "float32,float64"},
                                                     {"scale", "none,standard"},
                                                     {"scale-on", "train,all"},
                                                     {"target-scale", "none,standard"}};
  // What has to be set beside some of them so that they decide anything.
  const std::map<std::string, std::vector<std::pair<std::string, std::string>>> beside = {
      {"momentum", {{"solver", "sgd"}}},
      {"learning-rate", {{"solver", "sgd"}}},
      {"nesterovs-momentum", {{"solver", "sgd"}}},
      {"power-t", {{"solver", "sgd"}, {"learning-rate", "invscaling"}}},
      {"regularization", {{"solver", "sgd"}, {"regularization-rate", "1"}}},
      {"regularization-rate", {{"solver", "sgd"}, {"regularization", "l1"}}},
      {"validation-fraction", {{"early-stopping", "true"}}},
      {"max-fun", {{"solver", "lbfgs"}}},
      {"features-config", {{"features-from", "run.h5"}, {"features-layer", "1"}}},
      {"monitor", {{"patience", "3"}}},
      {"scale-on", {{"scale", "standard"}}},
      {"target-scale", {{"data", "line"}}}};
  std::size_t axes = 0;
  for (const ExperimentOption& option : experiment_options()) {
    if (!option.axis) continue;
    ++axes;
    ASSERT_TRUE(values.contains(option.name)) << option.name;
    std::vector<std::pair<std::string, std::string>> given = {
        {option.name, values.at(option.name)}};
    if (const auto more = beside.find(option.name); more != beside.end()) {
      given.insert(given.end(), more->second.begin(), more->second.end());
    }
    const Grid grid = make_grid(experiment(given), 100);
    EXPECT_THAT(grid.alias_of, ElementsAre(0, 1)) << option.name;
    EXPECT_NE(grid.label[0], grid.label[1]) << option.name;
  }
  EXPECT_EQ(axes, values.size());
}

TEST(Grid, WhatASolverIgnoresTellsNothingApart) {
  EXPECT_THAT(make_grid(experiment({{"monitor", "train_loss,val_loss"}}), 100).alias_of,
              ElementsAre(0, 0));
  EXPECT_THAT(
      make_grid(experiment({{"scale", "none,standard"}, {"scale-on", "train,all"}}), 100).alias_of,
      ElementsAre(0, 0, 2, 3));
  for (const char* option : {"beta-1", "beta-2"}) {
    const Grid grid = make_grid(experiment({{"solver", "sgd"}, {option, "0.5,0.9"}}), 100);
    EXPECT_THAT(grid.alias_of, ElementsAre(0, 0)) << option;
  }
  EXPECT_THAT(make_grid(experiment({{"solver", "lbfgs"}, {"shuffle", "true,false"}}), 100).alias_of,
              ElementsAre(0, 0));
  EXPECT_THAT(
      make_grid(experiment({{"early-stopping", "true,false"}, {"validation-fraction", "0.1,0.2"}}),
                100)
          .alias_of,
      ElementsAre(0, 1, 2, 2));
}

TEST(Grid, ScalesOfInitializers) {
  const Grid grid =
      make_grid(experiment({{"init", "zero,he_normal,normal:0.1"}, {"init-scale", "2"}}), 100);
  EXPECT_THAT(param<std::string>(grid, "init"), ElementsAre("zero", "he_normal", "normal:0.1"));
  EXPECT_THAT(param<double>(grid, "init_scale"), ElementsAre(2, 2, 0.1));
  EXPECT_EQ(grid.label[2], "init=normal:0.1");
}

TEST(Grid, BatchSizesInRows) {
  EXPECT_EQ((BatchSize{BatchSize::Rule::automatic, 0}).among(5333), 200u);
  EXPECT_EQ((BatchSize{BatchSize::Rule::automatic, 0}).among(150), 150u);
  EXPECT_EQ((BatchSize{BatchSize::Rule::full, 0}).among(5333), 5333u);
  EXPECT_EQ((BatchSize{BatchSize::Rule::rows, 64}).among(5333), 64u);
  EXPECT_EQ((BatchSize{BatchSize::Rule::rows, 64}).among(50), 50u);
}

TEST(Grid, FashionGridHas27ConfigsOf19Kinds) {
  const Grid grid = make_grid(experiment({{"solver", "lbfgs,sgd,adam"},
                                          {"learning-rate-init", "0.2,0.002,0.00002"},
                                          {"batch-size", "64,128,256"}}),
                              5334);
  ASSERT_EQ(grid.configs.size(), 27u);
  int distinct = 0;
  for (std::size_t i = 0; i < 27; ++i) distinct += grid.alias_of[i] == static_cast<int>(i);
  EXPECT_EQ(distinct, 19);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(grid.alias_of[i], 0);
  EXPECT_EQ(grid.label[26], "solver=adam learning_rate_init=2e-05 batch_size=256");
}

TEST(Grid, AliasesOnResolvedValues) {
  EXPECT_THAT(make_grid(experiment({{"batch-size", "auto,200,full"}}), 1000).alias_of,
              ElementsAre(0, 0, 2));
  EXPECT_THAT(make_grid(experiment({{"batch-size", "auto,200,full"}}), 100).alias_of,
              ElementsAre(0, 0, 0));
  EXPECT_THAT(
      make_grid(experiment({{"solver", "adam,sgd"}, {"momentum", "0.5,0.9"}}), 100).alias_of,
      ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(
      make_grid(experiment({{"solver", "adam"}, {"learning-rate", "constant,adaptive"}}), 100)
          .alias_of,
      ElementsAre(0, 0));
  EXPECT_THAT(make_grid(experiment({{"init", "zero,normal"}, {"init-scale", "1,2"}}), 100).alias_of,
              ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(make_grid(experiment({{"solver", "lbfgs"}, {"alpha", "0,1"}}), 100).alias_of,
              ElementsAre(0, 1));
}

TEST(Grid, HugeProductsAreRefusedBeforeTheyAreMade) {
  std::string list = "1";
  for (int i = 2; i <= 1 << 8; ++i) list += "," + std::to_string(i);
  const std::vector<std::pair<std::string, std::string>> values = {
      {"hidden-layer-sizes", list}, {"init-scale", list}, {"learning-rate-init", list}};
  EXPECT_THROW((void)experiment(values), UsageError);
  Experiment huge;
  for (const char* axis : {"a", "b", "c", "d", "e"}) huge.varied[axis].resize(1 << 16);
  EXPECT_EQ(grid_size(huge), static_cast<std::size_t>(-1));
}

}  // namespace
}  // namespace mlpgrid
