// Adds up what the parts of a run take. What a fit takes while it trains is the engine's
// fit_memory().
#include "experiments/fits/memory_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/options/options.hpp"
#include "experiments/plan/drawings.hpp"
#include "results/journal/recorder.hpp"

namespace mlpgrid {

namespace {

// What a config and a fit take in the grid, the ranking, the journal index and the file, rounded up
// generously.
constexpr double kBytesPerConfig = 2048.0;
constexpr double kBytesPerFit = 1024.0;
constexpr double kGlyphFeatures = 28.0 * 28.0;  // a byte each
constexpr double kPlaneRow = 2.0 * sizeof(double);
// Measured: kProgram is the program with its libraries before anything is loaded, kBytesPerFold
// what HDF5 takes per fold while it writes.
constexpr double kProgram = 22.0 * 1024 * 1024;
constexpr double kBytesPerFold = 8192.0;
constexpr double kCopiesOfFolds = 3.0;
constexpr double kCopiesOfConfusion = 2.0;
constexpr double kCopiesOfPassing = 5.0;
constexpr double kChunkBytes = 128.0 * 1024;
constexpr double kOfAllocator = 1.15;  // the allocator takes more than a fit asks for

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
      return 0.0;  // read from files, whose size is not known yet
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

namespace {

double as_double(std::size_t n) { return static_cast<double>(n); }

template <class T>
double bytes_of(const std::vector<T>& values) {
  return as_double(values.capacity() * sizeof(T));
}

double bytes_of_names(const std::vector<std::string>& names) {
  double bytes = bytes_of(names);
  for (const std::string& name : names) bytes += as_double(name.size());
  return bytes;
}

double bytes_of_data(const LoadedData& data) {
  const Dataset& set = data.dataset;
  double bytes = bytes_of(set.bytes) + bytes_of(set.values) + bytes_of(set.labels) +
                 bytes_of(set.target_values) + bytes_of(data.pool) + bytes_of(data.validation) +
                 bytes_of(data.test) + bytes_of_names(set.class_names) +
                 bytes_of_names(set.feature_names);
  for (const auto& features : data.feature_sets) bytes += bytes_of(features);
  return bytes;
}

// The lists of folds: copies in the plan, in the recorder and, while a file is built, in its
// content.
double bytes_of_folds(const Plan& plan) {
  double bytes = 0.0;
  for (const Fold& fold : plan.folds) {
    bytes += kCopiesOfFolds * as_double(fold.train.bytes() + fold.held_out.bytes()) +
             as_double(sizeof(Fold)) + bytes_of(fold.classes) + kBytesPerFold;
    for (const auto* scalers : {&fold.features, &fold.targets}) {
      for (const Scaler& s : *scalers) bytes += bytes_of(s.shift) + bytes_of(s.divisor);
    }
  }
  return bytes;
}

// What a fit takes while it runs: the engine's part, and the lists and pictures made around it.
double bytes_of_fit(const Plan& plan, const FitSpec& spec, const FitData& data, bool drawn) {
  const double train = as_double(data.train.size());
  const double scored = as_double(std::max(data.held_out.size(), data.test.size()));
  double bytes = kOfAllocator * as_double(fit_memory(spec, data));
  bytes += (train + as_double(data.held_out.size())) * sizeof(std::int32_t);
  if (spec.training.early_stopping) bytes += 4.0 * train * sizeof(std::int32_t);
  if (data.targets.kind == TargetView::Kind::labels) bytes += scored * sizeof(ConfusionCount);
  if (drawn) {  // a map's points, their row numbers and the outputs for them
    const double points = as_double(plan.experiment.map_size) * as_double(plan.experiment.map_size);
    bytes += points *
             (sizeof(std::int32_t) + (3.0 + as_double(spec.network.n_outputs)) * sizeof(double));
  }
  return bytes;
}

// What a fit leaves for the file, curves aside.
struct LeftByFit {
  double kept = 0.0;     // until the end of the run
  double passing = 0.0;  // copies of its record while that is written
};

LeftByFit left_by_fit(const Plan& plan, const FitSpec& spec, const FitData& data,
                      std::int32_t fold) {
  double values = 0.0;
  if (stores_model(plan, fold)) values += as_double(spec.network.n_parameters());
  if (spec.trace) {
    const double steps = std::ceil(as_double(data.train.size()) /
                                   as_double(std::max<std::size_t>(spec.training.batch_size, 1)));
    values += steps * spec.training.max_iter * (as_double(spec.network.n_parameters()) + 1.0);
  }
  if (is_drawn(plan, fold)) {
    const double side = as_double(plan.experiment.map_size);
    values += side * side;
    if (plan.experiment.data.task == Task::autoencoder) {
      values += as_double(kReconstructedRows) * as_double(data.features.cols);
    }
  }
  const double pairs = as_double(plan.data.dataset.class_names.size()) *
                       as_double(plan.data.dataset.class_names.size());
  const double confusion = sizeof(ClassPair) * (std::min(pairs, as_double(data.held_out.size())) +
                                                std::min(pairs, as_double(data.test.size())));
  const double bytes = values * sizeof(double);
  return {bytes + kCopiesOfConfusion * confusion, kCopiesOfPassing * (bytes + confusion)};
}

// Adds up, config by config, what the fits of a plan take.
class FitNeeds {
 public:
  FitNeeds(const Plan& plan, int jobs)
      : plan_(plan),
        jobs_(static_cast<std::size_t>(jobs)),
        rows_(fit_rows(plan, 0)),
        all_rows_(fit_rows(plan, kRefitFold)) {
    for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
      const auto config = static_cast<std::int32_t>(i);
      if (plan.grid.alias_of[i] != config) continue;
      add_folds(config);
      if (plan.refit) add_refit(config);
    }
  }

  /// The most that fits and records that are being written take at a time.
  [[nodiscard]] double at_once() const {
    // Records that wait for a slow disk are written together, up to a limit.
    const double waiting = std::min(2.0 * kept_, 2.0 * kBatchBytes + passing_);
    double bytes = std::max(std::min(as_double(jobs_), fits_) * passing_, waiting);
    for (const std::uint64_t fit : largest_) bytes += static_cast<double>(fit);
    return std::max(bytes, refit_);  // the refit runs alone, after all others
  }
  [[nodiscard]] std::uint64_t largest() const {
    return std::max(largest_refit_, largest_.empty() ? 0 : *largest_.rbegin());
  }
  [[nodiscard]] double kept() const { return kept_; }
  [[nodiscard]] double curves() const { return curve_values_ * sizeof(double); }

 private:
  // Folds differ by a row at most, so the first one stands for all.
  void add_folds(std::int32_t config) {
    const double folds = as_double(plan_.folds.size());
    const FitSpec spec = fit_spec(plan_, config, 0);
    const FitData data = fit_data(plan_, config, 0, rows_);
    fits_ += folds;
    curve_values_ += folds * (spec.training.early_stopping ? 5.0 : 4.0) * spec.training.max_iter;
    const std::uint64_t bytes = saturated(bytes_of_fit(plan_, spec, data, is_drawn(plan_, 0)));
    for (std::size_t fold = 0; fold < std::min(plan_.folds.size(), jobs_); ++fold) {
      largest_.insert(bytes);
      if (largest_.size() > jobs_) largest_.erase(largest_.begin());
    }
    const LeftByFit first = left_by_fit(plan_, spec, data, 0);
    const LeftByFit other =
        plan_.folds.size() > 1 ? left_by_fit(plan_, spec, data, 1) : LeftByFit();
    kept_ += first.kept + (folds - 1.0) * other.kept;
    passing_ = std::max(passing_, first.passing);
  }

  void add_refit(std::int32_t config) {
    const FitSpec spec = fit_spec(plan_, config, kRefitFold);
    const FitData data = fit_data(plan_, config, kRefitFold, all_rows_);
    const LeftByFit left = left_by_fit(plan_, spec, data, kRefitFold);
    const std::uint64_t bytes = saturated(bytes_of_fit(plan_, spec, data, false));
    largest_refit_ = std::max(largest_refit_, bytes);
    refit_ = std::max(refit_, left.kept + std::max(static_cast<double>(bytes), left.passing));
  }

  const Plan& plan_;
  std::size_t jobs_;
  FitRows rows_, all_rows_;
  std::multiset<std::uint64_t> largest_;  // the largest, as many as run at once
  std::uint64_t largest_refit_ = 0;
  double fits_ = 0.0, curve_values_ = 0.0, kept_ = 0.0, passing_ = 0.0, refit_ = 0.0;
};

}  // namespace

MemoryNeed memory_need(const Plan& plan, int jobs) {
  const FitNeeds fits(plan, jobs);
  const double folds = as_double(plan.folds.size());
  const double configs = as_double(plan.grid.configs.size());
  const double classes = as_double(plan.data.dataset.class_names.size());
  const double class_scores = configs * folds * classes * (3.0 * sizeof(double) + sizeof(int));
  // Every thread that builds the file holds a chunk of curves, filled up to max-iter, and its
  // packed copy.
  const double chunk = std::max(kChunkBytes, folds * max_epochs(plan) * sizeof(double));
  MemoryNeed need;
  need.largest_fit = fits.largest();
  need.fits = saturated(fits.at_once());
  need.results = saturated(configs * (kBytesPerConfig + folds * kBytesPerFit) + fits.kept() +
                           class_scores + 2.0 * (jobs + 1.0) * chunk);
  need.curves = saturated(fits.curves());
  need.data = saturated(kProgram + bytes_of_data(plan.data) + bytes_of_folds(plan));
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
  const std::uint64_t grid = saturated(static_cast<double>(grid_size(experiment)) *
                                       (kBytesPerConfig + folds * kBytesPerFit));
  if (grid > available) {
    throw std::runtime_error(fmt::format(
        "the grid of {} configs x {} folds takes {}, but only {} of memory are available; shorten "
        "its lists or lower folds or repeats",
        grid_size(experiment), folds, print_bytes(grid), print_bytes(available)));
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
