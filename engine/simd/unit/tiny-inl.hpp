// The passes of tiny nets: values unit-major, lanes across samples, weights read by broadcast. One
// call takes a chunk through all layers.
//
// A product over units is one chain of fused multiply-adds in the order of the units (forward it
// starts with the bias). A sum over samples has 16 chains; see kSampleLanes.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/activation-inl.hpp"
#include "engine/simd/unit/batch-inl.hpp"
#include "engine/simd/unit/step-inl.hpp"
#include "engine/simd/unit/tile-inl.hpp"
#include "engine/simd/unit/tiny_output-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

// Units of a tile. One of the gradient is at most kTinyInputs x kTinyTile sums; all of them must
// stay in registers.
inline constexpr std::size_t kTinyTile = 4;

/// part(i, vectors) for kTinyVectors vectors of samples at a time and then one by one, `i` the
/// first sample.
template <class T, class Part>
MLPGRID_INLINE void for_vectors(std::size_t rows, Part&& part) {
  constexpr std::size_t kStep = kTinyVectors * kLanes<T>;
  std::size_t i = 0;
  for (; i + kStep <= rows; i += kStep) part(i, Count<kTinyVectors>());
  for (; i < rows; i += kLanes<T>) part(i, Count<1>());
}

template <class T, int Outputs>
MLPGRID_INLINE void tiny_forward_units(const TinyLayer<T>& layer, std::size_t rows,
                                       std::size_t column) {
  for_vectors<T>(rows, [&](std::size_t i, auto count) MLPGRID_INLINE_LAMBDA {
    constexpr int kVectors = decltype(count)::value;
    Tile<T, Outputs, kVectors> z;
#pragma GCC unroll 4
    for (int q = 0; q < Outputs; ++q) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        z[q][v] = Vec<T>(layer.bias[column + static_cast<std::size_t>(q)]);
      }
    }
    const T* inputs = layer.inputs + i;
    const T* weights = layer.weights + column;
    for (std::size_t p = 0; p < layer.n_in; ++p, inputs += rows, weights += layer.n_out) {
      multiply_step<T, Outputs, kVectors>(z, inputs, [&](int q) { return weights[q]; });
    }
    store_tile<T, Outputs, kVectors>(z, layer.outputs + column * rows + i, rows);
  });
}

/// The sum of the loss over the chunk's rows, without penalty; squared errors halved and summed
/// over outputs.
template <class T>
double tiny_forward(const TinyForwardArgs<T>& args) noexcept {
  const std::size_t rows = padded_samples(args.m);
  for (std::size_t l = 0; l < args.n_layers; ++l) {
    const TinyLayer<T>& layer = args.layers[l];
    for_even_parts(layer.n_out, kTinyTile, [&](std::size_t column, std::size_t count) {
      with_count<4>(count, [&](auto outputs) {
        tiny_forward_units<T, decltype(outputs)::value>(layer, rows, column);
      });
    });
    if (l + 1 < args.n_layers) {
      tiny_activate<T>(layer.outputs, layer.n_out * rows, args.activation);
    }
  }
  return tiny_output<T>(args);
}

/// Inputs x Outputs sums over samples for the weights from (row, column) on. With Bias the last of
/// the inputs is the 1 that a bias is the weight of.
template <class T, int Inputs, int Outputs, bool Bias>
void tiny_gradient_tile(const TinyLayer<T>& layer, std::size_t rows, std::size_t row,
                        std::size_t column, bool continue_sums) {
  constexpr int kUnits = Bias ? Inputs - 1 : Inputs;
  const T* inputs = layer.inputs + row * rows;
  const T* deltas = layer.outputs + column * rows;
  T* lane_sums = layer.lane_sums + (row * layer.n_out + column) * kSampleLanes;
  for (std::size_t part = 0; part < kParts<T>; ++part) {
    const auto sum_at = [&](int p, int q) {
      return lane_sums +
             (static_cast<std::size_t>(p) * layer.n_out + static_cast<std::size_t>(q)) *
                 kSampleLanes +
             part * kLanes<T>;
    };
    Vec<T> sums[Inputs][Outputs];
#pragma GCC unroll 4
    for (int p = 0; p < Inputs; ++p) {
#pragma GCC unroll 4
      for (int q = 0; q < Outputs; ++q) {
        sums[p][q] = continue_sums ? load(sum_at(p, q)) : Vec<T>(T(0));
      }
    }
    for (std::size_t i = part * kLanes<T>; i < rows; i += kSampleLanes) {
      Vec<T> d[Outputs];
#pragma GCC unroll 4
      for (int q = 0; q < Outputs; ++q) {
        d[q] = load_once(deltas + static_cast<std::size_t>(q) * rows + i);
        if (Bias) sums[Inputs - 1][q] += d[q];
      }
#pragma GCC unroll 4
      for (int p = 0; p < kUnits; ++p) {
        const Vec<T> a = load(inputs + static_cast<std::size_t>(p) * rows + i);
#pragma GCC unroll 4
        for (int q = 0; q < Outputs; ++q) sums[p][q] = madd(a, d[q], sums[p][q]);
      }
    }
#pragma GCC unroll 4
    for (int p = 0; p < Inputs; ++p) {
#pragma GCC unroll 4
      for (int q = 0; q < Outputs; ++q) store(sum_at(p, q), sums[p][q]);
    }
  }
}

/// The chains of all weights and biases of a layer.
template <class T>
MLPGRID_INLINE void tiny_gradient(const TinyBackwardArgs<T>& args, const TinyLayer<T>& layer) {
  constexpr int kMost = static_cast<int>(kTinyInputs);
  const std::size_t rows = padded_samples(args.m);
  for_even_parts(layer.n_in + 1, kTinyInputs, [&](std::size_t row, std::size_t height) {
    const bool bias = row + height > layer.n_in;
    for_even_parts(layer.n_out, kTinyTile, [&](std::size_t column, std::size_t width) {
      with_count<kMost>(height, [&](auto p) {
        with_count<4>(width, [&](auto q) {
          constexpr int kHeight = decltype(p)::value;
          constexpr int kWidth = decltype(q)::value;
          const auto tile = bias ? &tiny_gradient_tile<T, kHeight, kWidth, true>
                                 : &tiny_gradient_tile<T, kHeight, kWidth, false>;
          tile(layer, rows, row, column, args.continue_sums);
        });
      });
    });
  });
}

/// The deltas of a layer's inputs, in their place.
template <class T, int Inputs, Activation F>
MLPGRID_INLINE void tiny_backward_units(const TinyLayer<T>& layer, std::size_t rows,
                                        std::size_t row) {
  for_vectors<T>(rows, [&](std::size_t i, auto count) MLPGRID_INLINE_LAMBDA {
    constexpr int kVectors = decltype(count)::value;
    Tile<T, Inputs, kVectors> sums = {};
    const T* deltas = layer.outputs + i;
    const T* weights = layer.weights + row * layer.n_out;
    for (std::size_t q = 0; q < layer.n_out; ++q, deltas += rows) {
      multiply_step<T, Inputs, kVectors>(sums, deltas, [&](int p) {
        return weights[static_cast<std::size_t>(p) * layer.n_out + q];
      });
    }
    T* values = layer.inputs + row * rows + i;
#pragma GCC unroll 4
    for (int p = 0; p < Inputs; ++p) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        T* at =
            values + static_cast<std::size_t>(p) * rows + static_cast<std::size_t>(v) * kLanes<T>;
        store(at, times_derivative<T, F>(sums[p][v], load(at)));
      }
    }
  });
}

/// The sums of as many parameters as a vector has lanes, from their 16 chains each.
template <class T>
MLPGRID_INLINE Vec<T> fold_lane_sums(const T* lane_sums) {
  Vec<T> sums[kLanes<T>];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kLanes<T>; ++i) {
    Vec<T> lanes[kParts<T>];
#pragma GCC unroll 4
    for (std::size_t part = 0; part < kParts<T>; ++part) {
      lanes[part] = load(lane_sums + i * kSampleLanes + part * kLanes<T>);
    }
#pragma GCC unroll 4
    for (std::size_t width = kParts<T> / 2; width > 0; width /= 2) {
#pragma GCC unroll 4
      for (std::size_t j = 0; j < width; ++j) lanes[j] += lanes[j + width];
    }
    sums[i] = lanes[0];
  }
  // Two vectors' halves are added and interleaved until one vector is left; see transpose_block
  // for the order.
#pragma GCC unroll 4
  for (std::size_t half = kLanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (std::size_t i = 0; i < half; ++i) {
      sums[i] = zip_low(sums[i], sums[i + half]) + zip_high(sums[i], sums[i + half]);
    }
  }
  return sums[0];
}

/// use(e, sums) for each vector of the `count` sums whose chains begin at lane_sums; 0 from `count`
/// on.
template <class T, class Use>
MLPGRID_INLINE void for_folded(const T* lane_sums, std::size_t count, Use&& use) {
  for (std::size_t e = 0; e < count; e += kLanes<T>) {
    use(e, with_rest(fold_lane_sums<T>(lane_sums + e * kSampleLanes), count - e, T(0)));
  }
}

template <class T>
struct TinyNorms {
  VirtualLanes<T> squares, magnitudes;
};

template <class T, bool L1, class Step>
MLPGRID_INLINE void tiny_step(const TinyLayer<T>& layer, const UpdateArgs<T>& u, const Step& step,
                              TinyNorms<T>& norms) {
  const std::size_t weights = layer.n_in * layer.n_out;
  const Vec<T> inverse_m(u.inverse_m);
  const Vec<T> l2(u.l2);
  const Vec<T> l1(u.l1);
  for_folded<T>(layer.lane_sums, weights, [&](std::size_t e, Vec<T> sum) {
    const std::size_t part = e % kSampleLanes / kLanes<T>;
    const Vec<T> w = load(layer.weights + e);
    norms.squares[part] = madd(w, w, norms.squares[part]);
    sum = madd(l2, w, sum);
    if (L1) {
      norms.magnitudes[part] += xsimd::abs(w);
      sum = madd(l1, sign<T>(w), sum);
    }
    store(layer.weights + e, step(w, sum * inverse_m, u.first + e, u.second + e));
  });
  for_folded<T>(
      layer.lane_sums + weights * kSampleLanes, layer.n_out, [&](std::size_t e, Vec<T> sum) {
        store(layer.bias + e,
              step(load(layer.bias + e), sum * inverse_m, u.bias_first + e, u.bias_second + e));
      });
}

template <class T>
MLPGRID_INLINE void tiny_step_or_store(const TinyBackwardArgs<T>& args, std::size_t l,
                                       TinyNorms<T>& norms) {
  const TinyLayer<T>& layer = args.layers[l];
  if (args.updates == nullptr) {
    const std::size_t weights = layer.n_in * layer.n_out;
    for_folded<T>(layer.lane_sums, weights,
                  [&](std::size_t e, Vec<T> sum) { store(layer.gradient + e, sum); });
    for_folded<T>(layer.lane_sums + weights * kSampleLanes, layer.n_out,
                  [&](std::size_t e, Vec<T> sum) { store(layer.bias_gradient + e, sum); });
    return;
  }
  const UpdateArgs<T>& u = args.updates[l];
  with_step<T>(u, [&](const auto& step) {
    if (u.l1 != T(0)) {
      tiny_step<T, true>(layer, u, step, norms);
    } else {
      tiny_step<T, false>(layer, u, step, norms);
    }
  });
}

template <class T>
void tiny_backward(const TinyBackwardArgs<T>& args) noexcept {
  const std::size_t rows = padded_samples(args.m);
  TinyNorms<T> norms;
  for (std::size_t part = 0; part < kParts<T>; ++part) {
    norms.squares[part] = norms.magnitudes[part] = Vec<T>(T(0));
  }
  for (std::size_t l = args.n_layers; l-- > 0;) {
    const TinyLayer<T>& layer = args.layers[l];
    // The deltas of the inputs take the place of the values that the gradient needs, and are of the
    // weights before the step.
    tiny_gradient<T>(args, layer);
    if (l > 0) {
      with_activation(args.activation, [&](auto f) {
        for_even_parts(layer.n_in, kTinyTile, [&](std::size_t row, std::size_t count) {
          with_count<4>(count, [&](auto inputs) {
            tiny_backward_units<T, decltype(inputs)::value, decltype(f)::value>(layer, rows, row);
          });
        });
      });
    }
    tiny_step_or_store<T>(args, l, norms);
  }
  if (args.updates == nullptr) return;
  *args.squares = fold<T>(norms.squares);
  *args.magnitudes = fold<T>(norms.magnitudes);
}

}  // namespace mlpgrid::MLPGRID_UNIT
