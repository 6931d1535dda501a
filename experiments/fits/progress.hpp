// What a running grid tells its user: fits done, epochs per second, best so far, time left. Each
// worker counts in an object of its own, so that fits never wait for each other. Running the fits
// is runner.hpp's.
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

/// The state of a run at one moment, ready to be printed.
struct ProgressState {
  std::size_t fits_done = 0;
  std::size_t fits_total = 0;
  double share_done = 0.0;  // of this session's work, from 0 to 1
  double seconds = 0.0;     // since the session began
  double epochs_per_second = 0.0;
  double best_score = 0.0;  // mean over folds; NaN until a config has all folds
  std::string best_label;
};

/// "12/82 fits, 340 epochs/s, best 0.8491 (solver=adam), 1 min 20 s left".
[[nodiscard]] std::string progress_line(const ProgressState& state);

/// progress_line() with a bar in front, cut off after `width` bytes.
[[nodiscard]] std::string progress_bar(const ProgressState& state, std::size_t width);

/// Counts the work of one worker. Its thread writes, the printing thread reads; aligned so that
/// neighbours do not share a cache line.
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
  /// The work done so far by the fits that ended and the one that runs, in the units of fit_cost().
  [[nodiscard]] double cost_done() const;

 private:
  std::atomic<std::uint64_t> epochs_{0};
  std::atomic<int> epoch_{0};
  std::atomic<double> cost_{0.0}, cost_per_epoch_{0.0};
  std::atomic<double> ended_{0.0};
};

/// Prints progress to stderr from a thread of its own: on a terminal a bar about ten times a
/// second, otherwise a line every five seconds, nothing when quiet. Thread-safe. `plan` and `stop`
/// must outlive it.
class Progress {
 public:
  Progress(const Plan& plan, int jobs, const std::atomic<bool>& stop, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The observer for the fits of worker `index`, 0 to jobs - 1.
  [[nodiscard]] WorkerObserver& worker(std::size_t index) { return *workers_[index]; }

  /// Counts a record that is safe on disk: of this session, or, with `resumed`, of an earlier one.
  void on_durable(const FitRecord& record, bool resumed = false);

  /// Prints the last state of a bar and ends its line; nothing is printed afterwards.
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

  std::mutex mutex_;  // guards what on_durable() adds up; fits never take it
  std::size_t fits_done_ = 0;
  std::vector<double> score_sum_;
  std::vector<std::uint32_t> folds_done_;
  std::int32_t best_config_ = -1;
  double best_score_ = 0.0;

  std::jthread printer_;
};

}  // namespace mlpgrid
