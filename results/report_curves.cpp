// Moments over folds, and which epochs to keep; see the header.
#include "results/report_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "results/hdf5_file.hpp"
#include "results/hdf5_read_pictures.hpp"
#include "results/moments.hpp"
#include "results/report_encoding.hpp"

namespace mlpgrid {
namespace {

// Epochs (from 1) at which any config has a value, every k-th of them and the last.
std::vector<std::int32_t> kept_epochs(const std::vector<double>& mean, std::size_t max_epochs,
                                      std::size_t most) {
  std::vector<char> is_there(max_epochs, 0);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (!std::isnan(mean[i])) is_there[i % max_epochs] = 1;
  }
  std::vector<std::int32_t> epochs;
  for (std::size_t epoch = 0; epoch < max_epochs; ++epoch) {
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

nlohmann::ordered_json report_curve(const ResultsFile& results, const std::string& name,
                                    std::size_t most_points) {
  const RunDescription& run = results.run;
  const auto max_epochs = static_cast<std::size_t>(run.max_epochs);
  const FoldMoments folds = fold_moments(read_curve(results.path, name), run.n_folds(), max_epochs);
  const std::vector<std::int32_t> epochs = kept_epochs(folds.mean, max_epochs, most_points);
  nlohmann::ordered_json curve = {{"epochs", epochs}, {"last", nlohmann::ordered_json::array()}};
  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    const auto row = [&](const std::vector<double>& values) {
      return std::span(values).subspan(config * max_epochs, max_epochs);
    };
    const bool is_alias = run.alias_of[config] != static_cast<std::int32_t>(config);
    const std::int32_t last = is_alias ? 0 : last_epoch(row(folds.mean));
    curve["last"].push_back(last);
    const auto add = [&](const char* what, const std::vector<double>& values) {
      nlohmann::ordered_json points;  // null
      if (last > 0) points = packed_points(row(values), epochs, last);
      curve[what].push_back(std::move(points));
    };
    add("mean", folds.mean);
    if (run.n_folds() > 1) add("std", folds.deviation);
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
  const std::vector<std::string> names = curve_names(results.path);
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
