// The few operations on the unit's vectors that xsimd 8.1 lacks or gets wrong, for each instruction
// set. Part of isa_unit.cpp, as all *-inl.hpp.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "engine/simd/unit/isa-inl.hpp"

#define MLPGRID_INLINE inline __attribute__((always_inline))
#define MLPGRID_INLINE_LAMBDA __attribute__((always_inline))

namespace mlpgrid::MLPGRID_UNIT {

/// The bits of x as lanes of type To. xsimd's own function has been told the lanes' type since
/// version 11, the vector's before.
template <class To, class From>
MLPGRID_INLINE Vec<To> bits_as(Vec<From> x) {
#if XSIMD_VERSION_MAJOR >= 11
  return xsimd::bitwise_cast<To>(x);
#else
  return xsimd::bitwise_cast<Vec<To>>(x);
#endif
}

/// The sum of the lanes, the upper half added to the lower until one is left.
MLPGRID_INLINE float sum_of_halves(__m128 x) {
  const __m128 two = _mm_add_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
MLPGRID_INLINE float sum_of_halves(__m256 x) {
  return sum_of_halves(_mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1)));
}
MLPGRID_INLINE double sum_of_halves(__m256d x) {
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/// a*b + c with one rounding. xsimd has no fused overload for AVX-512: every multiply-add of the
/// engine goes through these.
#if defined(__AVX512F__)
MLPGRID_INLINE Vec<float> madd(Vec<float> a, Vec<float> b, Vec<float> c) {
  return _mm512_fmadd_ps(a, b, c);
}
MLPGRID_INLINE Vec<double> madd(Vec<double> a, Vec<double> b, Vec<double> c) {
  return _mm512_fmadd_pd(a, b, c);
}
/// c - a*b with one rounding.
MLPGRID_INLINE Vec<float> nmadd(Vec<float> a, Vec<float> b, Vec<float> c) {
  return _mm512_fnmadd_ps(a, b, c);
}
MLPGRID_INLINE Vec<double> nmadd(Vec<double> a, Vec<double> b, Vec<double> c) {
  return _mm512_fnmadd_pd(a, b, c);
}
MLPGRID_INLINE Vec<double> widen_low(Vec<float> x) {
  return _mm512_cvtps_pd(_mm512_castps512_ps256(x));
}
MLPGRID_INLINE Vec<double> widen_high(Vec<float> x) {
  return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1));
}
struct ZipOrder {
  MLPGRID_INLINE static __m512i low_ps() {
    return _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  }
  MLPGRID_INLINE static __m512i low_pd() { return _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11); }
};
/// a and b interleaved: a0 b0 a1 b1 ...; the lower and the upper half of that.
MLPGRID_INLINE Vec<float> zip_low(Vec<float> a, Vec<float> b) {
  return _mm512_permutex2var_ps(a, ZipOrder::low_ps(), b);
}
MLPGRID_INLINE Vec<float> zip_high(Vec<float> a, Vec<float> b) {
  return _mm512_permutex2var_ps(a, _mm512_add_epi32(ZipOrder::low_ps(), _mm512_set1_epi32(8)), b);
}
MLPGRID_INLINE Vec<double> zip_low(Vec<double> a, Vec<double> b) {
  return _mm512_permutex2var_pd(a, ZipOrder::low_pd(), b);
}
MLPGRID_INLINE Vec<double> zip_high(Vec<double> a, Vec<double> b) {
  return _mm512_permutex2var_pd(a, _mm512_add_epi64(ZipOrder::low_pd(), _mm512_set1_epi64(4)), b);
}
/// Bit i: whether lane i is not zero (a denormal is, where denormals are taken for zero).
MLPGRID_INLINE std::uint32_t nonzero_bits(Vec<float> x) {
  return _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}
MLPGRID_INLINE std::uint32_t nonzero_bits(Vec<double> x) {
  return _mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_NEQ_UQ);
}
/// Bit i: whether lane i of a equals that of b.
MLPGRID_INLINE std::uint32_t equal_bits(Vec<float> a, Vec<float> b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}
MLPGRID_INLINE std::uint32_t equal_bits(Vec<double> a, Vec<double> b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
MLPGRID_INLINE float sum_of_halves(__m512 x) {
  return sum_of_halves(_mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1)));
}
MLPGRID_INLINE double sum_of_halves(__m512d x) {
  return sum_of_halves(_mm256_add_pd(_mm512_castpd512_pd256(x), _mm512_extractf64x4_pd(x, 1)));
}
/// Small whole numbers as integers.
MLPGRID_INLINE void store_integers(std::int32_t* p, Vec<float> x) {
  _mm512_storeu_si512(p, _mm512_cvttps_epi32(x));
}
MLPGRID_INLINE void store_integers(std::int32_t* p, Vec<double> x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvttpd_epi32(x));
}
MLPGRID_INLINE float largest_lane(Vec<float> x) { return _mm512_reduce_max_ps(x); }
MLPGRID_INLINE double largest_lane(Vec<double> x) { return _mm512_reduce_max_pd(x); }
/// A vector of bytes as numbers.
MLPGRID_INLINE Vec<float> load_bytes_as(const std::uint8_t* p, float) {
  return _mm512_cvtepi32_ps(
      _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}
MLPGRID_INLINE Vec<double> load_bytes_as(const std::uint8_t* p, double) {
  return _mm512_cvtepi32_pd(
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
/// Appends to `entries` the numbers first + i of the set bits i < 16 of `bits`; may write beyond
/// them up to a whole vector, and writes 8 numbers at least. Returns where the next ones go.
/// Without a branch: how many bits are set is hard to predict.
MLPGRID_INLINE std::int32_t* append_set_bits(std::uint32_t bits, std::size_t first,
                                             std::int32_t* entries) {
  const __m512i numbers =
      _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(first)),
                       _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  _mm512_storeu_si512(entries, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), numbers));
  return entries + __builtin_popcount(bits);
}
#else
MLPGRID_INLINE Vec<float> madd(Vec<float> a, Vec<float> b, Vec<float> c) {
  return _mm256_fmadd_ps(a, b, c);
}
MLPGRID_INLINE Vec<double> madd(Vec<double> a, Vec<double> b, Vec<double> c) {
  return _mm256_fmadd_pd(a, b, c);
}
MLPGRID_INLINE Vec<float> nmadd(Vec<float> a, Vec<float> b, Vec<float> c) {
  return _mm256_fnmadd_ps(a, b, c);
}
MLPGRID_INLINE Vec<double> nmadd(Vec<double> a, Vec<double> b, Vec<double> c) {
  return _mm256_fnmadd_pd(a, b, c);
}
MLPGRID_INLINE Vec<double> widen_low(Vec<float> x) {
  return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}
MLPGRID_INLINE Vec<double> widen_high(Vec<float> x) {
  return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}
MLPGRID_INLINE Vec<float> zip_low(Vec<float> a, Vec<float> b) {
  return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x20);
}
MLPGRID_INLINE Vec<float> zip_high(Vec<float> a, Vec<float> b) {
  return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x31);
}
MLPGRID_INLINE Vec<double> zip_low(Vec<double> a, Vec<double> b) {
  return _mm256_permute2f128_pd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), 0x20);
}
MLPGRID_INLINE Vec<double> zip_high(Vec<double> a, Vec<double> b) {
  return _mm256_permute2f128_pd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), 0x31);
}
/// Bit i: whether lane i is not zero (a denormal is, where denormals are taken for zero).
MLPGRID_INLINE std::uint32_t nonzero_bits(Vec<float> x) {
  const __m256 different = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_UQ);
  return static_cast<std::uint32_t>(_mm256_movemask_ps(different));
}
MLPGRID_INLINE std::uint32_t nonzero_bits(Vec<double> x) {
  const __m256d different = _mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_NEQ_UQ);
  return static_cast<std::uint32_t>(_mm256_movemask_pd(different));
}
MLPGRID_INLINE std::uint32_t equal_bits(Vec<float> a, Vec<float> b) {
  return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)));
}
MLPGRID_INLINE std::uint32_t equal_bits(Vec<double> a, Vec<double> b) {
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_EQ_OQ)));
}
MLPGRID_INLINE void store_integers(std::int32_t* p, Vec<float> x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_cvttps_epi32(x));
}
MLPGRID_INLINE void store_integers(std::int32_t* p, Vec<double> x) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvttpd_epi32(x));
}
MLPGRID_INLINE float largest_lane(Vec<float> x) {
  __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  m = _mm_max_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}
MLPGRID_INLINE double largest_lane(Vec<double> x) {
  const __m128d m = _mm_max_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
  return _mm_cvtsd_f64(_mm_max_sd(m, _mm_unpackhi_pd(m, m)));
}
MLPGRID_INLINE Vec<float> load_bytes_as(const std::uint8_t* p, float) {
  return _mm256_cvtepi32_ps(
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
MLPGRID_INLINE Vec<double> load_bytes_as(const std::uint8_t* p, double) {
  std::int32_t four = 0;
  __builtin_memcpy(&four, p, sizeof four);
  return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four)));
}
/// Of each byte the numbers of its set bits, in ascending order.
struct SetBits {
  std::uint8_t of_byte[256][8] = {};
  constexpr SetBits() {
    for (int byte = 0; byte < 256; ++byte) {
      int count = 0;
      for (std::uint8_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) of_byte[byte][count++] = bit;
      }
    }
  }
};
alignas(64) constexpr SetBits kSetBits;
MLPGRID_INLINE std::int32_t* append_set_bits(std::uint32_t bits, std::size_t first,
                                             std::int32_t* entries) {
  for (std::size_t part = 0; part < 16; part += 8) {
    const std::uint32_t byte = bits >> part & 0xff;
    const void* numbers = kSetBits.of_byte[byte];
    const __m256i of_first =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(numbers)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(entries),
        _mm256_add_epi32(of_first, _mm256_set1_epi32(static_cast<int>(first + part))));
    entries += __builtin_popcount(byte);
  }
  return entries;
}
#endif

/// n rounded up to whole vectors: the columns of a packed matrix with their padding.
template <class T>
constexpr std::size_t packed_columns(std::size_t n) noexcept {
  return (n + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
}

template <class T>
MLPGRID_INLINE Vec<T> load(const T* p) {
  return Vec<T>::load_unaligned(p);
}
/// load() of a value that is used several times, which GCC would load anew for each of them.
template <class T>
MLPGRID_INLINE Vec<T> load_once(const T* p) {
  Vec<T> x = load(p);
  asm("" : "+v"(x.data));
  return x;
}
template <class T>
MLPGRID_INLINE void store(T* p, Vec<T> v) {
  v.store_unaligned(p);
}

/// rows[i][j] becomes rows[j][i]: each stage interleaves the first half with the second, which
/// rotates the bits of an element's place; after log2(lanes) stages row and lane have changed
/// places.
template <class T>
MLPGRID_INLINE void transpose_block(Vec<T> (&rows)[kLanes<T>]) {
  constexpr std::size_t kHalf = kLanes<T> / 2;
#pragma GCC unroll 4
  for (std::size_t stage = 1; stage < kLanes<T>; stage *= 2) {
    Vec<T> zipped[kLanes<T>];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kHalf; ++i) {
      zipped[2 * i] = zip_low(rows[i], rows[i + kHalf]);
      zipped[2 * i + 1] = zip_high(rows[i], rows[i + kHalf]);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kLanes<T>; ++i) rows[i] = zipped[i];
  }
}

}  // namespace mlpgrid::MLPGRID_UNIT
