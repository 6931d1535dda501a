// Splits against scikit-learn 1.2.1, index for index.
#include "data/splits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "data/sources/generators.hpp"

namespace mlpgrid {
namespace {

using Rows = std::vector<std::int32_t>;
using ::testing::ElementsAre;

const nlohmann::json& golden() {
  static const auto data =
      nlohmann::json::parse(std::ifstream(MLPGRID_GOLDEN_DIR "/sklearn-data.json"));
  return data;
}

void expect_held_out(const Splits& splits, const nlohmann::json& expected, std::size_t n_rows) {
  ASSERT_EQ(splits.size(), expected.size());
  for (std::size_t k = 0; k < splits.size(); ++k) {
    const Split split = splits[k];
    EXPECT_EQ(split.held_out, expected[k].get<Rows>()) << "fold " << k;
    Rows complement;
    for (std::size_t i = 0; i < n_rows; ++i) {
      const auto row = static_cast<std::int32_t>(i);
      if (!std::binary_search(split.held_out.begin(), split.held_out.end(), row)) {
        complement.push_back(row);
      }
    }
    EXPECT_EQ(split.train, complement) << "fold " << k;
  }
}

TEST(KFold, MatchesScikitLearn) {
  expect_held_out(k_fold(60, 7, false, 0), golden()["kfold_7"], 60);
  expect_held_out(k_fold(60, 4, true, 9), golden()["kfold_4_shuffle_9"], 60);
}

TEST(KFold, StratifiedMatchesScikitLearn) {
  const Rows labels = golden()["labels"];
  expect_held_out(stratified_k_fold(labels, 3, false, 0), golden()["stratified_kfold_3"], 60);
  expect_held_out(stratified_k_fold(labels, 4, true, 5), golden()["stratified_kfold_4_shuffle_5"],
                  60);
}

// StratifiedKFold(3, shuffle=True, random_state=1), class sizes 5, 6, 6 and 4.
const Rows kUnevenLabels = {2, 0, 1, 2, 1, 0, 0, 1, 2, 3, 3, 3, 2, 1, 0, 2, 2, 3, 1, 0, 1};

TEST(KFold, StratifiedOfUnevenClasses) {
  const auto splits = stratified_k_fold(kUnevenLabels, 3, true, 1);
  EXPECT_THAT(splits[0].held_out, ElementsAre(1, 3, 11, 12, 13, 19, 20));
  EXPECT_THAT(splits[1].held_out, ElementsAre(0, 2, 4, 5, 14, 15, 17));
  EXPECT_THAT(splits[2].held_out, ElementsAre(6, 7, 8, 9, 10, 16, 18));
}

TEST(KFold, IgnoresHowClassesAreNumbered) {
  Rows renumbered = kUnevenLabels;
  for (std::int32_t& label : renumbered) label = 7 - 2 * label;
  const auto expected = stratified_k_fold(kUnevenLabels, 4, true, 3);
  const auto splits = stratified_k_fold(renumbered, 4, true, 3);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(splits[k].held_out, expected[k].held_out);
}

TEST(KFold, RefusesImpossibleFolds) {
  EXPECT_THROW((void)k_fold(10, 1, false, 0), std::invalid_argument);
  EXPECT_THROW((void)k_fold(10, 11, false, 0), std::invalid_argument);
  EXPECT_THROW((void)k_fold(0, 2, false, 0), std::invalid_argument);
  EXPECT_THROW((void)stratified_k_fold(Rows{}, 2, false, 0), std::invalid_argument);
  EXPECT_THROW((void)stratified_k_fold(kUnevenLabels, 7, false, 0), std::invalid_argument);
  EXPECT_NO_THROW((void)stratified_k_fold(kUnevenLabels, 6, false, 0));
}

TEST(TrainTestSplit, MatchesScikitLearn) {
  const Split split = train_test_split(500, 0.3, 42);
  const auto& expected = golden()["train_test_split_500_0.3_42"];
  EXPECT_EQ(split.held_out, expected["test"].get<Rows>());
  ASSERT_EQ(split.train.size(), 350U);
  EXPECT_EQ(Rows(split.train.begin(), split.train.begin() + 10),
            expected["train_first10"].get<Rows>());
}

TEST(TrainTestSplit, StratifiedMatchesScikitLearn) {
  const Dataset moons = make_moons(500, 0.2, 42);
  const Split split = stratified_train_test_split(moons.labels, 0.2, 3);
  const auto& expected = golden()["stratified_train_test_split_moons_500_0.2_3"];
  EXPECT_EQ(split.held_out, expected["test"].get<Rows>());
  ASSERT_EQ(split.train.size(), 400U);
  EXPECT_EQ(Rows(split.train.begin(), split.train.begin() + 10),
            expected["train_first10"].get<Rows>());
}

// train_test_split(arange(21), test_size=0.3, random_state=8, stratify=y): two classes of equal
// size, so that ties are drawn for.
TEST(TrainTestSplit, StratifiedBreaksTiesAsScikitLearn) {
  const Split split = stratified_train_test_split(kUnevenLabels, 0.3, 8);
  EXPECT_THAT(split.train, ElementsAre(13, 19, 16, 3, 8, 4, 18, 6, 12, 2, 11, 17, 5, 10));
  EXPECT_THAT(split.held_out, ElementsAre(9, 15, 1, 20, 0, 14, 7));
}

TEST(TrainTestSplit, RefusesEmptyParts) {
  for (const double size : {0.0, 1.0, -0.1, 0.95, std::nan("")}) {
    EXPECT_THROW((void)train_test_split(10, size, 0), std::invalid_argument) << size;
  }
  EXPECT_THROW((void)stratified_train_test_split(Rows{0, 0, 0, 1}, 0.5, 0), std::invalid_argument);
  EXPECT_THROW((void)stratified_train_test_split(kUnevenLabels, 0.1, 0), std::invalid_argument);
}

}  // namespace
}  // namespace mlpgrid
