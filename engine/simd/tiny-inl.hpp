// The passes of tiny nets: values unit-major, lanes across samples, weights read by broadcast. One
// call takes a chunk through all layers.
//
// A product over units is one chain of fused multiply-adds in the order of the units (forward it
// starts with the bias). A sum over samples has 16 chains; see kSampleLanes.
#pragma once

#include <iterator>
#include <limits>

#include "engine/simd/activation-inl.hpp"
#include "engine/simd/batch-inl.hpp"
#include "engine/simd/kernels.hpp"
#include "engine/simd/math-inl.hpp"
#include "engine/simd/step-inl.hpp"
#include "engine/simd/tile-inl.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

static_assert(kSampleLanes == kVirtualLanes);

/// Vectors of one group of 16 lanes.
template <class T>
inline constexpr std::size_t kParts = kSampleLanes / kLanes<T>;

// Units of a tile, and vectors of samples of a forward or backward one; a tile of the gradient is
// at most kTinyInputs x kTinyTile sums. All of them must stay in registers.
inline constexpr std::size_t kTinyTile = 4;
#if defined(__AVX512F__)
inline constexpr int kTinyVectors = 4;
inline constexpr std::size_t kTinyInputs = 4;
#else
inline constexpr int kTinyVectors = 2;
inline constexpr std::size_t kTinyInputs = 2;
#endif

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

/// f(z) over `count` values, whole vectors, in place.
template <class T>
MLPGRID_INLINE void tiny_activate(T* values, std::size_t count, Activation activation) {
  activate_row<T>(values, count, activation);
  with_activation(activation, [&](auto f) {
    constexpr Activation kFunction = decltype(f)::value;
    if constexpr (kFunction == Activation::relu || kFunction == Activation::leaky_relu) {
      for (std::size_t i = 0; i < count; i += kLanes<T>) {
        store(values + i, piecewise_linear<T, kFunction>(load(values + i)));
      }
    }
  });
}

/// A sum over samples in double.
template <class T>
struct SampleSum {
  VirtualLanes<double> lanes;
  SampleSum() {
    for (auto& lane : lanes) lane = Vec<double>(0.0);
  }
  /// The values of the group's vector `part`.
  MLPGRID_INLINE void add(Vec<T> x, std::size_t part) {
    if constexpr (sizeof(T) == sizeof(float)) {
      lanes[2 * part] += widen_low(x);
      lanes[2 * part + 1] += widen_high(x);
    } else {
      lanes[part] += x;
    }
  }
  MLPGRID_INLINE double total() { return fold<double>(lanes); }
};

/// part(i, p, count) for each vector of samples, `i` its first sample, `p` its place in the group,
/// `count` how many of its lanes are no padding.
template <class T, class Part>
MLPGRID_INLINE void for_samples(std::size_t m, Part&& part) {
  for (std::size_t group = 0; group < m; group += kSampleLanes) {
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts<T>; ++p) {
      const std::size_t i = group + p * kLanes<T>;
      part(i, p, m > i ? m - i : 0);
    }
  }
}

/// Vec form of clip_probability; min and max give their second operand where it is NaN.
template <class T>
MLPGRID_INLINE Vec<T> clip_probabilities(Vec<T> p) {
  constexpr T kLow = std::numeric_limits<T>::epsilon();
  return xsimd::min(Vec<T>(T(1) - kLow), xsimd::max(Vec<T>(kLow), p));
}

/// The log loss of samples: the logarithm of the product of their clipped probabilities, which
/// takes a multiplication per sample, rounds less than a sum of logarithms does, and has its chains
/// in double as SampleSum has.
template <class T>
class LogLoss {
 public:
  LogLoss() {
    for (auto& lane : sums_) lane = Vec<double>(0.0);
    for (auto& lane : products_) lane = Vec<double>(1.0);
  }
  /// The probabilities that the group's vector `part` gives to its targets; 1 for padding.
  MLPGRID_INLINE void add(Vec<T> p, std::size_t part) {
    if (part == 0 && factors_++ == kFactors) add_logarithms();
    if constexpr (sizeof(T) == sizeof(float)) {
      products_[2 * part] *= widen_low(p);
      products_[2 * part + 1] *= widen_high(p);
    } else {
      products_[part] *= p;
    }
  }
  MLPGRID_INLINE double total() {
    add_logarithms();
    return fold<double>(sums_);
  }

 private:
  // So many of the smallest clipped probability, epsilon, stay above the smallest normal number.
  static constexpr int kFactors = sizeof(T) == sizeof(float) ? 43 : 19;

  MLPGRID_INLINE void add_logarithms() {
    for (std::size_t i = 0; i < std::size(sums_); ++i) {
      const Vec<double> product = products_[i];
      // NaN stays NaN.
      sums_[i] -= xsimd::select(xsimd::isnan(product), product, log_of_normal<double>(product));
      products_[i] = Vec<double>(1.0);
    }
    factors_ = 1;
  }

  VirtualLanes<double> sums_, products_;
  int factors_ = 0;
};

template <class T>
MLPGRID_INLINE double tiny_logistic_log_loss(const TinyForwardArgs<T>& args, T* z) {
  activate_row<T>(z, padded_samples(args.m), Activation::logistic);
  LogLoss<T> loss;
  const Vec<T> one(T(1));
  for_samples<T>(args.m, [&](std::size_t i, std::size_t part, std::size_t count) {
    const Vec<T> p = load(z + i);
    const Vec<T> target = load(args.targets + i);
    const Vec<T> of_target = xsimd::select(target > Vec<T>(T(0)), p, one - p);
    loss.add(with_rest(clip_probabilities<T>(of_target), count, T(1)), part);
    if (args.predicted != nullptr) {
      store_integers(args.predicted + i,
                     Vec<T>(xsimd::select(p > Vec<T>(T(0.5)), one, Vec<T>(T(0)))));
    }
    store(z + i, args.want_deltas ? with_rest(p - target, count, T(0)) : p);
  });
  return loss.total();
}

template <class T>
MLPGRID_INLINE double tiny_softmax_log_loss(const TinyForwardArgs<T>& args, T* z, std::size_t n) {
  const std::size_t rows = padded_samples(args.m);
  const Vec<T> zero(T(0));
  LogLoss<T> loss;
  for_samples<T>(args.m, [&](std::size_t i, std::size_t part, std::size_t count) {
    Vec<T> shift = load(z + i);
    for (std::size_t j = 1; j < n; ++j) shift = xsimd::max(shift, load(z + j * rows + i));
    Vec<T> sum = zero;
    for (std::size_t j = 0; j < n; ++j) {
      const Vec<T> e = vexp<T>(load(z + j * rows + i) - shift);
      sum += e;
      store(z + j * rows + i, e);
    }
    Vec<T> of_label = zero;
    Vec<T> largest = zero;
    Vec<T> predicted = zero;
    for (std::size_t j = 0; j < n; ++j) {
      const Vec<T> p = load(z + j * rows + i) / sum;
      Vec<T> result = p;
      if (args.targets != nullptr) {
        const Vec<T> target = load(args.targets + j * rows + i);
        of_label = xsimd::select(target > zero, p, of_label);
        const auto better = p > largest;
        predicted = xsimd::select(better, Vec<T>(static_cast<T>(j)), predicted);
        largest = xsimd::select(better, p, largest);
        if (args.want_deltas) result = with_rest(p - target, count, T(0));
      }
      store(z + j * rows + i, result);
    }
    if (args.targets == nullptr) return;
    loss.add(with_rest(clip_probabilities<T>(of_label), count, T(1)), part);
    if (args.predicted != nullptr) store_integers(args.predicted + i, predicted);
  });
  return loss.total();
}

/// The activation that an output function other than softmax is.
constexpr Activation as_activation(Output output) {
  return output == Output::logistic ? Activation::logistic
         : output == Output::tanh   ? Activation::tanh
                                    : Activation::identity;
}

/// Half the sum of the squared errors.
template <class T>
MLPGRID_INLINE double tiny_squared_error(const TinyForwardArgs<T>& args, T* z, std::size_t n) {
  const std::size_t rows = padded_samples(args.m);
  const Vec<T> threshold(args.output == Output::tanh ? T(0) : T(0.5));
  double total = 0.0;
  for (std::size_t j = 0; j < n; ++j) {
    SampleSum<T> squares;
    T* column = z + j * rows;
    const T* targets = args.targets + j * rows;
    with_activation(as_activation(args.output), [&](auto f) {
      for_samples<T>(args.m, [&](std::size_t i, std::size_t part, std::size_t count) {
        const Vec<T> a = load(column + i);
        const Vec<T> error = with_rest(a - load(targets + i), count, T(0));
        squares.add(error * error, part);
        if (args.predicted != nullptr) {
          store_integers(args.predicted + i,
                         Vec<T>(xsimd::select(a > threshold, Vec<T>(T(1)), Vec<T>(T(0)))));
        }
        // The derivative may be NaN where the padding is.
        if (args.want_deltas) {
          const Vec<T> delta = times_derivative<T, decltype(f)::value>(error, a);
          store(column + i, with_rest(delta, count, T(0)));
        }
      });
    });
    const double sum = squares.total();
    if (args.squared_error != nullptr) args.squared_error[j] += sum;
    total += sum;
  }
  return 0.5 * total;
}

template <class T>
MLPGRID_INLINE double tiny_output(const TinyForwardArgs<T>& args) {
  const TinyLayer<T>& last = args.layers[args.n_layers - 1];
  if (args.output == Output::softmax) {
    return tiny_softmax_log_loss<T>(args, last.outputs, last.n_out);
  }
  if (args.targets != nullptr && args.loss == Loss::log_loss) {
    return tiny_logistic_log_loss<T>(args, last.outputs);
  }
  tiny_activate<T>(last.outputs, last.n_out * padded_samples(args.m), as_activation(args.output));
  return args.targets == nullptr ? 0.0 : tiny_squared_error<T>(args, last.outputs, last.n_out);
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
