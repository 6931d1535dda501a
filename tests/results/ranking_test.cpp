// Ranking against numbers worked out by hand, and to the bit against scikit-learn 1.2.1's
// GridSearchCV (tests/golden/make_ranking.py).
#include "results/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mlpgrid {
namespace {

using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

constexpr std::size_t kConfigs = 5;

// As in make_ranking.py.
std::vector<double> scores_of(std::size_t n_folds) {
  std::uint64_t state = n_folds;
  std::vector<double> scores;
  for (std::size_t config = 0; config < kConfigs; ++config) {
    for (std::size_t fold = 0; fold < n_folds; ++fold) {
      if (config % 2 == 1) {
        scores.push_back(scores[config * n_folds - 1 - fold]);
      } else {
        state = state * 6364136223846793005U + 1442695040888963407U;
        scores.push_back(static_cast<double>((state >> 33U) % 31U) / 30.0);
      }
    }
  }
  if (n_folds % 10 == 0) scores[2 * n_folds + 1] = kNaN;
  return scores;
}

void expect_same_bits(double ours, const nlohmann::json& theirs) {
  if (theirs.is_null()) {
    EXPECT_TRUE(std::isnan(ours));
  } else {
    EXPECT_EQ(ours, std::strtod(theirs.get<std::string>().c_str(), nullptr));
  }
}

TEST(Ranking, SameBitsAsScikitLearnFrom2To200Folds) {
  const auto all = nlohmann::json::parse(std::ifstream(MLPGRID_GOLDEN_DIR "/ranking-sklearn.json"));
  ASSERT_EQ(all.size(), 199U);
  for (const auto& run : all) {
    const auto folds = run["folds"].get<std::size_t>();
    SCOPED_TRACE(folds);
    const Ranking ranking = rank_configs(scores_of(folds), folds);
    for (std::size_t config = 0; config < kConfigs; ++config) {
      expect_same_bits(ranking.mean_test_score[config], run["mean"][config]);
      expect_same_bits(ranking.std_test_score[config], run["std"][config]);
      EXPECT_EQ(ranking.rank_test_score[config], run["rank"][config].get<std::int32_t>());
    }
  }
}

TEST(Ranking, MeanAndPopulationDeviation) {
  const Ranking ranking = rank_configs(std::vector{1.0, 2.0, 6.0, 4.0, 4.0, 4.0}, 3);
  EXPECT_THAT(ranking.mean_test_score, ElementsAre(3.0, 4.0));
  EXPECT_DOUBLE_EQ(ranking.std_test_score[0], std::sqrt(14.0 / 3.0));
  EXPECT_EQ(ranking.std_test_score[1], 0.0);
  EXPECT_THAT(ranking.rank_test_score, ElementsAre(2, 1));
  EXPECT_EQ(ranking.best(), 1);
}

TEST(Ranking, TiesShareTheSmallerRank) {
  const Ranking ranking = rank_configs(std::vector{0.5, 0.75, 0.25, 0.75, 0.5}, 1);
  EXPECT_THAT(ranking.rank_test_score, ElementsAre(3, 1, 5, 1, 3));
  EXPECT_EQ(ranking.best(), 1);
}

TEST(Ranking, NotANumberSharesTheLastRank) {
  const Ranking ranking = rank_configs(std::vector{kNaN, 1.0, 0.5, 0.5, 1.0, kNaN, -3.0, -3.0}, 2);
  EXPECT_THAT(ranking.rank_test_score, ElementsAre(3, 1, 3, 2));
  EXPECT_TRUE(std::isnan(ranking.mean_test_score[0]));
  EXPECT_TRUE(std::isnan(ranking.std_test_score[2]));
}

TEST(Ranking, MinusInfinityRanksAboveNotANumber) {
  const Ranking ranking = rank_configs(std::vector{-kInf, kNaN, 0.0}, 1);
  EXPECT_THAT(ranking.rank_test_score, ElementsAre(2, 3, 1));
}

TEST(Ranking, WithoutAnyScoreNothingIsBest) {
  const Ranking ranking = rank_configs(std::vector{kNaN, kNaN}, 1);
  EXPECT_THAT(ranking.rank_test_score, ElementsAre(1, 1));
  EXPECT_EQ(ranking.best(), -1);
}

TEST(Ranking, RefusesAnUnevenNumberOfScores) {
  EXPECT_THROW((void)rank_configs(std::vector{1.0, 2.0, 3.0}, 2), std::invalid_argument);
  EXPECT_THROW((void)rank_configs(std::vector{1.0}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace mlpgrid
