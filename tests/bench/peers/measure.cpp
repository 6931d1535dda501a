// Verification, choice of ways, calibration, rounds.
#include "measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "fma_peak.hpp"

namespace mlpgrid::bench {
namespace {

// Long enough for the clock, short enough that the speed of the machine is the same for all
// libraries of a round.
constexpr double kBatchSeconds = 5e-4;
constexpr int kRoundsToChoose = 9;

template <class Fn>
double seconds_of(const Fn& fn) {
  const auto start = std::chrono::steady_clock::now();
  fn();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// fn(a, b) of the two times of each round.
template <class Fn>
double paired_median(const std::vector<double>& a, const std::vector<double>& b, Fn fn) {
  std::vector<double> values(a.size());
  std::transform(a.begin(), a.end(), b.begin(), values.begin(), fn);
  return median(std::move(values));
}

double peak_flops_per_second() {
  constexpr int kRepetitions = 200;  // about a batch's time
  double flops = 0.0;
  const double seconds = seconds_of([&] { flops = run_fma_chains(kRepetitions); });
  return flops * kRepetitions / seconds;
}

}  // namespace

void Race::Runner::calibrate() {
  double batch = 0.0;
  for (repetitions = 1;; repetitions *= 2) {
    batch = seconds_of([&] { task->run(repetitions); });
    if (batch > kBatchSeconds / 4) break;
  }
  repetitions = std::max(1, static_cast<int>(std::lround(repetitions * kBatchSeconds / batch)));
}

void Race::Runner::run_round() {
  // The libraries before have put their own operands into the caches.
  task->run(1);
  seconds.push_back(seconds_of([&] { task->run(repetitions); }) / repetitions);
}

Race::Runner Race::fastest(const Library& library, const Problem& problem,
                           const Reference& expected) {
  std::vector<Runner> runners;
  try {
    for (Way& way : library.ways(problem)) {
      runners.push_back({.library = library.name, .way = way.name, .task = std::move(way.task)});
      runners.back().task->run(1);
      const std::string wrong = difference(runners.back().task->result(), expected);
      if (!wrong.empty()) throw std::runtime_error(fmt::format("{}: {}", way.name, wrong));
    }
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("{}: {}", library.name, error.what()));
  }
  for (Runner& runner : runners) runner.calibrate();
  if (runners.size() > 1) {
    for (int round = 0; round < kRoundsToChoose; ++round) {
      for (Runner& runner : runners) runner.run_round();
    }
    std::iter_swap(runners.begin(), std::min_element(runners.begin(), runners.end(),
                                                     [](const Runner& a, const Runner& b) {
                                                       return median(a.seconds) < median(b.seconds);
                                                     }));
    runners.front().seconds.clear();
  }
  return std::move(runners.front());
}

Race::Race(const Problem& problem) : flops_(problem.flops()) {
  const Reference expected = reference(problem);
  ours_ = fastest(kOurs, problem, expected);
  for (const Library& peer : kPeers) peers_.push_back(fastest(peer, problem, expected));
  order_.resize(peers_.size() + 2);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
}

double Race::run_round() {
  std::shuffle(order_.begin(), order_.end(), random_);
  for (const std::size_t runner : order_) {
    if (runner == peers_.size()) {
      ours_.run_round();
    } else if (runner > peers_.size()) {
      peak_flops_.push_back(peak_flops_per_second());
    } else {
      peers_[runner].run_round();
    }
  }
  return ours_.seconds.back();
}

Race::Medians Race::medians() const {
  Medians medians{
      .gflops = flops_ / median(ours_.seconds) * 1e-9,
      .peak_gflops = median(peak_flops_) * 1e-9,
      .share_of_peak = paired_median(ours_.seconds, peak_flops_, [&](double seconds, double peak) {
        return flops_ / seconds / peak;
      })};
  for (const Runner& peer : peers_) {
    medians.ratios.push_back(paired_median(peer.seconds, ours_.seconds, std::divides<>()));
  }
  return medians;
}

std::string Race::ways() const {
  std::string text;
  for (const Runner& peer : peers_) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", peer.library, peer.way);
  }
  return text;
}

}  // namespace mlpgrid::bench
