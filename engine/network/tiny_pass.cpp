// Buffers and unit-major copies for the tiny kernels.
#include "engine/network/tiny_pass.hpp"

#include <algorithm>

namespace mlpgrid {

bool is_tiny(const Network& network) {
  return std::ranges::max(network.layer_sizes()) <= kTinyWidth;
}

template <class T>
TinyPass<T>::TinyPass(const Network& network, TargetView::Kind targets, Parameters<T>& parameters,
                      const MlpNeeds& needs, std::size_t chunk_rows, const Kernels<T>& kernels,
                      Arena& arena)
    : network_(network), kernels_(kernels), rows_(arena.take<T>(chunk_rows * network.n_features)) {
  const std::size_t samples = padded_samples(chunk_rows);
  T* inputs = arena.take<T>(network.n_features * samples);
  for (const Layer<T>& layer : parameters.layers()) {
    T* outputs = arena.take<T>(layer.n_out * samples);
    layers_.push_back({.n_in = layer.n_in,
                       .n_out = layer.n_out,
                       .weights = layer.weights,
                       .bias = layer.bias,
                       .gradient = layer.gradient,
                       .bias_gradient = layer.bias_gradient,
                       .inputs = inputs,
                       .outputs = outputs,
                       .lane_sums = needs.backward
                                        ? arena.take<T>(tiny_lane_sums(layer.n_in, layer.n_out))
                                        : nullptr});
    inputs = outputs;
  }
  if (targets != TargetView::Kind::inputs) targets_ = arena.take<T>(network.n_outputs * samples);
}

template <class T>
void TinyPass<T>::set_units(const T* values, std::size_t n, T* units) const {
  const std::size_t samples = padded_samples(m_);
  for (std::size_t j = 0; j < n; ++j) {
    T* unit = units + j * samples;
    for (std::size_t i = 0; i < m_; ++i) unit[i] = values[i * n + j];
    std::fill(unit + m_, unit + samples, values[j]);
  }
}

template <class T>
void TinyPass<T>::load_inputs(const FeatureSource<T>& source, std::span<const std::int32_t> rows,
                              bool /*for_gradient*/) {
  m_ = rows.size();
  if (source.type == StoredType::uint8) {
    kernels_.load_rows(
        {.source = source, .rows = rows.data(), .m = m_, .out = rows_, .stride = source.cols});
    set_units(rows_, source.cols, layers_.front().inputs);
    return;
  }
  // What load_rows and set_units would do, without its overhead for every row.
  const std::size_t samples = padded_samples(m_);
  const auto set_unit = [&](std::size_t j, auto&& value_of) {
    const auto* column = static_cast<const double*>(source.data) + j;
    T* unit = layers_.front().inputs + j * samples;
    for (std::size_t i = 0; i < m_; ++i) {
      unit[i] = static_cast<T>(value_of(column[static_cast<std::size_t>(rows[i]) * source.cols]));
    }
    std::fill(unit + m_, unit + samples, unit[0]);
  };
  for (std::size_t j = 0; j < source.cols; ++j) {
    if (source.divisor == nullptr) {
      set_unit(j, [](double x) { return x; });
    } else {
      set_unit(j, [shift = source.shift[j], divisor = source.divisor[j]](double x) {
        return (x - shift) / divisor;
      });
    }
  }
}

template <class T>
void TinyPass<T>::load_labels(std::span<const std::int32_t> labels) {
  const std::size_t samples = padded_samples(m_);
  if (network_.output == Output::softmax) {
    std::fill_n(targets_, network_.n_outputs * samples, T(0));
    for (std::size_t i = 0; i < m_; ++i) {
      targets_[static_cast<std::size_t>(labels[i]) * samples + i] = T(1);
    }
    return;
  }
  const T negative = network_.output == Output::tanh ? T(-1) : T(0);
  for (std::size_t i = 0; i < m_; ++i) targets_[i] = labels[i] != 0 ? T(1) : negative;
}

template <class T>
void TinyPass<T>::load_values(const T* values) {
  set_units(values, network_.n_outputs, targets_);
}

template <class T>
TinyForwardArgs<T> TinyPass<T>::forward_args() const {
  return {.layers = layers_.data(),
          .n_layers = layers_.size(),
          .m = m_,
          .activation = network_.activation,
          .output = network_.output,
          .loss = network_.loss};
}

template <class T>
void TinyPass<T>::predict() {
  kernels_.tiny_forward(forward_args());
}

template <class T>
double TinyPass<T>::forward(bool want_deltas, std::int32_t* predicted, double* squared_error) {
  TinyForwardArgs<T> args = forward_args();
  args.targets = targets_ != nullptr ? targets_ : layers_.front().inputs;
  args.want_deltas = want_deltas;
  args.predicted = predicted;
  args.squared_error = squared_error;
  const double loss = kernels_.tiny_forward(args);
  if (want_deltas && network_.scaling.squared_error_gradient) {
    T* deltas = layers_.back().outputs;
    for (std::size_t i = 0; i < m_; ++i) {
      deltas[i] = times_logistic_derivative(deltas[i], targets_[i]);
    }
  }
  return loss;
}

template <class T>
void TinyPass<T>::backward(bool continue_sums, std::span<const UpdateArgs<T>> updates) {
  kernels_.tiny_backward({.layers = layers_.data(),
                          .n_layers = layers_.size(),
                          .m = m_,
                          .activation = network_.activation,
                          .continue_sums = continue_sums,
                          .updates = updates.empty() ? nullptr : updates.data(),
                          .squares = &squares_,
                          .magnitudes = &magnitudes_});
}

template class TinyPass<float>;
template class TinyPass<double>;

}  // namespace mlpgrid
