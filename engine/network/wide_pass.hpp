// The passes over one chunk of rows of a network that is not tiny: buffers in the layout of the
// products, and whether they leave out zeros. The parameters belong to Parameters.
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

template <class T>
class WidePass {
 public:
  /// Rows of a chunk at most: larger batches go in several chunks that add into the same sums, so
  /// that memory does not grow with the batch. The sums are the same chains either way, so the
  /// number decides no bit.
  static constexpr std::size_t kMaxRows = 256;

  /// Chunks have at most chunk_rows rows.
  WidePass(const Network& network, TargetView::Kind targets, Parameters<T>& parameters,
           const MlpNeeds& needs, std::size_t chunk_rows, const Kernels<T>& kernels, Arena& arena);

  /// From now on leaves out zeros of the inputs if enough of them are among these rows, with the
  /// same bits either way. The share of the first layer's multiply-adds that it leaves out.
  double decide_on_zeros(const FeatureSource<T>& source, std::span<const std::int32_t> rows);

  /// Takes in the next chunk: inputs and then labels or values, but where the inputs are the
  /// targets. Only `for_gradient` may backward() follow.
  void load_inputs(const FeatureSource<T>& source, std::span<const std::int32_t> rows,
                   bool for_gradient);
  /// Labels and values (row-major n_outputs wide) are read until the next chunk.
  void load_labels(std::span<const std::int32_t> labels) { labels_ = labels.data(); }
  void load_values(const T* values) { targets_ = values; }

  /// The loaded rows up to the outputs after their function.
  void predict();
  /// Passes the loaded rows on to their loss and, if wanted, their deltas. `predicted` (chunk_rows
  /// classes) or null, and squared_error as in OutputArgs. The sum of the loss over rows, squared
  /// errors summed over outputs.
  double forward(bool want_deltas, std::int32_t* predicted, double* squared_error);
  /// The gradient of the loaded rows to the layers' gradients, or with `updates`, one per layer, a
  /// step of the parameters. continue_sums adds to the chunks before.
  void backward(bool continue_sums, std::span<const UpdateArgs<T>> updates);

  /// Output j of row i of the chunk.
  [[nodiscard]] T output(std::size_t i, std::size_t j) const {
    return values_.back()[i * stride(network_.n_outputs) + j];
  }
  /// Of the weights before the last step.
  [[nodiscard]] WeightNorms norms() const;

 private:
  void pass();
  [[nodiscard]] std::size_t stride(std::size_t width) const { return kernels_.batch_stride(width); }

  const Network& network_;
  const TargetView::Kind target_kind_;
  Parameters<T>& parameters_;
  const Kernels<T>& kernels_;
  std::size_t m_ = 0;
  std::vector<T*> values_;  // per layer its inputs, then the outputs (z, later deltas)
  T* deltas_[2] = {nullptr, nullptr};
  std::vector<T*> squares_;     // per layer and column, see GradientArgs
  std::vector<T*> magnitudes_;  // null without l1
  const std::int32_t* labels_ = nullptr;
  const T* targets_ = nullptr;
  T* row_loss_;
  void* nonzero_ = nullptr;
  bool skips_zeros_ = false;
};

extern template class WidePass<float>;
extern template class WidePass<double>;

}  // namespace mlpgrid
