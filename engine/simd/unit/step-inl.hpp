// A solver's step, applied to a tile of sums while they are still in the first-level cache.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// n / d for d within [1e-37, 1e37]. Doubles divide exactly. Floats multiply by a reciprocal from
/// an integer seed (within 5.1 %) and two steps of third order (1.3e-4, then rounding alone): 1.5
/// ULP, the same operations and so the same bits everywhere. A division would wait for the unit
/// that the square root occupies: a whole Adam step of 16 values takes 4.0 ns this way and 5.8 ns
/// that way.
MLPGRID_INLINE Vec<double> quotient(Vec<double> n, Vec<double> d) { return n / d; }
MLPGRID_INLINE Vec<float> quotient(Vec<float> n, Vec<float> d) {
  using Int = Vec<std::int32_t>;
  const Vec<float> one(1.0f);
  Vec<float> y = bits_as<float>(Int(0x7ef311c3) - bits_as<std::int32_t>(d));
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    const Vec<float> error = nmadd(d, y, one);
    y = madd(y, madd(error, error, error), y);
  }
  return n * y;
}

template <class T>
struct AdamStep {
  explicit AdamStep(const UpdateArgs<T>& u)
      : rate(u.rate),
        beta_1(u.beta_1),
        one_minus_beta_1(u.one_minus_beta_1),
        beta_2(u.beta_2),
        one_minus_beta_2(u.one_minus_beta_2),
        epsilon(u.epsilon) {}

  /// The parameters after the step; first and second are updated.
  MLPGRID_INLINE Vec<T> operator()(Vec<T> w, Vec<T> g, T* first, T* second) const {
    const Vec<T> f = madd(beta_1, load(first), one_minus_beta_1 * g);
    const Vec<T> s = madd(beta_2, load(second), one_minus_beta_2 * (g * g));
    store(first, f);
    store(second, s);
    return w - quotient(rate * f, xsimd::sqrt(s) + epsilon);
  }

  Vec<T> rate, beta_1, one_minus_beta_1, beta_2, one_minus_beta_2, epsilon;
};

template <class T, bool Nesterov>
struct SgdStep {
  explicit SgdStep(const UpdateArgs<T>& u) : rate(u.rate), momentum(u.momentum) {}

  MLPGRID_INLINE Vec<T> operator()(Vec<T> w, Vec<T> g, T* first, T*) const {
    const Vec<T> step = rate * g;
    const Vec<T> velocity = momentum * load(first) - step;
    store(first, velocity);
    return w + (Nesterov ? momentum * velocity - step : velocity);
  }

  Vec<T> rate, momentum;
};

/// use(step) with the solver's step; its constants are in registers by then.
template <class T, class Use>
MLPGRID_INLINE void with_step(const UpdateArgs<T>& u, Use&& use) {
  if (u.solver == Solver::adam) {
    use(AdamStep<T>(u));
  } else if (u.nesterov) {
    use(SgdStep<T, true>(u));
  } else {
    use(SgdStep<T, false>(u));
  }
}

/// -1, 0 or 1.
template <class T>
MLPGRID_INLINE Vec<T> sign(Vec<T> x) {
  const Vec<T> zero(T(0));
  const Vec<T> one(T(1));
  return xsimd::select(x > zero, one, xsimd::select(x < zero, -one, zero));
}

/// The step of `rows` rows of Vectors vectors each, contiguous at `offset` in the packed arrays;
/// `sums` holds S, `column` is that of the first lane. L1: whether l1 is needed.
template <class T, int Vectors, bool L1, class Step>
MLPGRID_INLINE void step_rows(const GradientArgs<T>& args, const Step& step, const T* sums,
                              std::size_t offset, std::size_t column, std::size_t rows) {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  const Vec<T> inverse_m(args.update->inverse_m);
  const Vec<T> l2(args.update->l2);
  const Vec<T> l1(args.update->l1);
  T* weights = args.weights + offset;
  T* first = args.update->first + offset;
  T* second = args.update->second + offset;
  Vec<T> squares[Vectors];
  Vec<T> magnitudes[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t lane = column + static_cast<std::size_t>(v) * kLanes<T>;
    squares[v] = load(args.squares + lane);
    if (L1) magnitudes[v] = load(args.magnitudes + lane);
  }
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      const std::size_t lane = static_cast<std::size_t>(v) * kLanes<T>;
      const Vec<T> w = load(weights + lane);
      squares[v] = madd(w, w, squares[v]);
      Vec<T> sum = madd(l2, w, load(sums + lane));
      if (L1) {
        magnitudes[v] += xsimd::abs(w);
        sum = madd(l1, sign<T>(w), sum);
      }
      store(weights + lane, step(w, sum * inverse_m, first + lane, second + lane));
    }
    weights += kWidth;
    first += kWidth;
    second += kWidth;
    sums += kWidth;
  }
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t lane = column + static_cast<std::size_t>(v) * kLanes<T>;
    store(args.squares + lane, squares[v]);
    if (L1) store(args.magnitudes + lane, magnitudes[v]);
  }
}

template <class T, int Vectors>
__attribute__((noinline)) void apply_step(const GradientArgs<T>& args, const T* sums,
                                          std::size_t offset, std::size_t column,
                                          std::size_t rows) noexcept {
  with_step<T>(*args.update, [&](const auto& step) {
    if (args.magnitudes != nullptr) {
      step_rows<T, Vectors, true>(args, step, sums, offset, column, rows);
    } else {
      step_rows<T, Vectors, false>(args, step, sums, offset, column, rows);
    }
  });
}

}  // namespace mlpgrid::MLPGRID_UNIT
