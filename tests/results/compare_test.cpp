// What of a run is compared with the best, and how it is said. The tests themselves are
// statistics_test.cpp's.
#include "results/analysis/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/tables/compare_table.hpp"
#include "sample_run.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using ::testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A run of one axis, alpha; `scores` by config and fold. Fold f holds out rows 2f and 2f+1 of 2n.
ResultsFile results_of(const std::vector<std::vector<double>>& scores) {
  ResultsFile results;
  RunDescription& run = results.run;
  const std::size_t folds = scores.front().size();
  run.title = "sample";
  run.scoring = "accuracy";
  std::vector<double> alpha;
  for (std::size_t config = 0; config < scores.size(); ++config) {
    alpha.push_back(0.5 * static_cast<double>(config));
    run.label.push_back("alpha=" + std::to_string(config));
    run.alias_of.push_back(static_cast<std::int32_t>(config));
    for (const double score : scores[config]) {
      results.split_test_score.push_back(score);
      results.status.push_back(std::isnan(score) ? RunStatus::diverged : RunStatus::converged);
    }
  }
  run.params = {{"alpha", alpha}};
  for (std::size_t fold = 0; fold < folds; ++fold) {
    run.fold_seed.push_back(0);
    run.fold_repeat.push_back(0);
    std::vector<std::int32_t> train, held_out;
    for (std::size_t row = 0; row < 2 * folds; ++row) {
      (row / 2 == fold ? held_out : train).push_back(static_cast<std::int32_t>(row));
    }
    run.fold_train_rows.push_back(train);
    run.fold_held_out_rows.push_back(held_out);
  }
  const std::size_t n_fits = results.split_test_score.size();
  results.complete = true;
  results.split_train_score.assign(n_fits, 1.0);
  results.n_iter.assign(n_fits, 3);
  results.fit_time_s.assign(n_fits, 0.5);
  results.score_time_s.assign(n_fits, 0.25);
  results.ranking = rank_configs(results.split_test_score, folds);
  return results;
}

std::string text_of(const ResultsFile& results, TableFormat format = TableFormat::text) {
  return format_comparison(results, compare_with_best(results, 0.01), format, false);
}

std::string refusal(const ResultsFile& results) {
  return message_of([&] { (void)compare_with_best(results, 0.01); });
}

TEST(Compare, TextSaysWhatItAmountsTo) {
  const ResultsFile results =
      results_of({{0.5, 0.625, 0.5, 0.5}, {0.875, 0.75, 0.875, 1.0}, {0.875, 0.75, 1.0, 0.75}});
  EXPECT_EQ(text_of(results), R"golden(sample: accuracy, 4 folds, 3 configs; against the best

rank  config  alpha  mean_test_score  difference        95% interval       p  p (Holm)  better  equivalent  worse
----  ------  -----  ---------------  ----------  ------------------  ------  --------  ------  ----------  -----
   1       1    0.5  0.8750 ± 0.0884
   2       2      1  0.8438 ± 0.1036     -0.0312  [-0.4136, +0.3511]  0.8116    0.8116   0.377       0.058  0.565
   3       0      0  0.5312 ± 0.0541     -0.3438  [-0.7261, +0.0386]  0.0645    0.1290   0.030       0.004  0.965

Not distinguishable from the best: any of the 2 others.

These tests see little: with 4 folds and the spread seen here (median), the smallest difference that counts as significant is 0.3823 for one comparison and 0.5017 for the clearest of 2; --folds 10 --repeats 3 sees more.

p: corrected resampled t-test (Nadeau and Bengio; test to training rows 0.3333), two-sided; p (Holm): corrected for 2 comparisons, significant below 0.05. The interval is of each difference alone.

better, equivalent, worse: probability that the config is more than 0.01 above the best, within 0.01 of it, more than 0.01 below it (--rope, in units of accuracy).
)golden");
}

TEST(Compare, DifferencesAreTakenFoldByFoldAndHolmOverAllOfThem) {
  const auto results =
      results_of({{0.5, 0.625, 0.5}, {0.875, 0.75, 1.0}, {0.75, 0.625, 0.75}, {0.5, 0.25, 0.5}});
  const RunComparison all = compare_with_best(results, 0.02);
  EXPECT_EQ(all.best, 1U);
  EXPECT_EQ(all.n_test_over_n_train, 0.5);
  ASSERT_EQ(all.others.size(), 3U);
  std::vector<double> p_values;
  for (const Comparison& c : all.others) p_values.push_back(c.test.p_val);
  const auto adjusted = holm_adjusted(p_values);
  const std::size_t by_rank[] = {2, 0, 3};
  for (std::size_t i = 0; i < 3; ++i) {
    const Comparison& c = all.others[i];
    EXPECT_EQ(c.config, by_rank[i]);
    std::vector<double> differences;
    for (std::size_t fold = 0; fold < 3; ++fold) {
      differences.push_back(results.split_test_score[3 * c.config + fold] -
                            results.split_test_score[3 + fold]);
    }
    const auto expected = difference_of_scores(differences, 0.5);
    EXPECT_EQ(c.difference.mean, expected.mean);
    EXPECT_EQ(c.difference.corrected_std, expected.corrected_std);
    EXPECT_EQ(c.p_val_holm, adjusted[i]);
    EXPECT_EQ(c.probabilities.worse, rope_probabilities(expected, 0.02).worse);
  }
}

TEST(Compare, TheRatioOfUnbalancedFoldsIsThatOfAllRows) {
  ResultsFile results = results_of({{0.5, 0.75, 0.5}, {0.75, 0.75, 1.0}});
  results.run.fold_train_rows = {{4, 5, 6, 7, 8, 9}, {0, 1, 2, 3, 7, 8, 9}, {0, 1, 2, 3, 4, 5, 6}};
  results.run.fold_held_out_rows = {{0, 1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  EXPECT_EQ(compare_with_best(results, 0.01).n_test_over_n_train, 0.5) << "1/(k-1) for k folds";
}

TEST(Compare, FitsWithoutScoresAreLeftOutAndNamed) {
  ResultsFile results =
      results_of({{0.5, kNaN, 0.5}, {0.875, 0.75, 1.0}, {0.75, 0.5, 0.875}, {kNaN, kNaN, kNaN}});
  results.complete = false;
  for (std::size_t i = 9; i < 12; ++i) results.status[i] = RunStatus::not_run;
  const RunComparison all = compare_with_best(results, 0.01);
  EXPECT_THAT(all.left_out, ElementsAre(0, 3));
  ASSERT_EQ(all.others.size(), 1U);
  EXPECT_EQ(all.others[0].p_val_holm, all.others[0].test.p_val) << "no comparison, no correction";
  EXPECT_THAT(
      text_of(results),
      AllOf(HasSubstr("Left out, without a score in every fold: config 0 (alpha=0), config 3 "
                      "(alpha=3)."),
            HasSubstr("Incomplete: 9 of 12 fits are there")));
}

TEST(Compare, AliasesAreNotComparedEvenWithThemselves) {
  ResultsFile results =
      results_of({{0.875, 0.75, 1.0}, {0.875, 0.75, 1.0}, {0.5, 0.75, 0.75}, {0.5, 0.75, 0.75}});
  results.run.alias_of = {0, 0, 2, 2};
  const RunComparison all = compare_with_best(results, 0.01);
  EXPECT_EQ(all.best, 0U);
  EXPECT_THAT(all.aliases, ElementsAre(1, 3));
  ASSERT_EQ(all.others.size(), 1U);
  EXPECT_EQ(all.others[0].config, 2U);
  EXPECT_THAT(text_of(results),
              HasSubstr("Not compared, being the same fits as another config: 1 = 0, 3 = 2."));
  results.run.alias_of = {0, 0, 0, 0};
  EXPECT_THAT(refusal(results), HasSubstr("nothing to compare"));
}

TEST(Compare, ATieIsAComparisonLikeAnyOther) {
  const ResultsFile results =
      results_of({{0.5, 0.75, 1.0}, {1.0, 0.75, 0.5}, {0.5, 0.75, 1.0}, {0.25, 0.5, 0.25}});
  const RunComparison all = compare_with_best(results, 0.01);
  EXPECT_EQ(all.best, 0U) << "the first of rank 1";
  EXPECT_EQ(all.others[0].config, 1U);
  EXPECT_EQ(all.others[0].test.p_val, 1.0) << "the same mean, other folds";
  EXPECT_LT(all.others[0].probabilities.equivalent, 0.5);
  EXPECT_EQ(all.others[1].config, 2U);
  EXPECT_EQ(all.others[1].test.p_val, 1.0) << "the same score in every fold";
  EXPECT_EQ(all.others[1].probabilities.equivalent, 1.0);
  EXPECT_FALSE(all.others[1].has_no_spread());
}

TEST(Compare, TheSameDifferenceInEveryFoldIsWarnedOf) {
  const ResultsFile results = results_of({{1.0, 0.75, 0.5}, {0.75, 0.5, 0.25}});
  const std::string text = text_of(results);
  EXPECT_THAT(text, AllOf(HasSubstr("Warning: the same difference in every fold"),
                          HasSubstr("): config 1 (alpha=1)."), HasSubstr("  <0.0001  "),
                          HasSubstr("The best is distinguishable from every other config (1)."),
                          Not(HasSubstr("smallest difference"))));
  const auto json = nlohmann::json::parse(text_of(results, TableFormat::json));
  EXPECT_TRUE(json["comparisons"]["t_stat"][0].is_null()) << "infinite";
  EXPECT_THAT(text_of(results, TableFormat::csv), HasSubstr(",-inf,0,0,0,0,1\n"));
}

TEST(Compare, RepeatsOfTheSameSplitAreWarnedOf) {
  ResultsFile results = results_of({{0.5, 0.75, 0.5, 0.25}, {0.75, 0.75, 1.0, 0.5}});
  EXPECT_THAT(text_of(results), Not(HasSubstr("Warning")));
  auto& held_out = results.run.fold_held_out_rows;
  held_out[2] = {held_out[0].rows()[1], held_out[0].rows()[0]};
  held_out[3] = held_out[1];
  EXPECT_EQ(compare_with_best(results, 0.01).n_splits, 2U) << "whatever the order of the rows";
  EXPECT_THAT(text_of(results), AllOf(HasSubstr("only 2 of the 4 folds hold out different rows"),
                                      HasSubstr("--shuffle-folds true")));
  for (auto& rows : held_out) rows = {0, 1};
  EXPECT_THAT(text_of(results), HasSubstr("all 4 folds hold out the same rows"));
}

TEST(Compare, ManyNamesAreCut) {
  std::vector<std::vector<double>> scores(14, {0.5, 0.75, 0.5, 0.625});
  scores[0] = {0.75, 0.5, 0.875, 0.625};
  scores[1] = {0.1, -0.15, 0.225, -0.026};
  scores[2] = {0.05, -0.2, 0.175, -0.076};
  const ResultsFile results = results_of(scores);
  EXPECT_THAT(text_of(results),
              AllOf(HasSubstr("best: config 3 (alpha=3), config 4 (alpha=4), "),
                    HasSubstr(", config 12 (alpha=12) and 1 more."), Not(HasSubstr("config 13"))));
}

TEST(Compare, RefusesWhereNoTestIsPossible) {
  EXPECT_THAT(refusal(results_of({{0.5}, {0.75}})),
              AllOf(HasSubstr("one fold"), HasSubstr("--folds 10")));
  EXPECT_THAT(refusal(results_of({{0.5, kNaN}, {kNaN, 0.75}})), HasSubstr("no config has a score"));
  EXPECT_THAT(refusal(results_of({{0.5, 0.75}, {kNaN, 0.75}})), HasSubstr("nothing to compare"));
  ResultsFile results = results_of({{0.5, 0.75}, {0.25, 0.75}});
  results.run.fold_held_out_rows = results.run.fold_train_rows;
  EXPECT_THAT(refusal(results),
              AllOf(HasSubstr("rows that were trained on"), HasSubstr("--folds")));
  results.run.fold_held_out_rows = {{}, {}};
  EXPECT_THAT(refusal(results), HasSubstr("which rows"));
}

TEST(Compare, JsonAndCsvHoldAllNumbers) {
  const ResultsFile results =
      results_of({{0.5, 0.625, 0.5, 0.5}, {0.875, 0.75, 0.875, 1.0}, {0.875, 0.75, 1.0, 0.75}});
  const RunComparison all = compare_with_best(results, 0.01);
  const auto json = nlohmann::json::parse(text_of(results, TableFormat::json));
  EXPECT_EQ(json["best_config"], 1);
  EXPECT_EQ(json["best_mean_test_score"], 0.875);
  EXPECT_EQ(json["not_distinguishable"], nlohmann::json({2, 0}));
  EXPECT_EQ(json["smallest_difference_of_all"], all.smallest_difference_of_all);
  EXPECT_EQ(json["comparisons"]["config"], nlohmann::json({2, 0}));
  EXPECT_EQ(json["comparisons"]["param_alpha"], nlohmann::json({1.0, 0.0}));
  EXPECT_EQ(json["comparisons"]["difference"], nlohmann::json({-0.03125, -0.34375}));
  EXPECT_EQ(json["comparisons"]["rope_prob"][1], all.others[1].probabilities.equivalent);
  const std::string csv = text_of(results, TableFormat::csv);
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "config,label,param_alpha,mean_test_score,std_test_score,rank_test_score,best_config,"
            "difference,corrected_std,ci_low,ci_high,t_stat,p_val,p_val_holm,better_prob,rope_prob,"
            "worse_prob");
  EXPECT_THAT(csv, HasSubstr("\n0,alpha=0,0,0.53125,"));
}

TEST(Compare, TheBestIsBold) {
  const ResultsFile results = results_of({{0.5, 0.75}, {0.25, 0.75}});
  const RunComparison all = compare_with_best(results, 0.01);
  EXPECT_THAT(format_comparison(results, all, TableFormat::text, true), HasSubstr("\x1b[1m   1 "));
  EXPECT_THAT(text_of(results, TableFormat::markdown), HasSubstr("| **1** |"));
  EXPECT_THAT(text_of(results, TableFormat::latex),
              AllOf(HasSubstr(R"(\textbf{0.6250 $\pm$ 0.1250})"), HasSubstr("95\\% interval"),
                    HasSubstr("{[}$-$")));
}

}  // namespace
}  // namespace mlpgrid
