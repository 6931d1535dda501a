// The product of the axes.
#include "experiments/grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/resolve.hpp"
#include "experiments/usage_error.hpp"

namespace mlpgrid {
namespace {

using testing::ElementsAre;

Axes axes(const std::vector<std::pair<std::string, std::string>>& values) {
  GivenValues given;
  for (const auto& [name, text] : values) given[name] = {text, name, GivenValue::By::file};
  return make_experiment(given).axes;
}

template <class T>
std::vector<T> param(const Grid& grid, const std::string& name) {
  for (const ParamColumn& column : grid.params) {
    if (column.name == name) return std::get<std::vector<T>>(column.values);
  }
  return {};
}

TEST(Grid, LastAxisVariesFastest) {
  const Grid grid = make_grid(axes({{"activation", "tanh,relu"}, {"alpha", "1,2,3"}}), 100);
  EXPECT_THAT(param<std::string>(grid, "activation"),
              ElementsAre("tanh", "tanh", "tanh", "relu", "relu", "relu"));
  EXPECT_THAT(param<double>(grid, "alpha"), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_EQ(grid.label[1], "activation=tanh alpha=2");
}

TEST(Grid, EveryAxisHasAColumn) {
  const Grid grid = make_grid(axes({}), 100);
  EXPECT_EQ(grid.params.size(), 13u);
  EXPECT_EQ(grid.params[0].name, "hidden_layer_sizes");
  EXPECT_THAT(param<std::string>(grid, "hidden_layer_sizes"), ElementsAre("100"));
  EXPECT_THAT(param<std::int32_t>(grid, "batch_size"), ElementsAre(100));
  EXPECT_EQ(grid.label[0], "hidden_layer_sizes=100 activation=relu solver=adam");
}

TEST(Grid, ScalesOfInitializers) {
  const Grid grid =
      make_grid(axes({{"init", "zero,he_normal,normal:0.1"}, {"init-scale", "2"}}), 100);
  EXPECT_THAT(param<std::string>(grid, "init"), ElementsAre("zero", "he_normal", "normal:0.1"));
  EXPECT_THAT(param<double>(grid, "init_scale"), ElementsAre(2, 2, 0.1));
  EXPECT_EQ(grid.label[2], "init=normal:0.1");
}

TEST(Grid, BatchSizesInRows) {
  EXPECT_EQ(resolve_batch_size({BatchSize::Rule::automatic, 0}, 5333), 200u);
  EXPECT_EQ(resolve_batch_size({BatchSize::Rule::automatic, 0}, 150), 150u);
  EXPECT_EQ(resolve_batch_size({BatchSize::Rule::full, 0}, 5333), 5333u);
  EXPECT_EQ(resolve_batch_size({BatchSize::Rule::rows, 64}, 5333), 64u);
  EXPECT_EQ(resolve_batch_size({BatchSize::Rule::rows, 64}, 50), 50u);
}

TEST(Grid, FashionGridHas27ConfigsOf19Kinds) {
  const Grid grid = make_grid(axes({{"solver", "lbfgs,sgd,adam"},
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
  EXPECT_THAT(make_grid(axes({{"batch-size", "auto,200,full"}}), 1000).alias_of,
              ElementsAre(0, 0, 2));
  EXPECT_THAT(make_grid(axes({{"batch-size", "auto,200,full"}}), 100).alias_of,
              ElementsAre(0, 0, 0));
  EXPECT_THAT(make_grid(axes({{"solver", "adam,sgd"}, {"momentum", "0.5,0.9"}}), 100).alias_of,
              ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(
      make_grid(axes({{"solver", "adam"}, {"learning-rate", "constant,adaptive"}}), 100).alias_of,
      ElementsAre(0, 0));
  EXPECT_THAT(make_grid(axes({{"init", "zero,normal"}, {"init-scale", "1,2"}}), 100).alias_of,
              ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(make_grid(axes({{"solver", "lbfgs"}, {"alpha", "0,1"}}), 100).alias_of,
              ElementsAre(0, 1));
}

TEST(Grid, HugeProductsAreRefusedBeforeTheyAreMade) {
  Axes huge;
  huge.hidden_layer_sizes.resize(1 << 16);
  huge.activation.resize(1 << 16);
  huge.init.resize(1 << 16);
  huge.init_scale.resize(1 << 16);
  huge.solver.resize(1 << 16);
  huge.learning_rate_init.resize(1);
  huge.batch_size.resize(1);
  huge.alpha.resize(1);
  huge.l1.resize(1);
  huge.l2_sum.resize(1);
  huge.momentum.resize(1);
  huge.learning_rate.resize(1);
  EXPECT_EQ(grid_size(huge), static_cast<std::size_t>(-1));
  EXPECT_THROW((void)make_grid(huge, 100), UsageError);
}

}  // namespace
}  // namespace mlpgrid
