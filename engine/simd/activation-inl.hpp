// Activations of layers and their derivatives, over rows in memory and over tiles in registers.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/math-inl.hpp"
#include "engine/simd/tile-inl.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// f(x) in place, x four vectors or one; `n` a multiple of lanes.
template <class T, class Function>
MLPGRID_INLINE void map_in_place(T* values, std::size_t n, Function&& f) {
  const auto map = [&](T * at, auto count) __attribute__((always_inline)) {
    constexpr std::size_t kCount = decltype(count)::value;
    Vec<T> x[kCount];
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kCount; ++k) x[k] = load(at + k * kLanes<T>);
    f(x);
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kCount; ++k) store(at + k * kLanes<T>, x[k]);
  };
  std::size_t j = 0;
  for (; j + 4 * kLanes<T> <= n; j += 4 * kLanes<T>) map(values + j, Count<4>());
  for (; j < n; j += kLanes<T>) map(values + j, Count<1>());
}

/// f(z) for the activations that cost too much to sit in the tile; `n` a multiple of lanes.
template <class T>
MLPGRID_INLINE void activate_row(T* row, std::size_t n, Activation activation) {
  if (activation == Activation::tanh) {
    map_in_place(
        row, n, [](auto& z) __attribute__((always_inline)) { vtanh<T>(z); });
  } else if (activation == Activation::logistic) {
    map_in_place(
        row, n, [](auto& z) __attribute__((always_inline)) { vlogistic<T>(z); });
  }
}

/// The slope left of zero of the piecewise linear activations, 1 for all others.
template <class T>
MLPGRID_INLINE Vec<T> left_slope(Activation activation) {
  return Vec<T>(activation == Activation::relu         ? T(0)
                : activation == Activation::leaky_relu ? static_cast<T>(kLeakySlope)
                                                       : T(1));
}

/// tile + bias, through the activation where it is piecewise linear.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void add_bias_and_activate(const ForwardArgs<T>& args, std::size_t column,
                                          Tile<T, Rows, Vectors>& tile) {
  const bool is_relu =
      args.activation == Activation::relu || args.activation == Activation::leaky_relu;
  const Vec<T> slope = left_slope<T>(args.activation);
  const Vec<T> zero(T(0));
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) {
    const Vec<T> bias = load(args.bias + column + static_cast<std::size_t>(v) * kLanes<T>);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const Vec<T> z = tile[r][v] + bias;
      // The comparison is false for NaN, which so stays NaN.
      tile[r][v] = is_relu ? Vec<T>(xsimd::select(z <= zero, z * slope, z)) : z;
    }
  }
}

/// d .* f'(a) where f' is written in the value a = f(z).
template <class T>
MLPGRID_INLINE Vec<T> times_derivative(Vec<T> d, Vec<T> a, Activation activation, Vec<T> slope) {
  const Vec<T> one(T(1));
  switch (activation) {
    case Activation::identity:
      return d;
    case Activation::logistic:
      return d * a * (one - a);
    case Activation::tanh:
      return d * nmadd(a, a, one);
    case Activation::relu:
    case Activation::leaky_relu:
      break;
  }
  return xsimd::select(a > Vec<T>(T(0)), d, d * slope);
}

}  // namespace mlpgrid::MLPGRID_UNIT
