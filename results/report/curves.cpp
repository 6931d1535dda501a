// Computes moments over folds and chooses which epochs to keep. Reading curves is hdf5/read.cpp's.
#include "results/report/curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "results/hdf5/pictures.hpp"
#include "results/hdf5/read.hpp"
#include "results/moments.hpp"
#include "results/report/encoding.hpp"

namespace mlpgrid {
namespace {

// The epochs (from 1) to draw: of those at which any config has a value, every k-th and the last,
// about `most` in all.
std::vector<std::int32_t> kept_epochs(const std::vector<FoldMoments>& curves, std::size_t most) {
  std::vector<char> is_there;
  for (const FoldMoments& curve : curves) {
    is_there.resize(std::max(is_there.size(), curve.mean.size()), 0);
    for (std::size_t epoch = 0; epoch < curve.mean.size(); ++epoch) {
      if (!std::isnan(curve.mean[epoch])) is_there[epoch] = 1;
    }
  }
  std::vector<std::int32_t> epochs;
  for (std::size_t epoch = 0; epoch < is_there.size(); ++epoch) {
    if (is_there[epoch] != 0) epochs.push_back(static_cast<std::int32_t>(epoch + 1));
  }
  const std::size_t step = (epochs.size() + most - 1) / most;
  if (step <= 1) return epochs;
  std::vector<std::int32_t> kept;
  for (std::size_t i = 0; i < epochs.size(); i += step) kept.push_back(epochs[i]);
  if (kept.back() != epochs.back()) kept.push_back(epochs.back());
  return kept;
}

std::int32_t last_epoch(std::span<const double> mean) {
  for (std::size_t epoch = mean.size(); epoch > 0; --epoch) {
    if (!std::isnan(mean[epoch - 1])) return static_cast<std::int32_t>(epoch);
  }
  return 0;
}

std::string packed_points(std::span<const double> values, const std::vector<std::int32_t>& epochs,
                          std::int32_t last) {
  std::vector<double> points;
  for (const std::int32_t epoch : epochs) {
    if (epoch >= last) break;
    points.push_back(values[static_cast<std::size_t>(epoch - 1)]);
  }
  points.push_back(values[static_cast<std::size_t>(last - 1)]);
  return packed_floats(points);
}

// The moments of each config up to its last epoch; empty for an alias.
std::vector<FoldMoments> moments_of_configs(const ResultsFile& results, const std::string& name) {
  const RunDescription& run = results.run;
  const ValuesOfConfig curve = read_curve(results, name);
  std::vector<FoldMoments> all(run.n_configs());
  for (std::size_t config = 0; config < all.size(); ++config) {
    if (run.alias_of[config] != static_cast<std::int32_t>(config)) continue;
    const FoldMoments moments =
        fold_moments(curve(config), run.n_folds(), static_cast<std::size_t>(run.max_epochs));
    const std::int32_t last = last_epoch(moments.mean);
    all[config].mean.assign(moments.mean.begin(), moments.mean.begin() + last);
    all[config].deviation.assign(moments.deviation.begin(), moments.deviation.begin() + last);
  }
  return all;
}

nlohmann::ordered_json report_curve(const ResultsFile& results, const std::string& name,
                                    std::size_t most_points) {
  const std::vector<FoldMoments> all = moments_of_configs(results, name);
  const std::vector<std::int32_t> epochs = kept_epochs(all, most_points);
  nlohmann::ordered_json curve = {{"epochs", epochs}, {"last", nlohmann::ordered_json::array()}};
  for (const FoldMoments& moments : all) {
    const auto last = static_cast<std::int32_t>(moments.mean.size());
    curve["last"].push_back(last);
    const auto add = [&](const char* what, const std::vector<double>& values) {
      nlohmann::ordered_json points;  // null
      if (last > 0) points = packed_points(values, epochs, last);
      curve[what].push_back(std::move(points));
    };
    add("mean", moments.mean);
    if (results.run.n_folds() > 1) add("std", moments.deviation);
  }
  return curve;
}

}  // namespace

FoldMoments fold_moments(std::span<const double> curve, std::size_t n_folds,
                         std::size_t max_epochs) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::size_t block = n_folds * max_epochs;
  const std::size_t n_configs = block == 0 ? 0 : curve.size() / block;
  FoldMoments all;
  all.mean.assign(n_configs * max_epochs, kNaN);
  all.deviation = all.mean;
  std::vector<double> values;
  for (std::size_t i = 0; i < all.mean.size(); ++i) {
    const std::size_t first = i / max_epochs * block + i % max_epochs;
    values.clear();
    for (std::size_t fold = 0; fold < n_folds; ++fold) {
      const double value = curve[first + fold * max_epochs];
      if (std::isfinite(value)) values.push_back(value);
    }
    const Moments of_folds = moments(values);
    all.mean[i] = of_folds.mean;
    all.deviation[i] = of_folds.deviation;
  }
  return all;
}

nlohmann::ordered_json report_curves(const ResultsFile& results) {
  const std::vector<std::string> names = curve_names(results);
  const std::size_t rows = std::max<std::size_t>(1, names.size() * results.run.n_configs());
  const std::size_t most = std::clamp<std::size_t>(kMaxPoints / rows, 2, kMaxPointsPerCurve);
  nlohmann::ordered_json curves = nlohmann::ordered_json::object();
  for (const std::string& name : names) {
    nlohmann::ordered_json curve = report_curve(results, name, most);
    if (!curve["epochs"].empty()) curves[name] = std::move(curve);
  }
  return curves;
}

}  // namespace mlpgrid
