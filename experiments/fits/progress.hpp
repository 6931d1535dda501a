// What a running grid tells its user: fits done, epochs per second, best so far, time left.
// Fits report through padded counters of their own, so that they never wait for each other.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/fit.hpp"
#include "experiments/plan/plan.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// One moment of a run, ready to be printed.
struct ProgressState {
  std::size_t fits_done = 0;
  std::size_t fits_total = 0;
  double share_done = 0.0;  // of the work of this session, 0 to 1
  double seconds = 0.0;     // of this session
  double epochs_per_second = 0.0;
  double best_score = 0.0;  // mean over folds; NaN before a config has all of them
  std::string best_label;
};

/// "12/82 fits, 340 epochs/s, best 0.8491 (solver=adam), 1 min 20 s left".
[[nodiscard]] std::string progress_line(const ProgressState& state);

/// The same with a bar in front, at most `width` columns.
[[nodiscard]] std::string progress_bar(const ProgressState& state, std::size_t width);

/// Counts what one worker's current fit does. Padded: neighbours write to lines of their own.
class alignas(128) WorkerObserver final : public FitObserver {
 public:
  explicit WorkerObserver(const std::atomic<bool>& stop) : FitObserver(stop) {}
  void epoch_finished(int epoch) noexcept override {
    epoch_.store(epoch, std::memory_order_relaxed);
    epochs_.fetch_add(1, std::memory_order_relaxed);
  }
  void fit_begins(double cost, int max_epochs) noexcept;
  void fit_ends() noexcept;
  [[nodiscard]] std::uint64_t epochs() const { return epochs_.load(std::memory_order_relaxed); }
  /// Work done so far in fits that ended and in the one that runs, in fit_cost()'s units.
  [[nodiscard]] double cost_done() const;

 private:
  std::atomic<std::uint64_t> epochs_{0};
  std::atomic<int> epoch_{0};
  std::atomic<double> cost_{0.0}, cost_per_epoch_{0.0};
  std::atomic<double> ended_{0.0};
};

/// Prints progress to stderr: a bar about ten times a second on a terminal, else a line every five
/// seconds, nothing when quiet. Thread-safe.
class Progress {
 public:
  Progress(const Plan& plan, int jobs, const std::atomic<bool>& stop, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] WorkerObserver& worker(std::size_t index) { return *workers_[index]; }

  /// A record that is safe on disk, of this session or (`resumed`) an earlier one.
  void on_durable(const FitRecord& record, bool resumed = false);

  /// Ends the bar's line; nothing is printed afterwards.
  void finish();

 private:
  [[nodiscard]] ProgressState state();
  void print_until_stopped(const std::stop_token& stop);
  void print_state() noexcept;

  const Plan& plan_;
  std::vector<std::unique_ptr<WorkerObserver>> workers_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cost_total_ = 0.0;  // of this session
  bool terminal_ = false;

  std::mutex mutex_;  // of what on_durable() adds up; fits never take it
  std::size_t fits_done_ = 0;
  std::vector<double> score_sum_;
  std::vector<std::uint32_t> folds_done_;
  std::int32_t best_config_ = -1;
  double best_score_ = 0.0;

  std::jthread printer_;
};

}  // namespace mlpgrid
