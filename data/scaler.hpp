// Scaling as (x - shift) / divisor per feature, with statistics of chosen rows. The engine applies
// it while it gathers a batch; nothing here changes the stored data.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mlpgrid {

enum class Scale { none, unit, standard };

struct Scaler {
  std::vector<double> shift;    // per feature; both empty: identity
  std::vector<double> divisor;  // never 0: constant features get 1, as in scikit-learn
};

/// none: identity. unit: images (byte data) 0 and 255, other data MinMaxScaler's minimum and range
/// over `rows`. standard: StandardScaler's mean and population standard deviation over `rows`.
/// Throws std::invalid_argument for no rows, std::runtime_error where a statistic overflows.
[[nodiscard]] Scaler fit_scaler(const Dataset& dataset, std::span<const std::int32_t> rows,
                                Scale scale);

/// The scaler of the n_outputs columns of target_values; `scale` and exceptions as for
/// fit_scaler(). Throws std::invalid_argument also where the targets are not values.
[[nodiscard]] Scaler fit_target_scaler(const Dataset& dataset, std::span<const std::int32_t> rows,
                                       Scale scale);

/// The features and targets of a data set as the engine reads them. The views point into `dataset`,
/// `shift` and `divisor`, which must outlive them. An autoencoder's targets are its inputs.
[[nodiscard]] FeatureView feature_view(const Dataset& dataset, std::span<const double> shift,
                                       std::span<const double> divisor);
[[nodiscard]] TargetView target_view(const Dataset& dataset, Task task,
                                     std::span<const double> shift,
                                     std::span<const double> divisor);

}  // namespace mlpgrid
