// The passes of a tiny net over one chunk of rows: its buffers in the layout of the tiny kernels.
// The parameters belong to Parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/parameters.hpp"
#include "engine/simd/kernels.hpp"

namespace mlpgrid {

/// Whether no layer is wider than kTinyWidth: the shape alone decides.
[[nodiscard]] bool is_tiny(const Network& network);

/// To its owner what WidePass is, function by function.
template <class T>
class TinyPass {
 public:
  /// Rows of a chunk at most: more than a wide net's, because they take little.
  static constexpr std::size_t kMaxRows = 512;

  /// The parameters are row-major.
  TinyPass(const Network& network, TargetView::Kind targets, Parameters<T>& parameters,
           const MlpNeeds& needs, std::size_t chunk_rows, const Kernels<T>& kernels, Arena& arena);

  /// Nothing is left out of so little.
  double decide_on_zeros(const FeatureSource<T>&, std::span<const std::int32_t>) { return 0.0; }

  void load_inputs(const FeatureSource<T>& source, std::span<const std::int32_t> rows,
                   bool for_gradient);
  /// Labels and values are copied.
  void load_labels(std::span<const std::int32_t> labels);
  void load_values(const T* values);

  void predict();
  /// `predicted` has padded_samples(chunk_rows) values.
  double forward(bool want_deltas, std::int32_t* predicted, double* squared_error);
  void backward(bool continue_sums, std::span<const UpdateArgs<T>> updates);

  /// Output j of row i of the chunk.
  [[nodiscard]] T output(std::size_t i, std::size_t j) const {
    return layers_.back().outputs[j * padded_samples(m_) + i];
  }
  [[nodiscard]] WeightNorms norms() const {
    return {static_cast<double>(squares_), static_cast<double>(magnitudes_)};
  }

 private:
  [[nodiscard]] TinyForwardArgs<T> forward_args() const;

  /// Row-major rows of n values to units.
  void set_units(const T* values, std::size_t n, T* units) const;

  const Network& network_;
  const Kernels<T>& kernels_;
  std::vector<TinyLayer<T>> layers_;
  std::size_t m_ = 0;
  T* rows_;               // the chunk's inputs row-major
  T* targets_ = nullptr;  // as the outputs; null if they are the inputs
  T squares_ = {}, magnitudes_ = {};
};

extern template class TinyPass<float>;
extern template class TinyPass<double>;

}  // namespace mlpgrid
