// Scores of classes against counting over a list of answers.
#include "results/class_scores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace mlpgrid {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr std::size_t kClasses = 4;

struct Answer {
  std::size_t truth, predicted;
};

std::vector<Confusion> counted(const std::vector<Answer>& answers) {
  Confusion pairs;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(kClasses * kClasses); ++i) {
    const std::int32_t truth = i / static_cast<std::int32_t>(kClasses);
    const std::int32_t predicted = i % static_cast<std::int32_t>(kClasses);
    const auto count = std::ranges::count_if(answers, [&](const Answer& answer) {
      return static_cast<std::int32_t>(answer.truth) == truth &&
             static_cast<std::int32_t>(answer.predicted) == predicted;
    });
    if (count > 0) pairs.push_back({truth, predicted, static_cast<std::int32_t>(count)});
  }
  return {pairs};
}

TEST(ClassScores, AreThoseOfTheAnswers) {
  std::mt19937 random(1);
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<Answer> answers;
    for (int i = 0; i < 1 + repeat; ++i) answers.push_back({random() % kClasses, random() % 3});
    const std::vector<Confusion> counts = counted(answers);
    const ClassScores scores = class_scores(counts, kClasses);
    for (std::size_t c = 0; c < kClasses; ++c) {
      double both = 0, predicted = 0, truth = 0;
      for (const Answer& answer : answers) {
        both += answer.truth == c && answer.predicted == c;
        predicted += answer.predicted == c;
        truth += answer.truth == c;
      }
      const double precision = predicted > 0 ? both / predicted : 0.0;
      const double recall = truth > 0 ? both / truth : 0.0;
      const double f1 = both > 0 ? 2 * precision * recall / (precision + recall) : 0.0;
      EXPECT_DOUBLE_EQ(scores.precision[c], precision);
      EXPECT_DOUBLE_EQ(scores.recall[c], recall);
      EXPECT_NEAR(scores.f1[c], f1, 1e-15);
      EXPECT_EQ(scores.support[c], truth);
    }
    double equal = 0;
    for (const Answer& answer : answers) {
      for (std::size_t c = 0; c < kClasses; ++c) {
        equal += (answer.truth == c) == (answer.predicted == c);
      }
    }
    EXPECT_NEAR(elementwise_accuracy(counts, kClasses)[0],
                equal / static_cast<double>(kClasses * answers.size()), 1e-15);
  }
}

TEST(ClassScores, FitsStandOneAfterTheOther) {
  const std::vector<Confusion> counts = {counted({{0, 0}, {1, 1}})[0],
                                         counted({{0, 1}, {1, 1}, {1, 1}, {2, 0}})[0]};
  EXPECT_THAT(elementwise_accuracy(counts, kClasses), ElementsAre(1.0, 0.75));
  EXPECT_EQ(class_scores(counts, kClasses).support[5], 2);
  EXPECT_EQ(added_up(counts), (Confusion{{0, 0, 1}, {0, 1, 1}, {1, 1, 3}, {2, 0, 1}}));
}

TEST(ClassScores, AFitWithoutPredictionsHasNone) {
  const std::vector<Confusion> none(1);
  EXPECT_TRUE(std::isnan(elementwise_accuracy(none, kClasses)[0]));
  EXPECT_THAT(class_scores(none, kClasses).f1, Each(::testing::IsNan()));
  EXPECT_THAT(class_scores(none, kClasses).support, Each(0));
  EXPECT_THAT(collapsed(none), ElementsAre(0));
  EXPECT_TRUE(elementwise_accuracy({}, 0).empty());
}

TEST(ClassScores, CollapsedIsOneAnswerToSeveralClasses) {
  EXPECT_THAT(collapsed(counted({{0, 2}, {1, 2}, {2, 2}})), ElementsAre(1));
  EXPECT_THAT(collapsed(counted({{0, 2}, {1, 2}, {2, 1}})), ElementsAre(0));
  EXPECT_THAT(collapsed(counted({{2, 2}, {2, 2}})), ElementsAre(0)) << "nothing else";
}

}  // namespace
}  // namespace mlpgrid
