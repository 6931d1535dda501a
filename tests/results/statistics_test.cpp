// Tests of differences against SciPy's numbers (tests/golden/make_statistics.py), and what no
// library has an answer for: folds that all differ by the same.
#include "results/analysis/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

namespace mlpgrid {
namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(std::ifstream(MLPGRID_GOLDEN_DIR "/statistics-scipy.json"));
}

// Relative: probabilities far in the tails count, too.
void expect_close(double ours, double theirs, double digits = 1e-10) {
  EXPECT_NEAR(ours, theirs, digits * std::abs(theirs));
}

// Of a difference of two numbers up to 1.
void expect_near(double ours, double theirs) { EXPECT_NEAR(ours, theirs, 1e-12); }

TEST(Statistics, DifferencesAsSciPyTestsThem) {
  const auto all = golden();
  ASSERT_GE(all["differences"].size(), 8U);
  for (const auto& c : all["differences"]) {
    SCOPED_TRACE(c["t_stat"].dump());
    const double ratio = c["n_test"].get<double>() / c["n_train"].get<double>();
    const auto difference =
        difference_of_scores(c["differences"].get<std::vector<double>>(), ratio);
    expect_close(difference.mean, c["mean"]);
    expect_close(difference.corrected_std, c["corrected_std"]);
    const TTest test = t_test(difference);
    expect_close(test.t_stat, c["t_stat"]);
    expect_close(test.p_val, c["p_val"]);
    const Interval interval = confidence_interval(difference, 0.05);
    // SciPy's quantiles have eight digits: its own t.sf(t.isf(p)) is p * (1 - 2.5e-8) for 99
    // degrees.
    expect_close(interval.low, c["low"], 1e-7);
    expect_close(interval.high, c["high"], 1e-7);
    expect_close(half_width(difference, 0.001), c["half_width_001"], 1e-7);
    const RopeProbabilities probabilities = rope_probabilities(difference, c["rope"]);
    expect_close(probabilities.better, c["better_prob"]);
    expect_close(probabilities.worse, c["worse_prob"]);
    expect_near(probabilities.equivalent, c["rope_prob"]);
  }
}

TEST(Statistics, HolmIsTheClosureOfBonferroni) {
  const auto all = golden();
  ASSERT_GE(all["holm"].size(), 7U);
  for (const auto& c : all["holm"]) {
    SCOPED_TRACE(c["p_val"].dump());
    const auto adjusted = holm_adjusted(c["p_val"].get<std::vector<double>>());
    ASSERT_EQ(adjusted.size(), c["adjusted"].size());
    for (std::size_t i = 0; i < adjusted.size(); ++i) expect_close(adjusted[i], c["adjusted"][i]);
  }
}

TEST(Statistics, TheSmallestSignificantMeanIsSignificantAndNoSmallerOneIs) {
  DifferenceOfScores difference{0.0, 0.02, 4.0};
  const double smallest = half_width(difference, 0.05);
  difference.mean = smallest * 1.0001;
  EXPECT_LT(t_test(difference).p_val, 0.05);
  difference.mean = -smallest * 0.9999;
  EXPECT_GT(t_test(difference).p_val, 0.05);
}

TEST(Statistics, ScoresThatAreEqualInEveryFold) {
  const auto difference = difference_of_scores(std::vector{0.0, 0.0, 0.0}, 0.5);
  EXPECT_EQ(difference.corrected_std, 0.0);
  EXPECT_EQ(t_test(difference).t_stat, 0.0);
  EXPECT_EQ(t_test(difference).p_val, 1.0);
  EXPECT_EQ(confidence_interval(difference, 0.05).high, 0.0);
  EXPECT_EQ(rope_probabilities(difference, 0.0).equivalent, 1.0);
  EXPECT_EQ(rope_probabilities(difference, 0.0).better, 0.0);
}

TEST(Statistics, TheSameDifferenceInEveryFoldIsTheLimitOfASmallSpread) {
  // 0.9 - 0.8 and 0.7 - 0.6 differ in their last bits.
  const auto equal = difference_of_scores(std::vector{0.8 - 0.9, 0.6 - 0.7, -0.1}, 0.5);
  EXPECT_EQ(equal.corrected_std, 0.0);
  EXPECT_EQ(t_test(equal).t_stat, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(t_test(equal).p_val, 0.0);
  EXPECT_EQ(rope_probabilities(equal, 0.01).worse, 1.0);
  EXPECT_EQ(rope_probabilities(equal, 0.2).equivalent, 1.0);
  const auto nearly = difference_of_scores(std::vector{-0.1, -0.1 + 1e-7, -0.1 - 1e-7}, 0.5);
  EXPECT_GT(nearly.corrected_std, 0.0);
  EXPECT_LT(t_test(nearly).p_val, 1e-10);
  EXPECT_NEAR(rope_probabilities(nearly, 0.01).worse, 1.0, 1e-10);
}

TEST(Statistics, RefusesWhatHasNoAnswer) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> two = {0.1, 0.2};
  EXPECT_THROW((void)difference_of_scores(std::vector{0.1}, 0.5), std::invalid_argument);
  EXPECT_THROW((void)difference_of_scores(std::vector{0.1, nan}, 0.5), std::invalid_argument);
  for (const double ratio : {0.0, -1.0, nan}) {
    EXPECT_THROW((void)difference_of_scores(two, ratio), std::invalid_argument);
  }
  const auto difference = difference_of_scores(two, 0.5);
  for (const double rope : {-0.01, nan}) {
    EXPECT_THROW((void)rope_probabilities(difference, rope), std::invalid_argument);
  }
  for (const double alpha : {0.0, 1.0, nan}) {
    EXPECT_THROW((void)confidence_interval(difference, alpha), std::invalid_argument);
  }
}

}  // namespace
}  // namespace mlpgrid
