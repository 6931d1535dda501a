// Scalers against scikit-learn's numbers and the definition.
#include "data/scaler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "data/sources/generators.hpp"

namespace mlpgrid {
namespace {

using Rows = std::vector<std::int32_t>;

Dataset four_columns() {
  Dataset dataset;
  dataset.n_rows = 4;
  dataset.n_features = 4;
  dataset.values = {1, 5, 0.1, -3, 2, 5, 0.1, 1e6, 4, 5, 0.1, 7, 8, 5, 0.1, 0.5};
  return dataset;
}

TEST(Scaler, StandardMatchesStandardScaler) {
  const Scaler all = fit_scaler(four_columns(), Rows{0, 1, 2, 3}, Scale::standard);
  EXPECT_EQ(all.shift, (std::vector<double>{3.75, 5.0, 0.1, 250001.125}));
  EXPECT_EQ(all.divisor, (std::vector<double>{2.680951323690902, 1.0, 1.0, 433012.0523880333}));
}

// Row 1 is left out; the mean of three times 0.1 is not 0.1, and yet the column counts as constant.
TEST(Scaler, StandardUsesTheChosenRowsOnly) {
  const Scaler some = fit_scaler(four_columns(), Rows{0, 2, 3}, Scale::standard);
  EXPECT_EQ(some.shift, (std::vector<double>{4.333333333333333, 5.0, 0.10000000000000002, 1.5}));
  EXPECT_EQ(some.divisor, (std::vector<double>{2.8674417556808756, 1.0, 1.0, 4.143267631552018}));
}

TEST(Scaler, UnitIsMinimumAndRange) {
  const Scaler unit = fit_scaler(four_columns(), Rows{0, 2, 3}, Scale::unit);
  EXPECT_EQ(unit.shift, (std::vector<double>{1, 5, 0.1, -3}));
  EXPECT_EQ(unit.divisor, (std::vector<double>{7, 1, 1, 10}));
}

TEST(Scaler, NoneIsEmpty) {
  const Scaler none = fit_scaler(four_columns(), Rows{0}, Scale::none);
  EXPECT_TRUE(none.shift.empty());
  EXPECT_TRUE(none.divisor.empty());
}

TEST(Scaler, ImagesAreDividedBy255) {
  const Scaler unit = fit_scaler(make_glyphs(10, 0.1, 0), Rows{3}, Scale::unit);
  EXPECT_EQ(unit.shift, std::vector<double>(784, 0.0));
  EXPECT_EQ(unit.divisor, std::vector<double>(784, 255.0));
}

TEST(Scaler, StandardOfBytesEqualsThatOfTheSameDoubles) {
  const Dataset images = make_glyphs(60, 0.1, 7);
  Dataset doubles = images;
  doubles.bytes.clear();
  doubles.values.assign(images.bytes.begin(), images.bytes.end());
  const Rows rows = {0, 5, 7, 9, 30, 31, 59};
  const Scaler of_bytes = fit_scaler(images, rows, Scale::standard);
  const Scaler of_doubles = fit_scaler(doubles, rows, Scale::standard);
  EXPECT_EQ(of_bytes.shift, of_doubles.shift);
  EXPECT_EQ(of_bytes.divisor, of_doubles.divisor);
}

TEST(Scaler, TargetsScaleByColumn) {
  Dataset dataset = four_columns();
  dataset.n_outputs = 2;
  dataset.target_values = {0, 1, 2, 1, 4, 1, 6, 1};
  const Rows rows = {0, 1, 2, 3};
  const Scaler standard = fit_target_scaler(dataset, rows, Scale::standard);
  EXPECT_EQ(standard.shift, (std::vector<double>{3, 1}));
  EXPECT_DOUBLE_EQ(standard.divisor[0], std::sqrt(5.0));
  EXPECT_EQ(standard.divisor[1], 1.0);
  EXPECT_EQ(fit_target_scaler(dataset, rows, Scale::unit).divisor, (std::vector<double>{6, 1}));
  EXPECT_TRUE(fit_target_scaler(dataset, rows, Scale::none).shift.empty());
}

TEST(Scaler, RefusesNoRowsAndLabelTargets) {
  EXPECT_THROW((void)fit_scaler(four_columns(), Rows{}, Scale::standard), std::invalid_argument);
  EXPECT_THROW((void)fit_target_scaler(make_moons(10, 0.1, 0), Rows{0, 1}, Scale::standard),
               std::invalid_argument);
}

}  // namespace
}  // namespace mlpgrid
