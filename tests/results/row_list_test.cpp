// Row lists give back what they were made of, and are small where they should be.
#include "results/row_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace mlpgrid {
namespace {

using Rows = std::vector<std::int32_t>;

TEST(RowList, GivesBackTheRows) {
  const std::int32_t last = std::numeric_limits<std::int32_t>::max();
  for (const Rows& rows : {Rows{},
                           {0},
                           {7},
                           {0, 1, 2, 3},
                           {3, 2, 1, 0},
                           {5, 5, 5},
                           {0, 1, 2, 3, 4, 9, 8, 7},
                           {1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 0},
                           {last - 2, last - 1, last, 0, 1, 2},
                           {last, last, 0}}) {
    const RowList list = rows;
    EXPECT_EQ(list.rows(), rows);
    EXPECT_EQ(list.size(), rows.size());
    EXPECT_EQ(list.empty(), rows.empty());
    EXPECT_EQ(list, RowList(rows));
  }
  std::mt19937 random(1);
  for (int repeat = 0; repeat < 200; ++repeat) {
    Rows rows;
    while (rows.size() < random() % 100) {
      const auto first = static_cast<std::int32_t>(random() % 1000);
      for (std::int32_t i = 0; i < static_cast<std::int32_t>(random() % 9); ++i) {
        rows.push_back(first + i);
      }
    }
    EXPECT_EQ(RowList(rows).rows(), rows);
  }
}

TEST(RowList, ComesBackFromItsItems) {
  const std::int32_t last = std::numeric_limits<std::int32_t>::max();
  for (const Rows& rows :
       {Rows{}, {4}, {0, 1, 2, 3, 4, 9}, {3, 1, 2}, {last - 2, last - 1, last}}) {
    const RowList list = rows;
    EXPECT_EQ(RowList::of_items(list.in_runs(), list.items()), list);
  }
  for (const Rows& runs : {Rows{1}, {0, 0}, {5, -1}, {last, 2}, {0, last, 0, last}}) {
    EXPECT_THROW((void)RowList::of_items(true, runs), std::runtime_error);
  }
}

TEST(RowList, EqualListsAreEqual) {
  EXPECT_EQ(RowList({1, 2, 3, 4}), RowList({1, 2, 3, 4}));
  EXPECT_NE(RowList({1, 2, 3, 4}), RowList({1, 2, 3, 5}));
  EXPECT_NE(RowList({0, 4}), RowList({0, 1, 2, 3})) << "the items of a list and of runs";
}

// The training rows of n folds of n rows: 100 MB as plain lists.
TEST(RowList, TheFoldsOfACrossValidationTakeWhatItsRowsTake) {
  for (const std::int32_t folds : {5000, 10}) {
    Rows order(5000);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(2));
    std::size_t bytes = 0;
    for (std::int32_t fold = 0; fold < folds; ++fold) {
      Rows train;
      for (std::int32_t row = 0; row < 5000; ++row) {
        if (order[static_cast<std::size_t>(row)] % folds != fold) train.push_back(row);
      }
      bytes += RowList(train).bytes();
    }
    EXPECT_LT(bytes, 5000U * 80) << folds;
  }
}

}  // namespace
}  // namespace mlpgrid
