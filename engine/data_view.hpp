// How the engine sees a data set: pointers to rows that somebody else owns, read by row index.
// A fold or a fit is a list of row numbers; nothing is copied for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mlpgrid {

enum class StoredType { uint8, float64 };

/// Features, rows x cols, row-major, as stored. The input that a network sees is
/// (stored - shift[j]) / divisor[j], computed in the precision of the fit after conversion.
struct FeatureView {
  StoredType type = StoredType::float64;
  const void* data = nullptr;
  std::size_t cols = 0;
  std::span<const double> shift = {};    // cols values, or empty for 0
  std::span<const double> divisor = {};  // cols values, none of them 0, or empty for 1
};

/// What to predict: exactly one of the three kinds.
struct TargetView {
  enum class Kind { labels, values, inputs };
  Kind kind = Kind::labels;
  const std::int32_t* labels = nullptr;  // kind labels: class 0..n_classes-1 of each row
  std::size_t n_classes = 0;
  const double* values = nullptr;      // kind values: rows x n_outputs, row-major
  std::size_t n_outputs = 0;           // kind values and inputs (then the number of features)
  std::span<const double> shift = {};  // kind values: target = (stored - shift[j]) / divisor[j]
  std::span<const double> divisor = {};
};

/// One data set and the rows of it that one fit may use. A row set may be empty, except `train`.
struct FitData {
  FeatureView features = {};
  TargetView targets = {};
  std::span<const std::int32_t> train = {};
  std::span<const std::int32_t> held_out = {};  // scored after epochs; never trained on
  std::span<const std::int32_t> test = {};      // scored once, at the end
};

}  // namespace mlpgrid
