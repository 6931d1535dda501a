// Adds up the counters and prints them. Writing to stderr is system/terminal.cpp's.
#include "experiments/fits/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <new>
#include <stop_token>

#include "experiments/system/terminal.hpp"

namespace mlpgrid {

namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::seconds(5);
constexpr std::size_t kBarWidth = 20;

std::string print_duration(double seconds) {
  const auto s = static_cast<long long>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

}  // namespace

std::string progress_line(const ProgressState& state) {
  std::string line = fmt::format("{}/{} fits, {:.0f} epochs/s", state.fits_done, state.fits_total,
                                 state.epochs_per_second);
  if (!std::isnan(state.best_score)) {
    line += fmt::format(", best {:.4f} ({})", state.best_score, state.best_label);
  }
  if (state.share_done > 0.0 && state.share_done < 1.0) {
    line += fmt::format(
        ", {} left", print_duration(state.seconds * (1.0 - state.share_done) / state.share_done));
  }
  return line;
}

std::string progress_bar(const ProgressState& state, std::size_t width) {
  const double share = state.fits_total == 0 ? 1.0
                                             : static_cast<double>(state.fits_done) /
                                                   static_cast<double>(state.fits_total);
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  std::string line =
      fmt::format("[{:#<{}}{:.<{}}] {}", "", filled, "", kBarWidth - filled, progress_line(state));
  if (line.size() > width) line.resize(width);
  return line;
}

void WorkerObserver::fit_begins(double cost, int max_epochs) noexcept {
  epoch_.store(0, std::memory_order_relaxed);
  cost_per_epoch_.store(cost / max_epochs, std::memory_order_relaxed);
  cost_.store(cost, std::memory_order_relaxed);
}

void WorkerObserver::fit_ends() noexcept {
  ended_.store(ended_.load(std::memory_order_relaxed) + cost_.load(std::memory_order_relaxed),
               std::memory_order_relaxed);
  cost_per_epoch_.store(0.0, std::memory_order_relaxed);
}

double WorkerObserver::cost_done() const {
  return ended_.load(std::memory_order_relaxed) +
         epoch_.load(std::memory_order_relaxed) * cost_per_epoch_.load(std::memory_order_relaxed);
}

Progress::Progress(const Plan& plan, int jobs, const std::atomic<bool>& stop, bool quiet)
    : plan_(plan),
      terminal_(stderr_can_be_drawn_on()),
      score_sum_(plan.grid.configs.size(), 0.0),
      folds_done_(plan.grid.configs.size(), 0) {
  for (int i = 0; i < jobs; ++i) workers_.push_back(std::make_unique<WorkerObserver>(stop));
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i);
    if (plan.grid.alias_of[i] != config) continue;
    for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
      cost_total_ += fit_cost(plan, config, static_cast<std::int32_t>(fold));
    }
  }
  // Of the config that turns out best, which nobody knows yet: that of the longest.
  double refit = 0.0;
  for (std::size_t i = 0; i < plan.grid.configs.size() && plan.refit; ++i) {
    refit = std::max(refit, fit_cost(plan, static_cast<std::int32_t>(i), kRefitFold));
  }
  cost_total_ += refit;
  if (!quiet) {
    printer_ = std::jthread([this](const std::stop_token& token) { print_until_stopped(token); });
  }
}

Progress::~Progress() { finish(); }

void Progress::on_durable(const FitRecord& record, bool resumed) {
  const std::lock_guard lock(mutex_);
  ++fits_done_;
  if (resumed) cost_total_ -= fit_cost(plan_, record.config, record.fold);
  if (record.fold == kRefitFold) return;
  const auto config = static_cast<std::size_t>(record.config);
  score_sum_[config] += record.split_test_score;
  if (++folds_done_[config] != plan_.folds.size()) return;
  const double mean = score_sum_[config] / static_cast<double>(plan_.folds.size());
  if (!std::isnan(mean) && (best_config_ < 0 || mean > best_score_)) {
    best_config_ = record.config;
    best_score_ = mean;
  }
}

ProgressState Progress::state() {
  ProgressState state;
  std::uint64_t epochs = 0;
  double cost = 0.0;
  for (const auto& worker : workers_) {
    epochs += worker->epochs();
    cost += worker->cost_done();
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  state.seconds = elapsed.count();
  state.epochs_per_second = static_cast<double>(epochs) / std::max(state.seconds, 1e-3);
  state.fits_total = number_of_fits(plan_);

  const std::lock_guard lock(mutex_);
  state.share_done = cost_total_ > 0.0 ? std::min(1.0, cost / cost_total_) : 1.0;
  state.fits_done = fits_done_;
  state.best_score = best_config_ < 0 ? std::numeric_limits<double>::quiet_NaN() : best_score_;
  if (best_config_ >= 0)
    state.best_label = plan_.grid.label[static_cast<std::size_t>(best_config_)];
  return state;
}

void Progress::print_until_stopped(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  const auto interval = terminal_ ? std::chrono::milliseconds(kBarInterval)
                                  : std::chrono::milliseconds(kLineInterval);
  while (!woken.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
    print_state();
  }
  // On a terminal the bar stays with its last state; elsewhere the command says how the run ended.
  if (terminal_) {
    print_state();
    to_stderr("\n");
  }
}

void Progress::print_state() noexcept {
  try {
    if (terminal_) {
      draw_on_stderr(progress_bar(state(), terminal_width() - 1));
    } else {
      to_stderr("{}\n", progress_line(state()));
    }
  } catch (const std::bad_alloc&) {
    // Progress is not worth an error; if memory is short the fits will notice.
  }
}

void Progress::finish() {
  if (!printer_.joinable()) return;
  printer_.request_stop();
  printer_.join();
}

}  // namespace mlpgrid
