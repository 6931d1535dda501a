// The 2 % rule, over a simulated run.
#include "results/journal/rebuild_budget.hpp"

#include <gtest/gtest.h>

namespace mlpgrid {
namespace {

TEST(RebuildBudget, NotInTheFirstSeconds) {
  const RebuildBudget budget;
  EXPECT_FALSE(budget.allows(9.9, 0));
  EXPECT_TRUE(budget.allows(10.0, 0));
}

TEST(RebuildBudget, StaysBelowTwoPercentWhileTheFileGrows) {
  RebuildBudget budget;
  double spent = 0.0;
  int builds = 0;
  for (int second = 1; second <= 3600; ++second) {
    const auto bytes = static_cast<std::size_t>(second) * 10'000;
    if (!budget.allows(second, bytes)) continue;
    const double seconds = 0.05 + static_cast<double>(bytes) * 3e-8;
    budget.spent(seconds, bytes);
    spent += seconds;
    ++builds;
    EXPECT_LE(spent, 0.02 * second) << "after build " << builds;
  }
  EXPECT_GT(builds, 30);
}

}  // namespace
}  // namespace mlpgrid
