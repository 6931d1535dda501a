// A solver's step, applied to a tile of sums while they are still in the first-level cache.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// n / d for d within [1e-37, 1e37]. Doubles divide exactly. Floats multiply by a reciprocal from
/// an integer seed (within 12.2 %) and two steps of third order (0.0018, then 6e-9): 1.5 ULP, the
/// same operations and so the same bits everywhere, at a third of the time of a division, which
/// would wait for the unit that the square root occupies.
MLPGRID_INLINE Vec<double> quotient(Vec<double> n, Vec<double> d) { return n / d; }
MLPGRID_INLINE Vec<float> quotient(Vec<float> n, Vec<float> d) {
  using Int = Vec<std::int32_t>;
  const Vec<float> one(1.0f);
  Vec<float> y = xsimd::bitwise_cast<Vec<float>>(Int(0x7ef311c3) - xsimd::bitwise_cast<Int>(d));
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
    const Vec<T> m = madd(beta_1, load(first), one_minus_beta_1 * g);
    const Vec<T> v = madd(beta_2, load(second), one_minus_beta_2 * (g * g));
    store(first, m);
    store(second, v);
    return w - quotient(rate * m, xsimd::sqrt(v) + epsilon);
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

/// The step of `rows` rows of `vectors` vectors each, contiguous at `offset` in the packed arrays;
/// `sums` holds S, `column` is that of the first lane. L1: whether l1 is needed.
template <class T, bool L1, class Step>
MLPGRID_INLINE void step_tile(const GradientArgs<T>& args, const Step& step, const T* sums,
                              std::size_t offset, std::size_t column, std::size_t rows,
                              std::size_t vectors) {
  const UpdateArgs<T>& u = *args.update;
  const Vec<T> inverse_m(u.inverse_m);
  const Vec<T> l2(u.l2);
  const Vec<T> l1(u.l1);
  const std::size_t width = vectors * kLanes<T>;
  for (std::size_t lane = 0; lane < width; lane += kLanes<T>) {
    Vec<T> squares = load(args.squares + column + lane);
    Vec<T> magnitudes = L1 ? load(args.magnitudes + column + lane) : Vec<T>(T(0));
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t at = offset + r * width + lane;
      const Vec<T> w = load(args.weights + at);
      squares = madd(w, w, squares);
      Vec<T> sum = madd(l2, w, load(sums + r * width + lane));
      if (L1) {
        magnitudes += xsimd::abs(w);
        sum = madd(l1, sign<T>(w), sum);
      }
      store(args.weights + at, step(w, sum * inverse_m, u.first + at, u.second + at));
    }
    store(args.squares + column + lane, squares);
    if (L1) store(args.magnitudes + column + lane, magnitudes);
  }
}

template <class T>
__attribute__((noinline)) void apply_step(const GradientArgs<T>& args, const T* sums,
                                          std::size_t offset, std::size_t column, std::size_t rows,
                                          std::size_t vectors) noexcept {
  with_step<T>(*args.update, [&](const auto& step) {
    if (args.magnitudes != nullptr) {
      step_tile<T, true>(args, step, sums, offset, column, rows, vectors);
    } else {
      step_tile<T, false>(args, step, sums, offset, column, rows, vectors);
    }
  });
}

}  // namespace mlpgrid::MLPGRID_UNIT
