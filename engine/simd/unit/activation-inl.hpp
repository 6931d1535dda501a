// Activations of layers and their derivatives, over rows in memory and over tiles in registers.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/math-inl.hpp"
#include "engine/simd/unit/tile-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// f(x) in place, x four vectors or one; `n` a multiple of lanes.
template <class T, class Function>
MLPGRID_INLINE void map_in_place(T* values, std::size_t n, Function&& f) {
  const auto map = [&](T* at, auto count) MLPGRID_INLINE_LAMBDA {
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
    map_in_place(row, n, [](auto& z) MLPGRID_INLINE_LAMBDA { vtanh<T>(z); });
  } else if (activation == Activation::logistic) {
    map_in_place(row, n, [](auto& z) MLPGRID_INLINE_LAMBDA { vlogistic<T>(z); });
  }
}

template <Activation Value>
struct ActivationConstant {
  static constexpr Activation value = Value;
};

/// use() of the activation as a constant, so that no loop asks for it.
template <class Use>
MLPGRID_INLINE void with_activation(Activation activation, Use&& use) {
  switch (activation) {
    case Activation::identity:
      return use(ActivationConstant<Activation::identity>());
    case Activation::logistic:
      return use(ActivationConstant<Activation::logistic>());
    case Activation::tanh:
      return use(ActivationConstant<Activation::tanh>());
    case Activation::relu:
      return use(ActivationConstant<Activation::relu>());
    case Activation::leaky_relu:
      return use(ActivationConstant<Activation::leaky_relu>());
  }
}

/// f(z) where f is piecewise linear; z itself where it is not. NaN stays NaN: of max it is the
/// second operand, and a comparison with it is false.
template <class T, Activation F>
MLPGRID_INLINE Vec<T> piecewise_linear(Vec<T> z) {
  const Vec<T> zero(T(0));
  if constexpr (F == Activation::relu) return xsimd::max(zero, z);
  if constexpr (F == Activation::leaky_relu) {
    return xsimd::select(z <= zero, z * Vec<T>(static_cast<T>(kLeakySlope)), z);
  }
  return z;
}

/// tile + bias, through the activation where it is piecewise linear.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void add_bias_and_activate(const ForwardArgs<T>& args, std::size_t column,
                                          Tile<T, Rows, Vectors>& tile) {
  Vec<T> bias[Vectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) bias[v] = load(args.bias + column + v * kLanes<T>);
  with_activation(args.activation, [&](auto f) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) {
        tile[r][v] = piecewise_linear<T, decltype(f)::value>(tile[r][v] + bias[v]);
      }
    }
  });
}

/// d .* f'(a) where f' is written in the value a = f(z).
template <class T, Activation F>
MLPGRID_INLINE Vec<T> times_derivative(Vec<T> d, Vec<T> a) {
  const Vec<T> zero(T(0));
  const Vec<T> one(T(1));
  if constexpr (F == Activation::logistic) return d * a * (one - a);
  if constexpr (F == Activation::tanh) return d * nmadd(a, a, one);
  if constexpr (F == Activation::relu) return xsimd::select(a > zero, d, zero);
  if constexpr (F == Activation::leaky_relu) {
    return xsimd::select(a > zero, d, d * Vec<T>(static_cast<T>(kLeakySlope)));
  }
  return d;
}

}  // namespace mlpgrid::MLPGRID_UNIT
