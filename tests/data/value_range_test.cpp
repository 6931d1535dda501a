// Numbers that float cannot hold, before and after scaling: named by column and row.
#include "data/value_range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

Dataset two_columns(double a, double b) {
  Dataset dataset;
  dataset.name = "points";
  dataset.n_rows = 3;
  dataset.n_features = 2;
  dataset.feature_names = {"u", "v\n"};
  dataset.values = {0, 1, 2, a, b, 5};
  return dataset;
}

std::string complaint(const Dataset& dataset, const Scaler& scaler, Precision precision) {
  return error_of([&] { ValueRange::of_features(dataset).require(scaler, precision); });
}

TEST(ValueRange, NamesColumnRowAndRemedy) {
  EXPECT_THAT(complaint(two_columns(-1e39, 0), {}, Precision::float32),
              AllOf(HasSubstr("points: v\\n, row 2: -1e+39"), HasSubstr("--precision float64"),
                    HasSubstr("--scale standard")));
  EXPECT_THAT(complaint(two_columns(0, 1e39), {}, Precision::float32),
              HasSubstr("u, row 3: 1e+39"));
  EXPECT_EQ(complaint(two_columns(-1e39, 1e39), {}, Precision::float64), "");
}

TEST(ValueRange, GoesByTheFloatThatTheNumberBecomes) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  EXPECT_EQ(complaint(two_columns(kLargest, -kLargest), {}, Precision::float32), "");
  const double rounded_down = kLargest * (1 + 1e-9);
  EXPECT_EQ(complaint(two_columns(rounded_down, 0), {}, Precision::float32), "");
  EXPECT_NE(complaint(two_columns(kLargest * (1 + 1e-7), 0), {}, Precision::float32), "");
}

TEST(ValueRange, LooksAtScaledNumbers) {
  const Dataset dataset = two_columns(1e39, 1);
  EXPECT_EQ(complaint(dataset, {{0, 0}, {1, 1e39}}, Precision::float32), "");
  EXPECT_THAT(complaint(dataset, {{0, 0}, {1e-39, 1e39}}, Precision::float32),
              AllOf(HasSubstr("u, row 2: 2, scaled to 2e+39"), Not(HasSubstr("--scale"))));
  EXPECT_THAT(complaint(two_columns(1e300, 0), {{0, 0}, {1, 1e-10}}, Precision::float64),
              AllOf(HasSubstr("scaled to inf"), HasSubstr("float64")));
}

TEST(ValueRange, TargetsCountToo) {
  Dataset dataset = two_columns(1, 2);
  dataset.target_values = {1, 2, -1e50};
  dataset.n_outputs = 1;
  EXPECT_THAT(error_of([&] { ValueRange::of_targets(dataset).require({}, Precision::float32); }),
              AllOf(HasSubstr("the target, row 3: -1e+50"), HasSubstr("--target-scale standard")));
  dataset.target_values.clear();
  dataset.n_outputs = 0;
  EXPECT_NO_THROW(ValueRange::of_targets(dataset).require({}, Precision::float32));
}

TEST(ValueRange, ScalersOfHugeNumbersAreRefused) {
  const std::vector<std::int32_t> rows = {0, 1, 2};
  EXPECT_THAT(error_of([&] { (void)fit_scaler(two_columns(1e308, 0), rows, Scale::standard); }),
              HasSubstr("v\\n: its numbers are too large"));
  Dataset wide = two_columns(1, -1e308);
  wide.values[0] = 1e308;  // a range of 2e308
  EXPECT_THAT(error_of([&] { (void)fit_scaler(wide, rows, Scale::unit); }),
              HasSubstr("u: its numbers are too large"));
  EXPECT_EQ(error_of([&] { (void)fit_scaler(two_columns(1e300, 0), rows, Scale::unit); }), "");
}

}  // namespace
}  // namespace mlpgrid
