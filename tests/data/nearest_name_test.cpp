// Hints for misspelt names: typical slips are found, strangers are not.
#include "data/text/nearest_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mlpgrid {
namespace {

const std::vector<std::string> kNames = {"activation", "solver",     "alpha",
                                         "l1",         "batch-size", "momentum"};

TEST(NearestName, FindsTypicalSlips) {
  EXPECT_EQ(nearest_name("activaton", kNames), "activation");   // one letter missing
  EXPECT_EQ(nearest_name("slover", kNames), "solver");          // two swapped
  EXPECT_EQ(nearest_name("batch_size", kNames), "batch-size");  // one replaced
  EXPECT_EQ(nearest_name("Momentumm", kNames), "momentum");     // one too many, case ignored
  EXPECT_EQ(nearest_name("l2", kNames), "l1");
}

TEST(NearestName, GivesNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("dropout", kNames), "");
  EXPECT_EQ(nearest_name("x", std::vector<std::string>{"y"}), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name("alpha", {}), "");
}

TEST(NearestName, PrefersTheNearestThenTheFirst) {
  const std::vector<std::string> names = {"column_1", "column_2", "column_22"};
  EXPECT_EQ(nearest_name("column_3", names), "column_1");
  EXPECT_EQ(nearest_name("column_23", names), "column_2");
  EXPECT_EQ(nearest_name("colum_22", names), "column_22");
}

// Would take hours by the square of their length.
TEST(NearestName, HugeNamesHaveNoNeighbour) {
  const std::string huge(3'000'000, 'a');
  EXPECT_EQ(nearest_name(huge, kNames), "");
  EXPECT_EQ(nearest_name(huge + "b", std::vector<std::string>{huge, huge + "c"}), "");
}

}  // namespace
}  // namespace mlpgrid
