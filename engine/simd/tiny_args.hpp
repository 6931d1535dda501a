// Nets that are narrow everywhere: which ones they are, and what their kernels are given. The lanes
// of a vector run across samples here, not across units.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/functions.hpp"

namespace mlpgrid {

template <class T>
struct UpdateArgs;

/// A net is tiny if no layer, inputs and outputs included, is wider than this. Up to here vectors
/// along the units are mostly padding. Each weight keeps 16 sums (see TinyLayer::lane_sums), which
/// small batches have to add up at every step: at 16 units and batches of 10 that already took 1.4
/// times as long as the kernels of wide nets. The shape alone decides, because the two kinds of
/// kernels add in different orders.
inline constexpr std::size_t kTinyWidth = 10;

/// Sums over samples have this many chains, whatever the vector width: sample i of a chunk belongs
/// to chain i % 16, and the chains are added in halves (8 and 8, 4 and 4, ...).
inline constexpr std::size_t kSampleLanes = 16;

/// Samples of a chunk with their padding, which repeats sample 0 (nothing overflows there that does
/// not anyway) and whose deltas are 0.
constexpr std::size_t padded_samples(std::size_t m) {
  return (m + kSampleLanes - 1) / kSampleLanes * kSampleLanes;
}

/// Values of a chunk are unit-major: unit j of sample i at [j * padded_samples(m) + i].
template <class T>
struct TinyLayer {
  std::size_t n_in = {}, n_out = {};
  T* weights = nullptr;        // n_in x n_out row-major, packed as one row: then 0, whole vectors
  T* bias = nullptr;           // n_out values, likewise
  T* gradient = nullptr;       // as the weights; used only without an update
  T* bias_gradient = nullptr;  // as the bias
  T* inputs = nullptr;         // n_in units; backward() leaves the deltas there, except in layer 0
  T* outputs = nullptr;        // n_out units: values, then deltas
  /// 16 chains for each weight, then for each bias; tiny_lane_sums() values.
  T* lane_sums = nullptr;
};

constexpr std::size_t tiny_lane_sums(std::size_t n_in, std::size_t n_out) {
  return ((n_in + 1) * n_out + kSampleLanes) * kSampleLanes;  // they are read in whole vectors
}

/// A chunk from its inputs to the outputs, their loss and their deltas.
template <class T>
struct TinyForwardArgs {
  const TinyLayer<T>* layers = nullptr;
  std::size_t n_layers = {};
  std::size_t m = {};
  Activation activation = {};  // of the hidden layers
  Output output = {};
  Loss loss = {};
  const T* targets = nullptr;  // unit-major as the outputs (softmax: one-hot); null: no loss
  bool want_deltas = {};
  std::int32_t* predicted = nullptr;  // padded_samples(m) classes, or null
  double* squared_error = nullptr;  // per output the sum of (output - target)^2, added to; or null
};

/// From the deltas of the outputs to the gradient or, with updates, to a step that changes
/// parameters and solver state in place (see UpdateArgs). With continue_sums the chains go on from
/// lane_sums.
template <class T>
struct TinyBackwardArgs {
  const TinyLayer<T>* layers = nullptr;
  std::size_t n_layers = {};
  std::size_t m = {};
  Activation activation = {};
  bool continue_sums = {};
  const UpdateArgs<T>* updates = nullptr;  // one per layer, or null
  // Sums of W^2 and |W| over all weights before the update, written only with one; |W| only if it
  // has l1. Weight e of its layer is in chain e % 16.
  T* squares = nullptr;
  T* magnitudes = nullptr;
};

}  // namespace mlpgrid
