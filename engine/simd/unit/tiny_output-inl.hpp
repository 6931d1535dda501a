// What tiny nets do with a layer's z: activations, outputs, losses and the deltas of the outputs.
// Values are unit-major, as in tiny-inl.hpp.
#pragma once

#include <iterator>
#include <limits>

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/activation-inl.hpp"
#include "engine/simd/unit/batch-inl.hpp"
#include "engine/simd/unit/math-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

static_assert(kSampleLanes == kVirtualLanes);

/// Vectors of one group of 16 lanes.
template <class T>
inline constexpr std::size_t kParts = kSampleLanes / kLanes<T>;

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

}  // namespace mlpgrid::MLPGRID_UNIT
