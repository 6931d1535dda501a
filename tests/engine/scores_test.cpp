// Scores from sums against sklearn.metrics 1.2.1 (tests/golden/make_scores.py), and where they are
// undefined.
#include "engine/scoring/scores.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace mlpgrid {
namespace {

using nlohmann::json;

json golden(const char* part) {
  const auto all = json::parse(std::ifstream(MLPGRID_GOLDEN_DIR "/scores-sklearn.json"));
  return all["metrics"][part];
}

std::vector<std::int32_t> first_rows(std::size_t n) {
  std::vector<std::int32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

// A table of the golden file, row-major.
struct Values {
  explicit Values(const json& table) : n_outputs(table[0].size()) {
    for (const auto& row : table) {
      for (const auto& value : row) all.push_back(value);
    }
  }
  std::size_t n_outputs;
  std::vector<double> all;
  [[nodiscard]] std::size_t n_rows() const { return all.size() / n_outputs; }
  [[nodiscard]] TargetView view() const {
    return {.kind = TargetView::Kind::values, .values = all.data(), .n_outputs = n_outputs};
  }
};

ScoreSums sums_of(const Values& truth, const Values& predicted) {
  ScoreSums sums(0, truth.n_outputs);
  sums.add_rows(truth.n_rows(), 0.0);
  for (std::size_t i = 0; i < truth.all.size(); ++i) {
    const double error = truth.all[i] - predicted.all[i];
    sums.squared_error()[i % truth.n_outputs] += error * error;
  }
  return sums;
}

TEST(Scores, OfValuesAsScikitLearn) {
  const json cases = golden("values");
  ASSERT_GE(cases.size(), 10U);
  for (const auto& c : cases) {
    SCOPED_TRACE(c["truth"].dump());
    const Values truth(c["truth"]);
    const ScoreSums sums = sums_of(truth, Values(c["predicted"]));
    const auto rows = first_rows(truth.n_rows());
    TargetSpread spread = target_spread({}, truth.view(), rows);
    EXPECT_NEAR(sums.score(Scoring::neg_mean_squared_error, spread), c["neg_mean_squared_error"],
                1e-15);
    ASSERT_EQ(has_score(Scoring::r2, {}, truth.view(), rows), !c["r2"].is_null());
    if (c["r2"].is_null()) continue;
    EXPECT_NEAR(sums.score(Scoring::r2, spread), c["r2"], 1e-12);
    spread.variance_weighted = true;
    EXPECT_NEAR(sums.score(Scoring::r2, spread), c["r2_variance_weighted"], 1e-12);
  }
}

TEST(Scores, OfLabelsAsScikitLearn) {
  const json cases = golden("labels");
  ASSERT_GE(cases.size(), 7U);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.dump());
    const auto truth = c["truth"].get<std::vector<std::int32_t>>();
    const auto predicted = c["predicted"].get<std::vector<std::int32_t>>();
    ScoreSums sums(5, 5);
    sums.add_rows(truth.size(), 0.0);
    sums.add_labels(truth, predicted);
    EXPECT_DOUBLE_EQ(sums.score(Scoring::accuracy, {}), c["accuracy"]);
    EXPECT_DOUBLE_EQ(sums.score(Scoring::balanced_accuracy, {}), c["balanced_accuracy"]);
    EXPECT_DOUBLE_EQ(sums.score(Scoring::f1_macro, {}), c["f1_macro"]);
  }
}

TEST(Scores, LogLossIsTheMeanAndWithoutRowsThereIsNone) {
  ScoreSums sums(3, 3);
  sums.add_rows(6, 3.0);
  EXPECT_EQ(sums.score(Scoring::neg_log_loss, {}), -0.5);
  sums.reset();
  for (const Scoring scoring : {Scoring::accuracy, Scoring::neg_log_loss, Scoring::r2}) {
    EXPECT_TRUE(std::isnan(sums.score(scoring, {})));
  }
}

// Summed naively, ten times 0.1 has another mean: the variation would be rounding alone.
TEST(Scores, ConstantTargetsHaveNoVariation) {
  const std::vector<double> values(10, 0.1);
  const TargetView targets{
      .kind = TargetView::Kind::values, .values = values.data(), .n_outputs = 1};
  EXPECT_EQ(target_spread({}, targets, first_rows(10)).variation[0], 0.0);
}

TEST(Scores, SquaredErrorsOfScaledTargetsAreInTheDatasUnits) {
  // Errors of 2 and 4 data units in two outputs, scaled by 10 and 100; y is 0 and 30, 0 and 500.
  const std::vector<double> values = {0, 0, 30, 500};
  const std::vector<double> shift = {3, -7};
  const std::vector<double> divisor = {10, 100};
  const TargetView targets{.kind = TargetView::Kind::values,
                           .values = values.data(),
                           .n_outputs = 2,
                           .shift = shift,
                           .divisor = divisor};
  ScoreSums sums(0, 2);
  sums.add_rows(2, 0.0);
  sums.squared_error()[0] += 2 * 0.2 * 0.2;
  sums.squared_error()[1] += 2 * 0.04 * 0.04;
  const TargetSpread spread = target_spread({}, targets, first_rows(2));
  EXPECT_DOUBLE_EQ(sums.score(Scoring::neg_mean_squared_error, spread), -(4.0 + 16.0) / 2);
  EXPECT_DOUBLE_EQ(sums.score(Scoring::r2, spread),
                   (1.0 - 8.0 / 450.0 + 1.0 - 32.0 / 125000.0) / 2);
}

// Autoencoders are scored on inputs as the network sees them, weighted by variance.
TEST(Scores, OfAutoencodersAreOfScaledInputs) {
  const std::vector<double> inputs = {0, 0, 30, 500};
  const std::vector<double> divisor = {10, 100};
  const FeatureView features{
      .data = inputs.data(), .cols = 2, .shift = divisor, .divisor = divisor};
  const TargetView targets{.kind = TargetView::Kind::inputs, .n_outputs = 2};
  const TargetSpread spread = target_spread(features, targets, first_rows(2));
  EXPECT_TRUE(spread.variance_weighted);
  EXPECT_TRUE(spread.divisor.empty());
  EXPECT_DOUBLE_EQ(spread.variation[0], 4.5);
  EXPECT_DOUBLE_EQ(spread.variation[1], 12.5);
}

TEST(Scores, LogLossNeedsTheClassesOfTheNetworkAndNoOther) {
  const std::vector<std::int32_t> labels = {0, 1, 2, 0, 1};
  const TargetView targets{.labels = labels.data(), .n_classes = 3};
  const Network all;
  const Network two{.classes = {0, 1}};
  const Network one{.classes = {0}};
  const auto defined = [&](const Network& network, std::vector<std::int32_t> rows) {
    return has_score(Scoring::neg_log_loss, network, targets, rows);
  };
  EXPECT_TRUE(defined(all, {0, 1, 2}));
  EXPECT_FALSE(defined(all, {0, 1, 3, 4}));
  EXPECT_TRUE(defined(two, {0, 1, 3}));
  EXPECT_FALSE(defined(two, {0, 3}));
  EXPECT_FALSE(defined(two, {0, 2}));  // as many classes as outputs, but others
  EXPECT_FALSE(defined(one, {0, 3}));  // scikit-learn raises for a single class
  EXPECT_TRUE(has_loss(one, targets, std::vector<std::int32_t>{0, 3}));
  EXPECT_FALSE(has_loss(two, targets, std::vector<std::int32_t>{0, 2}));
  EXPECT_TRUE(has_score(Scoring::accuracy, two, targets, std::vector<std::int32_t>{2}));
  EXPECT_FALSE(has_score(Scoring::accuracy, two, targets, {}));
}

}  // namespace
}  // namespace mlpgrid
