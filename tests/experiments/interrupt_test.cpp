// Signals raise the flag instead of ending the program, once.
#include "experiments/interrupt.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace mlpgrid {
namespace {

TEST(InterruptFlag, FirstSignalRaisesIt) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const InterruptFlag flag;
    EXPECT_FALSE(flag.raised());
    raise(signal);
    EXPECT_TRUE(flag.raised());
  }
}

TEST(InterruptFlagDeathTest, SecondSignalKills) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const InterruptFlag flag;
        raise(SIGINT);
        raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace mlpgrid
