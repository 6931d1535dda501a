// A row per problem as soon as it is measured, the summary at the end.
#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "engine/simd/dispatch.hpp"

namespace mlpgrid::bench {
namespace {

constexpr int kNameWidth = 26;
constexpr int kWidth = 10;

std::string ratio_counter(const Library& peer) { return fmt::format("{}_over_ours", peer.name); }

}  // namespace

void set_counters(benchmark::State& state, const Race::Medians& medians) {
  state.counters["gflops"] = medians.gflops;
  state.counters["peak_gflops"] = medians.peak_gflops;
  state.counters["share_of_peak"] = medians.share_of_peak;
  for (std::size_t i = 0; i < std::size(kPeers); ++i) {
    state.counters[ratio_counter(kPeers[i])] = medians.ratios[i];
  }
}

bool Table::ReportContext(const Context& context) {
#ifndef NDEBUG
  GetErrorStream() << "warning: not an optimised build; use the release preset" << std::endl;
#endif
  std::string header = fmt::format("{:{}}{:>{}}{:>{}}", "operation/layer/rows", kNameWidth,
                                   "GFLOP/s", kWidth, "of peak", kWidth);
  for (const Library& peer : kPeers) header += fmt::format("{:>{}}", peer.name, kWidth);
  const double load = context.cpu_info.load_avg.empty() ? 0.0 : context.cpu_info.load_avg.front();
  GetOutputStream() << fmt::format(
                           "{} kernels, medians over {} rounds, load average {:.2f}\n"
                           "Of a peer: its time in units of ours.\n\n",
                           active_isa(), rounds_, load)
                    << header << "\n"
                    << std::string(header.size(), '-') << std::endl;
  return true;
}

void Table::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string& name = run.run_name.function_name;
    if (run.error_occurred) {
      failed_ = true;
      GetErrorStream() << "error: " << name << ": " << run.error_message << std::endl;
      continue;
    }
    Row row{.name = name, .peak_gflops = run.counters.at("peak_gflops").value};
    std::string line =
        fmt::format("{:{}}{:>{}.1f}{:>{}.1f} %", name, kNameWidth, run.counters.at("gflops").value,
                    kWidth, 100.0 * run.counters.at("share_of_peak").value, kWidth - 2);
    for (const Library& peer : kPeers) {
      row.ratios.push_back(run.counters.at(ratio_counter(peer)).value);
      line += fmt::format("{:>{}.3f}", row.ratios.back(), kWidth);
    }
    GetOutputStream() << line << std::endl;
    rows_.push_back(std::move(row));
  }
}

void Table::Finalize() {
  if (rows_.empty()) return;
  std::string means = fmt::format("{:{}}", "geometric mean", kNameWidth + 2 * kWidth);
  for (std::size_t i = 0; i < std::size(kPeers); ++i) {
    double logarithms = 0.0;
    for (const Row& row : rows_) logarithms += std::log(row.ratios[i]);
    means +=
        fmt::format("{:>{}.3f}", std::exp(logarithms / static_cast<double>(rows_.size())), kWidth);
  }
  const auto fastest_peer = [](const Row& row) {
    return std::min_element(row.ratios.begin(), row.ratios.end());
  };
  const Row& worst = *std::min_element(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) {
    return *fastest_peer(a) < *fastest_peer(b);
  });
  const auto peer = fastest_peer(worst);
  const auto [slowest, quickest] =
      std::minmax_element(rows_.begin(), rows_.end(),
                          [](const Row& a, const Row& b) { return a.peak_gflops < b.peak_gflops; });
  GetOutputStream() << std::string(means.size(), '-') << "\n"
                    << means << "\n"
                    << fmt::format("worst against the fastest peer: {}: {:.3f} ({})\n", worst.name,
                                   *peer, kPeers[peer - worst.ratios.begin()].name)
                    << fmt::format(
                           "measured peak: {:.0f} to {:.0f} GFLOP/s; the further apart, the less "
                           "this machine was ours\n",
                           slowest->peak_gflops, quickest->peak_gflops);
}

}  // namespace mlpgrid::bench
