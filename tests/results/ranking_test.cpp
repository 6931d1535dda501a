// Ranking against numbers worked out by hand (and by scikit-learn 1.2.1's cv_results_ rules).
#include "results/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mlpgrid {
namespace {

using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

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
