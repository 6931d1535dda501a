// The passes of a tiny net over one chunk of rows: its buffers in the layout of the tiny kernels.
// The parameters belong to Mlp, which chooses between this and the passes of wide nets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/simd/kernels.hpp"

namespace mlpgrid {

template <class T>
struct Layer;

/// See kTinyWidth. A function of the shape alone.
[[nodiscard]] bool is_tiny(const Network& network);

template <class T>
class TinyPass {
 public:
  /// Chunks have at most chunk_rows rows; without `backward` only forward passes follow.
  TinyPass(const Network& network, TargetView::Kind targets, std::span<const Layer<T>> layers,
           std::size_t chunk_rows, bool backward, const Kernels<T>& kernels, Arena& arena);

  void load_inputs(const FeatureSource<T>& source, std::span<const std::int32_t> rows);
  void load_labels(std::span<const std::int32_t> labels);
  /// Of the loaded rows, row-major n_outputs wide.
  void load_values(const T* values);

  /// The loaded rows up to the outputs after their function.
  void predict();
  /// The same with loss and deltas; predicted and squared_error as in TinyForwardArgs. The sum of
  /// the loss over rows, squared errors summed over outputs.
  double forward(bool want_deltas, std::int32_t* predicted, double* squared_error);
  /// As Mlp::backward().
  void backward(bool continue_sums, std::span<const UpdateArgs<T>> updates);

  /// Output j of row i of the chunk.
  [[nodiscard]] T output(std::size_t i, std::size_t j) const {
    return layers_.back().outputs[j * padded_samples(m_) + i];
  }
  [[nodiscard]] double squares() const { return static_cast<double>(norms_[0]); }
  [[nodiscard]] double magnitudes() const { return static_cast<double>(norms_[1]); }

 private:
  /// Row-major rows of n values to units.
  void set_units(const T* values, std::size_t n, T* units) const;

  const Network& network_;
  const Kernels<T>& kernels_;
  std::vector<TinyLayer<T>> layers_;
  std::size_t m_ = 0;
  T* rows_;               // the chunk's inputs row-major
  T* targets_ = nullptr;  // as the outputs; null if they are the inputs
  T norms_[2] = {};
};

extern template class TinyPass<float>;
extern template class TinyPass<double>;

}  // namespace mlpgrid
