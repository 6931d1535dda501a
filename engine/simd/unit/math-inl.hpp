// exp, tanh, logistic and log as fixed sequences of IEEE operations: the same bits at every vector
// width. tests/engine/math_test.cpp enforces the errors stated here.
#pragma once

#include <iterator>
#include <limits>

#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

template <class T>
struct FloatTraits;

template <>
struct FloatTraits<float> {
  using Int = std::int32_t;
  using Unsigned = std::uint32_t;
  static constexpr int kMantissaBits = 23;
  static constexpr Int kBias = 127;
  // 1.5 * 2^23: adding it rounds to an integer that stands in the low bits.
  static constexpr float kRounder = 12582912.0f;
  static constexpr float kLog2e = 1.44269504088896341f;
  static constexpr float kLn2 = 0.693147180559945309f;
  // ln 2 in two parts, the first with enough trailing zeros that n*kLn2High is exact.
  static constexpr float kLn2High = 0.693359375f;
  static constexpr float kLn2Low = -2.12194440e-4f;
  static constexpr float kExpMax = 88.7228317f;   // log(FLT_MAX)
  static constexpr float kExpMin = -87.3365479f;  // log(FLT_MIN)
  static constexpr float kTanhMax = 10.0f;        // tanh rounds to 1 from 9.011 on
  static constexpr int kExpDegree = 7;
  // Of (tanh(y) - y) / y^3 in y^2, highest power first: minimax for |y| <= 0.2605, an error below
  // 0.08 ULP of tanh(y).
  static constexpr float kTanh[] = {-0.051220214405f, 0.13322649918f, -0.33333214480f};
};

template <>
struct FloatTraits<double> {
  using Int = std::int64_t;
  using Unsigned = std::uint64_t;
  static constexpr int kMantissaBits = 52;
  static constexpr Int kBias = 1023;
  static constexpr double kRounder = 6755399441055744.0;
  static constexpr double kLog2e = 1.44269504088896340736;
  static constexpr double kLn2 = 0.693147180559945309417;
  static constexpr double kLn2High = 6.93147180369123816490e-01;
  static constexpr double kLn2Low = 1.90821492927058770002e-10;
  static constexpr double kExpMax = 709.782712893383973096;
  static constexpr double kExpMin = -708.396418532264106224;
  static constexpr double kTanhMax = 20.0;  // tanh rounds to 1 from 19.06 on
  static constexpr int kExpDegree = 13;
  static constexpr double kTanh[] = {-0.001307036130955189686, 0.003576271789812508592,
                                     -0.008862350262922453907, 0.02186946125418312760,
                                     -0.05396825351758868485,  0.1333333333297991528,
                                     -0.3333333333333239505};
};

/// 1/k! as the nearest T.
template <class T>
constexpr T inverse_factorial(int k) {
  double product = 1.0;
  for (int i = 2; i <= k; ++i) product *= i;
  return static_cast<T>(1.0 / product);
}

/// x = n*ln(2) + r + rest with |r| <= ln(2)/2 and `rest` what rounding r lost. Of the integer
/// vector only the low bits are n's: n << kMantissaBits is right.
template <class T>
struct Reduced {
  Vec<typename FloatTraits<T>::Int> n;
  Vec<T> r, rest;
};

template <class T>
MLPGRID_INLINE Reduced<T> reduce_by_ln2(Vec<T> x) {
  using Traits = FloatTraits<T>;
  using Int = typename Traits::Int;
  const Vec<T> rounder(Traits::kRounder);
  const Vec<T> shifted = madd(x, Vec<T>(Traits::kLog2e), rounder);
  const Vec<T> n = shifted - rounder;
  const Vec<T> high = nmadd(n, Vec<T>(Traits::kLn2High), x);
  const Vec<T> r = nmadd(n, Vec<T>(Traits::kLn2Low), high);
  return {bits_as<Int>(shifted), r, nmadd(n, Vec<T>(Traits::kLn2Low), high - r)};
}

/// (e^r - 1 - r) / r^2 by the Taylor series: truncation below 0.05 ULP of e^r.
template <class T>
MLPGRID_INLINE Vec<T> exp_series(Vec<T> r) {
  constexpr int kDegree = FloatTraits<T>::kExpDegree;
  Vec<T> p(inverse_factorial<T>(kDegree));
#pragma GCC unroll 16
  for (int k = kDegree - 1; k >= 2; --k) p = madd(p, r, Vec<T>(inverse_factorial<T>(k)));
  return p;
}

/// e^(r + rest) - 1 - r.
template <class T>
MLPGRID_INLINE Vec<T> exp_tail(const Reduced<T>& x) {
  return madd(exp_series<T>(x.r), x.r * x.r, x.rest);
}

/// e^x for x up to log(max), at most 0.8 ULP; results below the smallest normal number are 0. Of
/// NaN some number.
template <class T>
MLPGRID_INLINE Vec<T> exp_of_number(Vec<T> x) {
  using Traits = FloatTraits<T>;
  using Int = typename Traits::Int;
  const Reduced<T> reduced = reduce_by_ln2<T>(x);
  // 1 + r is rounded once; what that loses goes to the small terms.
  const Vec<T> one(T(1));
  const Vec<T> sum = one + reduced.r;
  const Vec<T> lost = reduced.r - (sum - one);
  const Vec<T> p = sum + (lost + exp_tail<T>(reduced));
  // p is within [0.70, 1.42]: its exponent field takes n without a carry into the sign.
  const Vec<T> y = bits_as<T>(bits_as<Int>(p) + (reduced.n << Traits::kMantissaBits));
  return xsimd::select(x < Vec<T>(Traits::kExpMin), Vec<T>(T(0)), y);
}

/// e^x, at most 0.8 ULP. Above log(max) Inf; results below the smallest normal number are 0.
template <class T>
MLPGRID_INLINE Vec<T> vexp(Vec<T> x) {
  const Vec<T> infinity(std::numeric_limits<T>::infinity());
  const Vec<T> y =
      xsimd::select(x > Vec<T>(FloatTraits<T>::kExpMax), infinity, exp_of_number<T>(x));
  return xsimd::select(xsimd::isnan(x), x, y);
}

/// numerator / (a + b) with 0 < b <= a, the sum's rounding made up for.
template <class T>
MLPGRID_INLINE Vec<T> divide_by_sum(Vec<T> numerator, Vec<T> a, Vec<T> b) {
  const Vec<T> sum = a + b;
  const Vec<T> lost = b - (sum - a);
  const Vec<T> reciprocal = Vec<T>(T(1)) / sum;
  const Vec<T> y = numerator * reciprocal;
  return madd(nmadd(y, lost, nmadd(y, sum, numerator)), reciprocal, y);
}

template <class T>
struct Signed {
  Vec<T> magnitude, sign;
};

template <class T>
MLPGRID_INLINE Signed<T> take_sign(Vec<T> x) {
  const Vec<T> sign = xsimd::bitwise_and(x, Vec<T>(T(-0.0)));
  return {xsimd::bitwise_xor(x, sign), sign};
}

/// (tanh(y) - y) / y^3 for y within [-0.26, 0.26].
template <class T>
MLPGRID_INLINE Vec<T> tanh_series(Vec<T> y_squared) {
  constexpr auto& kCoefficients = FloatTraits<T>::kTanh;
  constexpr int kCount = std::size(kCoefficients);
  Vec<T> p(kCoefficients[0]);
#pragma GCC unroll 8
  for (int k = 1; k < kCount; ++k) p = madd(p, y_squared, Vec<T>(kCoefficients[k]));
  return p;
}

/// tanh of K vectors in their place, at most 1.9 ULP everywhere. With |x| = n ln(2)/2 + y and
/// t = tanh(y) it is
///   (2^n (1 + t) - (1 - t)) / (2^n (1 + t) + (1 - t)),
/// the denominator taken as numerator + (1 - t), both halved: what is rounded off the numerator
/// then cancels where the quotient is near 1, and for n = 0 the quotient is t itself.
///
/// In three rounds over the vectors: of one long chain of operations per vector a core's scheduler
/// holds too few at a time.
template <class T, int K>
MLPGRID_INLINE void vtanh(Vec<T> (&x)[K]) {
  using Traits = FloatTraits<T>;
  using Int = typename Traits::Int;
  Vec<T> y[K], shifted[K], t[K];
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    // min(limit, NaN) is its second operand, so that NaN stays NaN.
    const Vec<T> clamped = xsimd::min(Vec<T>(Traits::kTanhMax), take_sign<T>(x[k]).magnitude);
    const Vec<T> rounder(Traits::kRounder);
    // n is 1 from tanh(x) = 0.25 on, where the ULP doubles: y lies within [-0.087, 0.26].
    shifted[k] = madd(clamped, Vec<T>(2 * Traits::kLog2e), Vec<T>(T(-0.25))) + rounder;
    // One number for ln(2)/2 will do: where n is large tanh is flat.
    y[k] = nmadd(shifted[k] - rounder, Vec<T>(Traits::kLn2 / 2), clamped);
  }
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    const Vec<T> square = y[k] * y[k];
    t[k] = madd(y[k] * square, tanh_series<T>(square), y[k]);
  }
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    const Vec<T> half(T(0.5));
    // 2^(n - 1).
    const Vec<T> power = bits_as<T>((bits_as<Int>(shifted[k]) << Traits::kMantissaBits) +
                                    Vec<Int>((Traits::kBias - 1) << Traits::kMantissaBits));
    const Vec<T> numerator = madd(power + half, t[k], power - half);
    const Vec<T> denominator = numerator + (Vec<T>(T(1)) - t[k]);
    x[k] = xsimd::bitwise_or(numerator / denominator, take_sign<T>(x[k]).sign);
  }
}

/// 1/(1 + e^-x) of K vectors in their place, at most 1.6 ULP; 0 below log(min).
template <class T, int K>
MLPGRID_INLINE void vlogistic(Vec<T> (&x)[K]) {
  Vec<T> e[K];
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) e[k] = exp_of_number<T>(-xsimd::abs(x[k]));
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    const Vec<T> one(T(1));
    const Vec<T> y = divide_by_sum<T>(xsimd::select(x[k] < Vec<T>(T(0)), e[k], one), one, e[k]);
    x[k] = xsimd::select(xsimd::isnan(x[k]), x[k], y);
  }
}

/// Coefficients of log(1+f) - f + f^2/2 in s = f/(2+f), after fdlibm's e_logf.c and e_log.c.
template <class T>
MLPGRID_INLINE Vec<T> log_tail(Vec<T> z) {
  if constexpr (sizeof(T) == sizeof(float)) {
    Vec<T> p(0.24279078841f);
    p = madd(p, z, Vec<T>(0.28498786688f));
    p = madd(p, z, Vec<T>(0.40000972152f));
    p = madd(p, z, Vec<T>(0.66666662693f));
    return p * z;
  } else {
    Vec<T> p(1.479819860511658591e-01);
    p = madd(p, z, Vec<T>(1.531383769920937332e-01));
    p = madd(p, z, Vec<T>(1.818357216161805012e-01));
    p = madd(p, z, Vec<T>(2.222219843214978396e-01));
    p = madd(p, z, Vec<T>(2.857142874366239149e-01));
    p = madd(p, z, Vec<T>(3.999999999940941908e-01));
    p = madd(p, z, Vec<T>(6.666666666666735130e-01));
    return p * z;
  }
}

/// Natural logarithm of normal positive x, at most 0.8 ULP; of anything else some number.
template <class T>
MLPGRID_INLINE Vec<T> log_of_normal(Vec<T> x) {
  using Traits = FloatTraits<T>;
  using U = typename Traits::Unsigned;
  using Unsigned = Vec<U>;
  constexpr int kBits = Traits::kMantissaBits;
  constexpr U kOne = static_cast<U>(Traits::kBias) << kBits;
  constexpr U kMantissa = (U(1) << kBits) - 1;
  // Shifting by the distance of sqrt(1/2) to 1 puts the reduced argument into [sqrt(1/2), sqrt(2)).
  constexpr U kSqrtHalf = sizeof(T) == sizeof(float) ? U(0x3f3504f3) : U(0x3fe6a09e667f3bcdULL);
  const Unsigned bits = bits_as<U>(x) + Unsigned(kOne - kSqrtHalf);
  const Unsigned biased = bits >> kBits;
  // The exponent as a number: in the low bits of 2^kBits.
  const Vec<T> implicit(static_cast<T>(U(1) << kBits));
  const Vec<T> e =
      bits_as<T>(biased | bits_as<U>(implicit)) - implicit - Vec<T>(static_cast<T>(Traits::kBias));
  const Vec<T> m = bits_as<T>((bits & Unsigned(kMantissa)) + Unsigned(kSqrtHalf));
  const Vec<T> f = m - Vec<T>(T(1));
  const Vec<T> s = f / (f + Vec<T>(T(2)));
  const Vec<T> half_square = Vec<T>(T(0.5)) * f * f;
  const Vec<T> correction = madd(s, half_square + log_tail<T>(s * s), e * Vec<T>(Traits::kLn2Low));
  return madd(e, Vec<T>(Traits::kLn2High), f - (half_square - correction));
}

/// Natural logarithm, at most 0.8 ULP for normal x. -Inf at 0 (and, as they are flushed in a fit,
/// for denormals), NaN below 0.
template <class T>
MLPGRID_INLINE Vec<T> vlog(Vec<T> x) {
  Vec<T> y = log_of_normal<T>(x);
  const Vec<T> infinity(std::numeric_limits<T>::infinity());
  y = xsimd::select(x == infinity, infinity, y);
  y = xsimd::select(x < Vec<T>(std::numeric_limits<T>::min()), -infinity, y);
  y = xsimd::select(x < Vec<T>(T(0)), Vec<T>(std::numeric_limits<T>::quiet_NaN()), y);
  return xsimd::select(xsimd::isnan(x), x, y);
}

}  // namespace mlpgrid::MLPGRID_UNIT
