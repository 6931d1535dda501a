// Adds up what a run will take and compares; see the header.
#include "experiments/memory_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/grid.hpp"

namespace mlpgrid {

namespace {

// A config's and a fit's entries in grid, ranking, journal index and file, rounded up generously.
constexpr double kBytesPerConfig = 2048.0;
constexpr double kBytesPerFit = 1024.0;
constexpr double kGlyphFeatures = 28.0 * 28.0;  // a byte each
constexpr double kPlaneRow = 2.0 * sizeof(double);

std::uint64_t saturated(double bytes) {
  return bytes < 9.0e18 ? static_cast<std::uint64_t>(bytes) : static_cast<std::uint64_t>(9e18);
}

double bytes_per_generated_row(DataSource source) {
  switch (source) {
    case DataSource::glyphs:
      return kGlyphFeatures;
    case DataSource::moons:
    case DataSource::circles:
    case DataSource::xor_points:
    case DataSource::spirals:
    case DataSource::line:
    case DataSource::ps5_surrogate:
      return kPlaneRow;
    default:
      return 0.0;  // a file's size is known when it is read
  }
}

}  // namespace

std::optional<std::uint64_t> available_memory(const CgroupFiles& files,
                                              const std::filesystem::path& meminfo) {
  std::optional<std::uint64_t> available = cgroup_memory_left(files);
  std::ifstream in(meminfo);
  for (std::string word; in >> word;) {
    std::uint64_t kib = 0;
    if (word == "MemAvailable:" && in >> kib) {
      available = std::min(available.value_or(kib * 1024), kib * 1024);
    }
  }
  return available;
}

MemoryNeed memory_need(const Plan& plan, int jobs) {
  MemoryNeed need;
  // Folds differ by a row at most, so the first one stands for all; the refit has the most rows.
  const FitRows rows = fit_rows(plan, 0);
  const FitData first_fold = fit_data(plan, 0, 0, rows);
  std::multiset<std::uint64_t> largest;
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i);
    if (plan.grid.alias_of[i] != config) continue;
    const std::uint64_t bytes = fit_memory(fit_spec(plan, config, 0), first_fold);
    for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
      if (largest.size() < static_cast<std::size_t>(jobs)) {
        largest.insert(bytes);
      } else if (bytes > *largest.begin()) {
        largest.erase(largest.begin());
        largest.insert(bytes);
      } else {
        break;
      }
    }
  }
  for (const std::uint64_t bytes : largest) {
    need.fits += bytes;
    need.largest_fit = std::max(need.largest_fit, bytes);
  }
  const auto configs = static_cast<double>(plan.grid.configs.size());
  need.results = saturated(
      configs * (kBytesPerConfig + static_cast<double>(plan.folds.size()) * kBytesPerFit));
  return need;
}

void check_memory_before_loading(const Experiment& experiment, std::uint64_t available) {
  const DataOptions& data = experiment.data;
  const auto rows = static_cast<double>(data.samples) + static_cast<double>(data.test_samples) +
                    static_cast<double>(data.validation_samples);
  const std::uint64_t made = saturated(rows * bytes_per_generated_row(data.source));
  if (made > available) {
    throw std::runtime_error(fmt::format(
        "the generated rows take {}, but only {} of memory are available; lower samples",
        print_bytes(made), print_bytes(available)));
  }
  const double folds =
      std::max(1, experiment.split.folds) * static_cast<double>(experiment.repeats);
  const std::uint64_t grid = saturated(static_cast<double>(grid_size(experiment.axes)) *
                                       (kBytesPerConfig + folds * kBytesPerFit));
  if (grid > available) {
    throw std::runtime_error(fmt::format(
        "the grid of {} configs x {} folds takes {}, but only {} of memory are available; shorten "
        "its lists or lower folds or repeats",
        grid_size(experiment.axes), folds, print_bytes(grid), print_bytes(available)));
  }
}

void check_memory(const MemoryNeed& need, int jobs, std::uint64_t available) {
  if (need.total() <= available) return;
  throw std::runtime_error(fmt::format(
      "the run takes {} ({} at a time, the largest fit {}; results {}), but only {} of memory are "
      "available; lower -j, hidden-layer-sizes, batch-size or the size of the grid",
      print_bytes(need.total()), jobs, print_bytes(need.largest_fit), print_bytes(need.results),
      print_bytes(available)));
}

std::string print_bytes(std::uint64_t bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024.0 && unit + 1 < std::size(units)) {
    value /= 1024.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace mlpgrid
