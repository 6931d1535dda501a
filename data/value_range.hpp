// Checks that the numbers of a data set, after scaling, are finite in the precision of a fit.
// Fitting scalers is scaler.hpp's.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/scaler.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// The smallest and the largest number of each column. Found once, because the scalers of all folds
/// are checked against them.
class ValueRange {
 public:
  /// Of the features, or of the target values. Byte features and labels are always in range.
  [[nodiscard]] static ValueRange of_features(const Dataset& dataset);
  [[nodiscard]] static ValueRange of_targets(const Dataset& dataset);

  /// Throws std::runtime_error that names data set, column, row (counted from 1) and remedy where
  /// (x - shift) / divisor, computed in double as the engine does, is not finite in `precision`.
  void require(const Scaler& scaler, Precision precision) const;

 private:
  struct Extreme {
    double value = 0.0;
    std::size_t row = 0;
  };
  ValueRange(const Dataset& dataset, const std::vector<double>& values, std::size_t cols);

  std::string name_;                       // of the data set
  std::string scale_option_;               // that may help
  std::vector<std::string> columns_;       // names; empty: numbers
  std::vector<Extreme> lowest_, highest_;  // per column; empty: always in range
};

}  // namespace mlpgrid
