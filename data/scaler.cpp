// The statistics of scikit-learn 1.2.1's StandardScaler and MinMaxScaler over chosen rows.
// Applying them is the engine's job.
#include "data/scaler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "data/text/printable.hpp"

namespace mlpgrid {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Sums run down the rows with one accumulator per column, as NumPy's sum over axis 0 of a row-major
// array does, and the correction term is _incremental_mean_and_var's: the bits are scikit-learn's.
// NumPy adds a single column pairwise, so there the last bits may differ.
template <class T>
Scaler fit_standard(const std::vector<T>& data, std::size_t cols,
                    std::span<const std::int32_t> rows) {
  const auto n = static_cast<double>(rows.size());
  const auto row_of = [&](std::int32_t row) {
    return data.data() + static_cast<std::size_t>(row) * cols;
  };
  std::vector<double> mean(cols, 0.0);
  for (const std::int32_t row : rows) {
    const T* x = row_of(row);
    for (std::size_t j = 0; j < cols; ++j) mean[j] += static_cast<double>(x[j]);
  }
  for (double& m : mean) m /= n;

  std::vector<double> correction(cols, 0.0);
  std::vector<double> squares(cols, 0.0);
  for (const std::int32_t row : rows) {
    const T* x = row_of(row);
    for (std::size_t j = 0; j < cols; ++j) {
      const double difference = static_cast<double>(x[j]) - mean[j];
      correction[j] += difference;
      squares[j] += difference * difference;
    }
  }

  std::vector<double> divisor(cols, 1.0);
  for (std::size_t j = 0; j < cols; ++j) {
    const double variance = (squares[j] - correction[j] * correction[j] / n) / n;
    const double mean_error = n * mean[j] * kEpsilon;
    const bool constant = variance <= n * kEpsilon * variance + mean_error * mean_error;
    if (!constant) divisor[j] = std::sqrt(variance);
  }
  return {std::move(mean), std::move(divisor)};
}

Scaler fit_min_max(const std::vector<double>& data, std::size_t cols,
                   std::span<const std::int32_t> rows) {
  std::vector<double> low(cols, std::numeric_limits<double>::infinity());
  std::vector<double> high(cols, -std::numeric_limits<double>::infinity());
  for (const std::int32_t row : rows) {
    const double* x = data.data() + static_cast<std::size_t>(row) * cols;
    for (std::size_t j = 0; j < cols; ++j) {
      low[j] = std::min(low[j], x[j]);
      high[j] = std::max(high[j], x[j]);
    }
  }
  std::vector<double> divisor(cols);
  for (std::size_t j = 0; j < cols; ++j) {
    const double range = high[j] - low[j];
    divisor[j] = range < 10 * kEpsilon ? 1.0 : range;
  }
  return {std::move(low), std::move(divisor)};
}

// Numbers near the largest double: their squares or their range overflow to infinity.
Scaler require_finite(Scaler scaler, const std::vector<std::string>& names, std::string_view what) {
  for (std::size_t j = 0; j < scaler.divisor.size(); ++j) {
    if (std::isfinite(scaler.shift[j]) && std::isfinite(scaler.divisor[j])) continue;
    throw std::runtime_error(fmt::format(
        "{}: its numbers are too large to be scaled; divide the column by a constant, or say "
        "--{}scale none",
        j < names.size() ? printable(names[j]) : fmt::format("{} {}", what, j + 1),
        what == "target" ? "target-" : ""));
  }
  return scaler;
}

void require_rows(std::span<const std::int32_t> rows) {
  if (rows.empty()) throw std::invalid_argument("scaling needs at least one row");
}

}  // namespace

Scaler fit_scaler(const Dataset& dataset, std::span<const std::int32_t> rows, Scale scale) {
  if (scale == Scale::none) return {};
  require_rows(rows);
  const std::size_t cols = dataset.n_features;
  if (dataset.bytes.empty()) {
    return require_finite(scale == Scale::standard ? fit_standard(dataset.values, cols, rows)
                                                   : fit_min_max(dataset.values, cols, rows),
                          dataset.feature_names, "feature");
  }
  if (scale == Scale::standard) return fit_standard(dataset.bytes, cols, rows);
  return {std::vector<double>(cols, 0.0), std::vector<double>(cols, 255.0)};
}

Scaler fit_target_scaler(const Dataset& dataset, std::span<const std::int32_t> rows, Scale scale) {
  if (scale == Scale::none) return {};
  if (dataset.target_values.empty()) {
    throw std::invalid_argument("--target-scale needs numbers as targets (--task regression)");
  }
  require_rows(rows);
  return require_finite(scale == Scale::standard
                            ? fit_standard(dataset.target_values, dataset.n_outputs, rows)
                            : fit_min_max(dataset.target_values, dataset.n_outputs, rows),
                        {}, "target");
}

FeatureView feature_view(const Dataset& dataset, std::span<const double> shift,
                         std::span<const double> divisor) {
  FeatureView view;
  view.cols = dataset.n_features;
  view.type = dataset.values.empty() ? StoredType::uint8 : StoredType::float64;
  view.data = dataset.values.empty() ? static_cast<const void*>(dataset.bytes.data())
                                     : static_cast<const void*>(dataset.values.data());
  view.shift = shift;
  view.divisor = divisor;
  return view;
}

TargetView target_view(const Dataset& dataset, Task task, std::span<const double> shift,
                       std::span<const double> divisor) {
  TargetView view;
  switch (task) {
    case Task::regression:
      view.kind = TargetView::Kind::values;
      view.values = dataset.target_values.data();
      view.n_outputs = dataset.n_outputs;
      view.shift = shift;
      view.divisor = divisor;
      break;
    case Task::autoencoder:
      view.kind = TargetView::Kind::inputs;
      view.n_outputs = dataset.n_features;
      break;
    default:
      view.kind = TargetView::Kind::labels;
      view.labels = dataset.labels.data();
      view.n_classes = dataset.class_names.size();
  }
  return view;
}

}  // namespace mlpgrid
