// The curves of a run as data of its report: mean and spread over the folds, thinned where there
// are more points than a page can hold. Drawing them is page/curves.js's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// A report holds at most about kMaxPoints points over all curves and configs, and
/// kMaxPointsPerCurve per curve and config. Of longer curves every k-th epoch is kept, and the last
/// one.
inline constexpr std::size_t kMaxPoints = 1'000'000;
inline constexpr std::size_t kMaxPointsPerCurve = 2'000;

/// Mean and population standard deviation over the folds that have a finite value; NaN where none
/// has.
struct FoldMoments {
  std::vector<double> mean, deviation;  // n_configs x max_epochs
};

/// `curve` is n_configs x n_folds x max_epochs, row-major, as read_curve() gives it for each
/// config.
[[nodiscard]] FoldMoments fold_moments(std::span<const double> curve, std::size_t n_folds,
                                       std::size_t max_epochs);

/// All curves of the file `results` was read from: an object with one entry per curve,
///   {"epochs": [epoch of each point], "last": [last epoch of each config, 0 without a curve],
///    "mean": [packed_floats of each config, null without], "std": [the same; only with folds]}.
/// The points of a config are those of `epochs` before its last epoch, and its last epoch. A config
/// that shares another one's fits has none of its own.
[[nodiscard]] nlohmann::ordered_json report_curves(const ResultsFile& results);

}  // namespace mlpgrid
