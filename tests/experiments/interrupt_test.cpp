// Signals raise the flag instead of ending the program, all but an impatient Ctrl-C.
#include "experiments/system/interrupt.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <thread>

namespace mlpgrid {
namespace {

constexpr int kAll[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};

// Each in a process of its own: how signals are handled belongs to the process.
class InterruptFlagDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  [[noreturn]] static void exit_with(bool raised) { std::_Exit(raised ? 3 : 0); }

  static void send(std::initializer_list<int> signals) {
    for (const int signal : signals) (void)raise(signal);
  }
};

TEST_F(InterruptFlagDeathTest, EverySignalRaisesItHoweverOften) {
  for (const int signal : kAll) {
    EXPECT_EXIT(
        {
          const InterruptFlag flag;
          if (flag.raised()) std::_Exit(1);
          send({signal, signal});
          exit_with(flag.raised());
        },
        testing::ExitedWithCode(3), "");
  }
  EXPECT_EXIT(
      {
        const InterruptFlag flag;
        send({SIGTERM, SIGTERM, SIGHUP, SIGTERM, SIGINT, SIGHUP, SIGTERM});
        exit_with(flag.raised());
      },
      testing::ExitedWithCode(3), "");
}

TEST_F(InterruptFlagDeathTest, RaisedItOutlivesTheObject) {
  EXPECT_EXIT(
      {
        {
          const InterruptFlag flag;
          send({SIGTERM});
        }
        send({SIGTERM, SIGHUP, SIGINT});
        exit_with(true);
      },
      testing::ExitedWithCode(3), "");
}

TEST_F(InterruptFlagDeathTest, NotRaisedItLeavesTheDefaults) {
  for (const int signal : kAll) {
    EXPECT_EXIT(
        {
          { const InterruptFlag flag; }
          send({signal});
        },
        testing::KilledBySignal(signal), "");
  }
}

TEST_F(InterruptFlagDeathTest, ThirdInterruptKillsAtOnce) {
  EXPECT_EXIT(
      {
        const InterruptFlag flag;
        send({SIGINT, SIGINT, SIGINT});
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST_F(InterruptFlagDeathTest, SecondInterruptKillsAfterASecond) {
  EXPECT_EXIT(
      {
        const InterruptFlag flag;
        send({SIGINT});
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
        send({SIGINT});
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST_F(InterruptFlagDeathTest, IgnoredSignalsStayIgnored) {
  EXPECT_EXIT(
      {
        for (const int signal : kAll) (void)std::signal(signal, SIG_IGN);
        const InterruptFlag flag;
        send({SIGINT, SIGINT, SIGINT, SIGTERM, SIGHUP, SIGXCPU});
        exit_with(flag.raised());
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mlpgrid
