// Splits of loaded data: which rows they are made of, and what is refused.
#include "data/load/make_splits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Rows = std::vector<std::int32_t>;

// Seven rows of classes 0 0 1 1 0 1 0; the pool is a part of them, out of order.
LoadedData seven_rows() {
  LoadedData data;
  data.dataset.n_rows = 7;
  data.dataset.n_features = 1;
  data.dataset.values = {0, 1, 2, 3, 4, 5, 6};
  data.dataset.labels = {0, 0, 1, 1, 0, 1, 0};
  data.dataset.class_names = {"ant", "bee"};
  data.pool = {6, 5, 4, 3};
  return data;
}

TEST(MakeSplits, MapsPositionsInThePoolToRows) {
  SplitOptions options;
  options.folds = 2;
  const auto stratified = make_splits(seven_rows(), options);  // classes 0 1 0 1
  ASSERT_EQ(stratified.size(), 2U);
  EXPECT_THAT(stratified[0].held_out, ElementsAre(6, 5));
  EXPECT_THAT(stratified[0].train, ElementsAre(4, 3));

  options.folds = 4;
  options.stratify = false;
  const auto plain = make_splits(seven_rows(), options);
  EXPECT_THAT(plain[3].held_out, ElementsAre(3));
  EXPECT_THAT(plain[3].train, ElementsAre(6, 5, 4));
}

TEST(MakeSplits, ShufflesAndSeedsAsAskedFor) {
  DataOptions data_options;
  data_options.source = DataSource::moons;
  const LoadedData data = load_data(data_options);  // the pool is rows 0 to 499
  SplitOptions options;
  options.shuffle_folds = true;
  options.fold_seed = 5;
  EXPECT_EQ(make_splits(data, options)[1].held_out,
            stratified_k_fold(data.dataset.labels, 3, true, 5)[1].held_out);
  options.stratify = false;
  EXPECT_EQ(make_splits(data, options)[1].held_out, k_fold(500, 3, true, 5)[1].held_out);
  options.folds = 1;
  options.test_size = 0.2;
  options.split_seed = 8;
  EXPECT_EQ(make_splits(data, options)[0].held_out, train_test_split(500, 0.2, 8).held_out);
  options.stratify = true;
  EXPECT_EQ(make_splits(data, options)[0].train,
            stratified_train_test_split(data.dataset.labels, 0.2, 8).train);
}

TEST(MakeSplits, FoldsZeroScoreOnTheTrainingRows) {
  SplitOptions options;
  options.folds = 0;
  const auto splits = make_splits(seven_rows(), options);
  ASSERT_EQ(splits.size(), 1U);
  EXPECT_EQ(splits[0].train, (Rows{6, 5, 4, 3}));
  EXPECT_EQ(splits[0].held_out, splits[0].train);
}

TEST(MakeSplits, ValidationSizeIsAPlainSplitOfThePool) {
  SplitOptions options;
  options.folds = 0;
  options.validation_size = 0.5;
  options.split_seed = 3;
  const auto splits = make_splits(seven_rows(), options);
  ASSERT_EQ(splits.size(), 1U);
  const Split positions = train_test_split(4, 0.5, 3);
  const Rows pool = {6, 5, 4, 3};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(splits[0].train[i], pool[static_cast<std::size_t>(positions.train[i])]);
    EXPECT_EQ(splits[0].held_out[i], pool[static_cast<std::size_t>(positions.held_out[i])]);
  }
  options.folds = 1;
  EXPECT_THROW((void)make_splits(seven_rows(), options), std::invalid_argument);
}

TEST(MakeSplits, ValidationRowsAreHeldOut) {
  LoadedData data = seven_rows();
  data.validation = {0, 1};
  for (const int folds : {0, 1}) {
    SplitOptions options;
    options.folds = folds;
    const auto splits = make_splits(data, options);
    ASSERT_EQ(splits.size(), 1U);
    EXPECT_EQ(splits[0].train, data.pool);
    EXPECT_EQ(splits[0].held_out, data.validation);
  }
  EXPECT_THAT(testing::error_of([&] { (void)make_splits(data, {}); }),
              AllOf(HasSubstr("--folds 3"), HasSubstr("--validation-samples")));
}

TEST(MakeSplits, RegressionIsNeverStratified) {
  LoadedData data = seven_rows();
  data.dataset.labels.clear();
  data.dataset.class_names.clear();
  EXPECT_EQ(make_splits(data, {})[0].held_out, (Rows{6, 5}));
}

TEST(MakeSplits, NamesClassAndOption) {
  const auto error = [](SplitOptions options) {
    return testing::error_of([&] { (void)make_splits(seven_rows(), options); });
  };
  EXPECT_THAT(error({.folds = 3}),
              AllOf(HasSubstr("--folds 3"), HasSubstr("has 2"), HasSubstr("--stratify false")));
  EXPECT_THAT(error({.folds = 5, .stratify = false}), HasSubstr("--folds 5"));
  EXPECT_THAT(error({.folds = -1}), HasSubstr("--folds -1"));
  LoadedData rare = seven_rows();
  rare.dataset.labels[static_cast<std::size_t>(rare.pool[0])] = 1;
  const std::string one = testing::error_of([&] { (void)make_splits(rare, {.folds = 1}); });
  EXPECT_THAT(one, AllOf(HasSubstr("--folds 1"), HasSubstr("class 'ant' has one row")));
  EXPECT_THAT(one, ::testing::Not(HasSubstr("--stratify false")));
  EXPECT_EQ(make_splits(rare, {.folds = 2}).size(), 2U);  // as StratifiedKFold does
  EXPECT_THAT(error({.folds = 1, .test_size = 1.5}), HasSubstr("--test-size 1.5"));
}

}  // namespace
}  // namespace mlpgrid
