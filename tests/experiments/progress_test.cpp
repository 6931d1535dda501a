// What progress says, and that counting it is right.
#include "experiments/fits/progress.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mlpgrid {
namespace {

ProgressState sample() {
  return {.fits_done = 12,
          .fits_total = 48,
          .share_done = 0.25,
          .seconds = 30.0,
          .epochs_per_second = 340.4,
          .best_score = 0.84912,
          .best_label = "solver=adam"};
}

TEST(Progress, LineSaysAll) {
  EXPECT_EQ(progress_line(sample()),
            "12/48 fits, 340 epochs/s, best 0.8491 (solver=adam), 1 min 30 s left");
}

TEST(Progress, LineBeforeTheFirstResult) {
  ProgressState state = sample();
  state.best_score = std::numeric_limits<double>::quiet_NaN();
  state.share_done = 0.0;
  EXPECT_EQ(progress_line(state), "12/48 fits, 340 epochs/s");
}

TEST(Progress, BarFitsTheTerminal) {
  EXPECT_EQ(progress_bar(sample(), 200).substr(0, 22), "[#####...............]");
  EXPECT_EQ(progress_bar(sample(), 30).size(), 30u);
}

TEST(WorkerObserver, CountsEpochsAndWork) {
  std::atomic<bool> stop{false};
  WorkerObserver worker(stop);
  worker.fit_begins(100.0, 10);
  for (int epoch = 1; epoch <= 5; ++epoch) worker.epoch_finished(epoch);
  EXPECT_EQ(worker.epochs(), 5u);
  EXPECT_DOUBLE_EQ(worker.cost_done(), 50.0);
  worker.fit_ends();
  EXPECT_DOUBLE_EQ(worker.cost_done(), 100.0);
  worker.fit_begins(10.0, 10);
  EXPECT_DOUBLE_EQ(worker.cost_done(), 100.0);
  EXPECT_FALSE(worker.stop_requested());
  stop = true;
  EXPECT_TRUE(worker.stop_requested());
}

TEST(WorkerObserver, NeighboursShareNoCacheLine) {
  EXPECT_GE(alignof(WorkerObserver), 64u);
  EXPECT_EQ(sizeof(WorkerObserver) % 64, 0u);
}

}  // namespace
}  // namespace mlpgrid
