// What surrounds the products: taking in the rows of a batch, and the output layer's functions,
// losses and deltas.
#pragma once

#include <limits>

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/activation-inl.hpp"
#include "engine/simd/unit/math-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"
#include "engine/simd/unit/zeros-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// (x - shift) / divisor. The quotient by reciprocal and one correction is the correctly rounded
/// one (Markstein's theorem) where the reciprocal is; a division costs ten times as much.
template <class T>
MLPGRID_INLINE Vec<T> scaled(Vec<T> x, Vec<T> shift, Vec<T> divisor, Vec<T> reciprocal) {
  const Vec<T> difference = x - shift;
  const Vec<T> q = difference * reciprocal;
  return madd(nmadd(q, divisor, difference), reciprocal, q);
}

template <class T>
MLPGRID_INLINE void load_bytes(const FeatureSource<T>& source, const std::uint8_t* in, T* out) {
  const std::size_t whole = source.cols / kLanes<T> * kLanes<T>;
  std::size_t j = 0;
  if (source.divisor_t == nullptr) {
    for (; j < whole; j += kLanes<T>) store(out + j, load_bytes_as(in + j, T()));
    for (; j < source.cols; ++j) out[j] = static_cast<T>(in[j]);
    return;
  }
  if (source.alike) {
    // In registers: read for every vector they would be three of its four loads.
    const Vec<T> shift(source.shift_t[0]);
    const Vec<T> divisor(source.divisor_t[0]);
    const Vec<T> reciprocal(source.reciprocal_t[0]);
    for (; j < whole; j += kLanes<T>) {
      store(out + j, scaled<T>(load_bytes_as(in + j, T()), shift, divisor, reciprocal));
    }
  } else {
    for (; j < whole; j += kLanes<T>) {
      store(out + j, scaled<T>(load_bytes_as(in + j, T()), load(source.shift_t + j),
                               load(source.divisor_t + j), load(source.reciprocal_t + j)));
    }
  }
  if (j == source.cols) return;
  // The last few go through vectors of their own: nothing may be read beyond the arrays.
  alignas(64) T part[4][kLanes<T>] = {};
  const std::size_t rest = source.cols - j;
  for (std::size_t i = 0; i < rest; ++i) {
    part[0][i] = static_cast<T>(in[j + i]);
    part[1][i] = source.shift_t[j + i];
    part[2][i] = source.divisor_t[j + i];
    part[3][i] = source.reciprocal_t[j + i];
  }
  store(part[0], scaled<T>(load(part[0]), load(part[1]), load(part[2]), load(part[3])));
  for (std::size_t i = 0; i < rest; ++i) out[j + i] = part[0][i];
}

template <class T>
MLPGRID_INLINE void load_doubles(const FeatureSource<T>& source, const double* in, T* out) {
  if (source.divisor == nullptr) {
    for (std::size_t j = 0; j < source.cols; ++j) out[j] = static_cast<T>(in[j]);
  } else {
    for (std::size_t j = 0; j < source.cols; ++j) {
      out[j] = static_cast<T>((in[j] - source.shift[j]) / source.divisor[j]);
    }
  }
}

/// Rows come in random order from a matrix that fits no cache: they are asked for a few rows ahead.
MLPGRID_INLINE void prefetch_row(const void* row, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  const char* line = static_cast<const char*>(row);
  for (std::size_t i = 0; i < bytes; i += kLine) _mm_prefetch(line + i, _MM_HINT_T0);
}

template <class T>
void load_rows(const LoadArgs<T>& args) noexcept {
  constexpr std::size_t kAhead = 4;
  const FeatureSource<T>& source = args.source;
  const bool bytes = source.type == StoredType::uint8;
  const std::size_t row_bytes = source.cols * (bytes ? sizeof(std::uint8_t) : sizeof(double));
  const auto row_at = [&](std::size_t i) {
    return static_cast<const std::uint8_t*>(source.data) +
           static_cast<std::size_t>(args.rows[i]) * row_bytes;
  };
  const Nonzeros nonzeros(args.nonzero, args.m, source.cols);
  T* out = args.out;
  for (std::size_t i = 0; i < args.m; ++i, out += args.stride) {
    if (i + kAhead < args.m) prefetch_row(row_at(i + kAhead), row_bytes);
    if (bytes) {
      load_bytes<T>(source, row_at(i), out);
    } else {
      load_doubles<T>(source, reinterpret_cast<const double*>(row_at(i)), out);
    }
    if (args.nonzero == nullptr) continue;
    collect_bits<T>(out, source.cols, nonzeros.bits + i, bits_stride(args.m));
  }
  if (args.nonzero == nullptr) return;
  clear_rest(args.m, source.cols, nonzeros.bits);
  list_nonzeros(nonzeros, args.m, source.cols, args.for_gradient);
}

/// Sixteen virtual lanes whatever the vector width, folded in halves: the reduction of a row has
/// one order of additions.
inline constexpr std::size_t kVirtualLanes = 16;

template <class T>
using VirtualLanes = Vec<T>[kVirtualLanes / kLanes<T>];

template <class T>
MLPGRID_INLINE T fold(VirtualLanes<T>& lanes) {
#pragma GCC unroll 4
  for (std::size_t width = kVirtualLanes / kLanes<T> / 2; width > 0; width /= 2) {
#pragma GCC unroll 4
    for (std::size_t j = 0; j < width; ++j) lanes[j] += lanes[j + width];
  }
  return sum_of_halves(lanes[0]);
}

/// Into [eps, 1 - eps]; NaN stays NaN.
template <class T>
MLPGRID_INLINE T clip_probability(T p) {
  constexpr T kLow = std::numeric_limits<T>::epsilon();
  constexpr T kHigh = T(1) - kLow;
  return p < kLow ? kLow : p > kHigh ? kHigh : p;
}

/// x with the lanes from `count` on replaced. (Written to memory one by one they would hold up the
/// load of the whole vector.)
template <class T>
MLPGRID_INLINE Vec<T> with_rest(Vec<T> x, std::size_t count, T value) {
  alignas(64) static constexpr T kNumbers[] = {0, 1, 2,  3,  4,  5,  6,  7,
                                               8, 9, 10, 11, 12, 13, 14, 15};
  if (count >= kLanes<T>) return x;
  return xsimd::select(load(kNumbers) < Vec<T>(static_cast<T>(count)), x, Vec<T>(value));
}

/// Softmax of one row in place (padding columns become 0), shifted by its maximum.
template <class T>
MLPGRID_INLINE void softmax_row(T* z, std::size_t n) {
  constexpr T kLowest = -std::numeric_limits<T>::infinity();
  Vec<T> largest(kLowest);
  for (std::size_t j = 0; j < n; j += kLanes<T>) {
    largest = xsimd::max(largest, with_rest(load(z + j), n - j, kLowest));
  }
  const Vec<T> shift(largest_lane(largest));
  VirtualLanes<T> lanes;
  for (auto& lane : lanes) lane = Vec<T>(T(0));
  for (std::size_t j = 0; j < n; j += kLanes<T>) {
    const Vec<T> e = vexp<T>(with_rest(load(z + j), n - j, kLowest) - shift);
    store(z + j, e);
    lanes[j % kVirtualLanes / kLanes<T>] += e;
  }
  const Vec<T> sum(fold<T>(lanes));
  for (std::size_t j = 0; j < n; j += kLanes<T>) store(z + j, load(z + j) / sum);
}

/// The first of the largest of n values that are not negative, their padding 0; 0 if all are NaN.
template <class T>
MLPGRID_INLINE std::int32_t argmax(const T* p, std::size_t n) {
  Vec<T> largest = load(p);
  for (std::size_t j = kLanes<T>; j < n; j += kLanes<T>) {
    largest = xsimd::max(largest, load(p + j));
  }
  const Vec<T> wanted(largest_lane(largest));
  for (std::size_t j = 0; j < n; j += kLanes<T>) {
    const std::uint32_t bits = equal_bits(load(p + j), wanted);
    if (bits != 0) return static_cast<std::int32_t>(j) + __builtin_ctz(bits);
  }
  return 0;
}

/// -log of each of m values, in place; `values` has room for whole vectors.
template <class T>
MLPGRID_INLINE void negative_log(T* values, std::size_t m) {
  for (std::size_t i = 0; i < m; i += kLanes<T>) store(values + i, -vlog<T>(load(values + i)));
}

template <class T>
MLPGRID_INLINE void set_padding(const OutputArgs<T>& args) {
  for (std::size_t i = 0; i < args.m; ++i) {
    for (std::size_t j = args.n; j < packed_columns<T>(args.n); ++j)
      args.z[i * args.stride + j] = T(0);
  }
}

template <class T>
void softmax_output(const OutputArgs<T>& args) {
  for (std::size_t i = 0; i < args.m; ++i) {
    T* p = args.z + i * args.stride;
    softmax_row<T>(p, args.n);
    if (args.labels == nullptr) continue;
    const auto label = static_cast<std::size_t>(args.labels[i]);
    args.row_loss[i] = clip_probability(p[label]);
    if (args.predicted != nullptr) args.predicted[i] = argmax(p, args.n);
    if (args.want_deltas) p[label] -= T(1);
  }
  if (args.labels != nullptr) negative_log(args.row_loss, args.m);
}

/// The output function of the one or more columns that are not softmax, in place.
template <class T>
MLPGRID_INLINE void output_function(const OutputArgs<T>& args) {
  if (args.output == Output::linear) return;
  for (std::size_t i = 0; i < args.m; ++i) {
    activate_row<T>(args.z + i * args.stride, packed_columns<T>(args.n),
                    args.output == Output::tanh ? Activation::tanh : Activation::logistic);
  }
}

template <class T>
void log_loss_of_one_column(const OutputArgs<T>& args) {
  for (std::size_t i = 0; i < args.m; ++i) {
    T& p = args.z[i * args.stride];
    const bool positive = args.labels[i] != 0;
    const T clipped = clip_probability(p);
    args.row_loss[i] = positive ? clipped : T(1) - clipped;
    if (args.predicted != nullptr) args.predicted[i] = p > T(0.5) ? 1 : 0;
    if (args.want_deltas && positive) p -= T(1);
  }
  negative_log(args.row_loss, args.m);
}

/// What the error of an output makes of its value a: the delta. T is a number or a vector of them.
template <class T>
MLPGRID_INLINE T squared_error_delta(Output output, T a, T error) {
  if (output == Output::logistic) return error * a * (T(1) - a);
  if (output == Output::tanh) return error * (T(1) - a * a);
  return error;
}

MLPGRID_INLINE void add_to(double* sums, Vec<double> x) { store(sums, load(sums) + x); }
MLPGRID_INLINE void add_to(double* sums, Vec<float> x) {
  add_to(sums, Vec<double>(widen_low(x)));
  add_to(sums + kLanes<double>, Vec<double>(widen_high(x)));
}

/// The first `whole` columns of row i (a multiple of kVirtualLanes): the sum of squares.
template <class T>
MLPGRID_INLINE T squared_error_of_many(const OutputArgs<T>& args, std::size_t i,
                                       std::size_t whole) {
  T* a = args.z + i * args.stride;
  const T* target = args.targets + i * args.targets_stride;
  VirtualLanes<T> lanes;
  for (auto& lane : lanes) lane = Vec<T>(T(0));
  for (std::size_t j = 0; j < whole; j += kLanes<T>) {
    const Vec<T> output = load(a + j);
    const Vec<T> error = output - load(target + j);
    const Vec<T> square = error * error;
    lanes[j % kVirtualLanes / kLanes<T>] += square;
    if (args.squared_error != nullptr) add_to(args.squared_error + j, square);
    if (args.want_deltas) store(a + j, squared_error_delta(args.output, output, error));
  }
  return fold<T>(lanes);
}

/// Half the squared error. Class targets of one column are 0 and 1 for a logistic or linear output,
/// -1 and 1 for tanh. Columns beyond the last multiple of kVirtualLanes are added one by one.
template <class T>
void squared_error(const OutputArgs<T>& args) {
  const std::size_t whole = args.labels == nullptr ? args.n / kVirtualLanes * kVirtualLanes : 0;
  const T negative = args.output == Output::tanh ? T(-1) : T(0);
  const T threshold = args.output == Output::tanh ? T(0) : T(0.5);
  for (std::size_t i = 0; i < args.m; ++i) {
    T* a = args.z + i * args.stride;
    if (args.predicted != nullptr) args.predicted[i] = a[0] > threshold ? 1 : 0;
    T sum = whole > 0 ? squared_error_of_many(args, i, whole) : T(0);
    for (std::size_t j = whole; j < args.n; ++j) {
      const T target = args.labels == nullptr ? args.targets[i * args.targets_stride + j]
                       : args.labels[i] != 0  ? T(1)
                                              : negative;
      const T error = a[j] - target;
      const T square = error * error;
      sum += square;
      if (args.squared_error != nullptr) args.squared_error[j] += static_cast<double>(square);
      if (args.want_deltas) a[j] = squared_error_delta(args.output, a[j], error);
    }
    args.row_loss[i] = T(0.5) * sum;
  }
}

template <class T>
void output(const OutputArgs<T>& args) noexcept {
  if (args.output == Output::softmax) {
    softmax_output<T>(args);
    return;
  }
  output_function<T>(args);
  if (args.labels == nullptr && args.targets == nullptr) return;
  if (args.loss == Loss::log_loss) {
    log_loss_of_one_column<T>(args);
  } else {
    squared_error<T>(args);
  }
  set_padding<T>(args);
}

}  // namespace mlpgrid::MLPGRID_UNIT
