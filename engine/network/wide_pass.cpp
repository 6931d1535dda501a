// Buffers of a chunk, and the calls of the kernels layer by layer.
#include "engine/network/wide_pass.hpp"

#include <algorithm>

namespace mlpgrid {
namespace {

/// Sum in double over 16 virtual lanes: one order of additions whatever the compiler does with it.
template <class T>
double ordered_sum(const T* values, std::size_t count) {
  constexpr std::size_t kSumLanes = 16;
  double lanes[kSumLanes] = {};
  for (std::size_t start = 0; start < count; start += kSumLanes) {
    const std::size_t size = std::min(kSumLanes, count - start);
    for (std::size_t i = 0; i < size; ++i) lanes[i] += static_cast<double>(values[start + i]);
  }
  for (std::size_t width = kSumLanes / 2; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

}  // namespace

template <class T>
WidePass<T>::WidePass(const Network& network, TargetView::Kind targets, Parameters<T>& parameters,
                      const MlpNeeds& needs, std::size_t chunk_rows, const Kernels<T>& kernels,
                      Arena& arena)
    : network_(network), target_kind_(targets), parameters_(parameters), kernels_(kernels) {
  for (const std::size_t size : network.layer_sizes()) {
    values_.push_back(arena.take<T>(chunk_rows * stride(size)));
  }
  // The logarithm runs over whole vectors.
  row_loss_ = arena.take<T>(kernels.packed_columns(chunk_rows));
  if (!needs.backward) return;
  std::size_t widest = 1;
  for (const std::size_t size : network.hidden_layer_sizes) widest = std::max(widest, size);
  for (T*& deltas : deltas_) deltas = arena.take<T>(chunk_rows * stride(widest));
  for (const Layer<T>& layer : parameters.layers()) {
    const std::size_t columns = kernels.packed_columns(layer.n_out);
    squares_.push_back(arena.take<T>(columns));
    magnitudes_.push_back(needs.magnitudes ? arena.take<T>(columns) : nullptr);
  }
  nonzero_ = arena.take<std::byte>(kernels.nonzeros_size(chunk_rows, network.n_features));
}

template <class T>
double WidePass<T>::decide_on_zeros(const FeatureSource<T>& source,
                                    std::span<const std::int32_t> rows) {
  skips_zeros_ = true;
  load_inputs(source, rows, true);
  const double share =
      kernels_.skipped_share(nonzero_, m_, source.cols, parameters_.layers().front().n_out);
  skips_zeros_ = share > 0.0;
  return share;
}

template <class T>
void WidePass<T>::load_inputs(const FeatureSource<T>& source, std::span<const std::int32_t> rows,
                              bool for_gradient) {
  m_ = rows.size();
  kernels_.load_rows({.source = source,
                      .rows = rows.data(),
                      .m = m_,
                      .out = values_[0],
                      .stride = stride(source.cols),
                      .nonzero = skips_zeros_ ? nonzero_ : nullptr,
                      .for_gradient = for_gradient});
}

template <class T>
void WidePass<T>::pass() {
  const std::span<const Layer<T>> layers = parameters_.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    kernels_.forward(
        {.a = values_[l],
         .a_stride = stride(layers[l].n_in),
         .m = m_,
         .weights = layers[l].weights,
         .bias = layers[l].bias,
         .k = layers[l].n_in,
         .n = layers[l].n_out,
         .activation = l + 1 < layers.size() ? network_.activation : Activation::identity,
         .c = values_[l + 1],
         .c_stride = stride(layers[l].n_out),
         .nonzero = l == 0 && skips_zeros_ ? nonzero_ : nullptr});
  }
}

template <class T>
void WidePass<T>::predict() {
  pass();
  kernels_.output({.z = values_.back(),
                   .stride = stride(network_.n_outputs),
                   .m = m_,
                   .n = network_.n_outputs,
                   .output = network_.output,
                   .loss = network_.loss});
}

template <class T>
double WidePass<T>::forward(bool want_deltas, std::int32_t* predicted, double* squared_error) {
  pass();
  const bool inputs = target_kind_ == TargetView::Kind::inputs;
  const std::size_t n = network_.n_outputs;
  kernels_.output({.z = values_.back(),
                   .stride = stride(n),
                   .m = m_,
                   .n = n,
                   .output = network_.output,
                   .loss = network_.loss,
                   .labels = labels_,
                   .targets = inputs ? values_[0] : targets_,
                   .targets_stride = inputs ? stride(n) : n,
                   .want_deltas = want_deltas,
                   .predicted = predicted,
                   .row_loss = row_loss_,
                   .squared_error = squared_error});
  if (want_deltas && network_.scaling.squared_error_gradient) {
    for (std::size_t i = 0; i < m_; ++i) {
      T& delta = values_.back()[i * stride(n)];
      delta = times_logistic_derivative(delta, static_cast<T>(labels_[i]));
    }
  }
  return ordered_sum(row_loss_, m_);
}

template <class T>
void WidePass<T>::backward(bool continue_sums, std::span<const UpdateArgs<T>> updates) {
  const std::span<Layer<T>> layers = parameters_.layers();
  T* deltas = values_.back();
  for (std::size_t l = layers.size(); l-- > 0;) {
    Layer<T>& layer = layers[l];
    T* previous = deltas_[l % 2];
    // Before the gradient, whose step changes the weights.
    if (l > 0) {
      kernels_.backward({.deltas = deltas,
                         .deltas_stride = stride(layer.n_out),
                         .m = m_,
                         .operand = layer.backward_operand,
                         .n = layer.n_out,
                         .k = layer.n_in,
                         .activation = network_.activation,
                         .a = values_[l],
                         .c = previous,
                         .c_stride = stride(layer.n_in)});
    }
    kernels_.gradient({.inputs = values_[l],
                       .inputs_stride = stride(layer.n_in),
                       .deltas = deltas,
                       .deltas_stride = stride(layer.n_out),
                       .m = m_,
                       .k = layer.n_in,
                       .n = layer.n_out,
                       .weights = layer.weights,
                       .bias = layer.bias,
                       .gradient = layer.gradient,
                       .bias_gradient = layer.bias_gradient,
                       .continue_sums = continue_sums,
                       .update = updates.empty() ? nullptr : &updates[l],
                       .squares = squares_[l],
                       .magnitudes = magnitudes_[l],
                       .nonzero = l == 0 && skips_zeros_ ? nonzero_ : nullptr});
    if (!updates.empty()) parameters_.refresh(layer);
    deltas = previous;
  }
}

template <class T>
WeightNorms WidePass<T>::norms() const {
  WeightNorms norms;
  const std::span<const Layer<T>> layers = parameters_.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    norms.squares += ordered_sum(squares_[l], layers[l].n_out);
    if (magnitudes_[l] != nullptr) {
      norms.magnitudes += ordered_sum(magnitudes_[l], layers[l].n_out);
    }
  }
  return norms;
}

template class WidePass<float>;
template class WidePass<double>;

}  // namespace mlpgrid
