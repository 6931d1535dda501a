// Where each layer's arrays lie, and copies between their layout and rows of numbers.
#include "engine/network/parameters.hpp"

#include <algorithm>
#include <cmath>

#include "engine/network/initialize.hpp"

namespace mlpgrid {
namespace {

/// Whole cache lines, so that each array of a block starts on one.
template <class T>
std::size_t line_elements(std::size_t count) {
  constexpr std::size_t kLine = 64 / sizeof(T);
  return (count + kLine - 1) / kLine * kLine;
}

}  // namespace

template <class T>
Parameters<T>::Parameters(const Network& network, const MlpNeeds& needs, bool row_major,
                          const Kernels<T>& kernels, Arena& arena)
    : network_(network), kernels_(kernels) {
  const std::vector<std::size_t> sizes = network.layer_sizes();
  std::vector<std::size_t> starts;  // of each layer's weights, then its biases, in a block
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    const std::size_t weights = row_major ? kernels.packed_size(1, sizes[l] * sizes[l + 1])
                                          : kernels.packed_size(sizes[l], sizes[l + 1]);
    for (const std::size_t size : {weights, kernels.packed_columns(sizes[l + 1])}) {
      starts.push_back(size_);
      size_ += line_elements<T>(size);
    }
  }
  const auto take = [&](bool needed) { return needed ? arena.take<T>(size_) : nullptr; };
  values_ = take(true);
  gradients_ = take(needs.gradient);
  T* first = take(needs.first);
  T* second = take(needs.second);
  best_ = take(needs.best);

  const auto at = [](T* block, std::size_t start) {
    return block != nullptr ? block + start : nullptr;
  };
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    const std::size_t n_in = sizes[l];
    const std::size_t n_out = sizes[l + 1];
    const std::size_t weights = starts[2 * l];
    const std::size_t bias = starts[2 * l + 1];
    const bool has_deltas = l > 0 && needs.backward && !row_major;
    layers_.push_back(
        {.n_in = n_in,
         .n_out = n_out,
         .rows = row_major ? 1 : n_in,
         .columns = row_major ? n_in * n_out : n_out,
         .weights = at(values_, weights),
         .bias = at(values_, bias),
         .backward_operand =
             has_deltas ? arena.take<T>(kernels.backward_operand_size(n_in, n_out)) : nullptr,
         .gradient = at(gradients_, weights),
         .bias_gradient = at(gradients_, bias),
         .first = at(first, weights),
         .second = at(second, weights),
         .bias_first = at(first, bias),
         .bias_second = at(second, bias)});
  }
}

template <class T>
void Parameters<T>::initialize(const Initialization& init, RandomState& random) {
  std::vector<double> weights;
  std::vector<double> biases;
  for (Layer<T>& layer : layers_) {
    weights.resize(layer.n_in * layer.n_out);
    biases.resize(layer.n_out);
    initialize_layer(init, network_.activation, layer.n_in, layer.n_out, random, weights, biases);
    set(layer, weights, biases);
  }
}

template <class T>
void Parameters<T>::set_model(const Model& model) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    set(layers_[l], model.weights[l], model.biases[l]);
  }
}

template <class T>
void Parameters<T>::set(Layer<T>& layer, std::span<const double> weights,
                        std::span<const double> biases) {
  const std::vector<T> rounded(weights.begin(), weights.end());
  kernels_.pack(rounded.data(), layer.rows, layer.columns, layer.weights);
  std::copy(biases.begin(), biases.end(), layer.bias);
  refresh(layer);
}

template <class T>
Model Parameters<T>::model(Precision precision) const {
  Model model{.network = network_, .precision = precision, .weights = {}, .biases = {}};
  for (const Layer<T>& layer : layers_) {
    std::vector<T> weights(layer.n_in * layer.n_out);
    unpack(layer, weights.data());
    model.weights.emplace_back(weights.begin(), weights.end());
    model.biases.emplace_back(layer.bias, layer.bias + layer.n_out);
  }
  return model;
}

template <class T>
void Parameters<T>::save_best() {
  std::copy_n(values_, size_, best_);
}

template <class T>
void Parameters<T>::restore_best() {
  std::copy_n(best_, size_, values_);
  refresh();
}

template <class T>
WeightSizes Parameters<T>::weight_sizes() const {
  WeightSizes sizes;
  std::vector<T> weights;
  for (const Layer<T>& layer : layers_) {
    // Row-major: the order of the packed ones, and so the sum's last bits, is the unit's.
    weights.resize(layer.n_in * layer.n_out);
    unpack(layer, weights.data());
    for (const T w : weights) {
      sizes.zero_share += w == T(0) ? 1.0 : 0.0;
      sizes.mean_magnitude += static_cast<double>(std::fabs(w));
    }
  }
  const auto count = static_cast<double>(network_.n_weights());
  return {sizes.zero_share / count, sizes.mean_magnitude / count};
}

template <class T>
void Parameters<T>::refresh(Layer<T>& layer) const {
  if (layer.backward_operand == nullptr) return;
  kernels_.make_backward_operand(layer.weights, layer.n_in, layer.n_out, layer.backward_operand);
}

template <class T>
void Parameters<T>::refresh() {
  for (Layer<T>& layer : layers_) refresh(layer);
}

template class Parameters<float>;
template class Parameters<double>;

}  // namespace mlpgrid
