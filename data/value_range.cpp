// Scaling keeps the order of a column's numbers, so it is enough to check the smallest and the
// largest.
#include "data/value_range.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "data/text/printable.hpp"

namespace mlpgrid {

ValueRange ValueRange::of_features(const Dataset& dataset) {
  ValueRange range(dataset, dataset.values, dataset.n_features);
  range.columns_ = dataset.feature_names;
  range.scale_option_ = "--scale";
  return range;
}

ValueRange ValueRange::of_targets(const Dataset& dataset) {
  ValueRange range(dataset, dataset.target_values, dataset.n_outputs);
  range.scale_option_ = "--target-scale";
  for (std::size_t j = 0; j < dataset.n_outputs; ++j) {
    range.columns_.push_back(dataset.n_outputs == 1 ? "the target"
                                                    : fmt::format("target {}", j + 1));
  }
  return range;
}

ValueRange::ValueRange(const Dataset& dataset, const std::vector<double>& values, std::size_t cols)
    : name_(dataset.name) {
  if (values.empty()) return;
  for (std::size_t j = 0; j < cols; ++j) lowest_.push_back({values[j], 0});
  highest_ = lowest_;
  for (std::size_t row = 1; row < values.size() / cols; ++row) {
    const double* x = values.data() + row * cols;
    for (std::size_t j = 0; j < cols; ++j) {
      if (x[j] < lowest_[j].value) lowest_[j] = {x[j], row};
      if (x[j] > highest_[j].value) highest_[j] = {x[j], row};
    }
  }
}

void ValueRange::require(const Scaler& scaler, Precision precision) const {
  const bool scaled = !scaler.divisor.empty();
  for (std::size_t j = 0; j < lowest_.size(); ++j) {
    for (const Extreme& end : {lowest_[j], highest_[j]}) {
      const double x = scaled ? (end.value - scaler.shift[j]) / scaler.divisor[j] : end.value;
      const bool is_float = precision == Precision::float32;
      if (is_float ? std::isfinite(static_cast<float>(x)) : std::isfinite(x)) continue;
      const std::string column =
          columns_.empty() ? fmt::format("feature {}", j + 1) : printable(columns_[j]);
      throw std::runtime_error(fmt::format(
          "{}: {}, row {}: {:.6g}{} is beyond what {} holds; correct it{}{}", printable(name_),
          column, end.row + 1, end.value, scaled ? fmt::format(", scaled to {:.6g},", x) : "",
          is_float ? "float32 (3.4e+38)" : "float64 (1.8e+308)",
          is_float ? ", or train with --precision float64" : ", or leave the column out",
          is_float && !scaled ? fmt::format(" or {} standard", scale_option_) : ""));
    }
  }
}

}  // namespace mlpgrid
