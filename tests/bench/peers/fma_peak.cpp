// Chains in registers only: as many as hide the latency of two multiply-add units and still leave
// the factors their registers.
#include "fma_peak.hpp"

#include <immintrin.h>

namespace mlpgrid::bench {
namespace {

constexpr int kSteps = 1000;  // multiply-adds of one chain in one repetition
// Steps between two turns of the loop, whose own instructions compete for the same execution ports.
constexpr int kUnrolled = 10;

// The factor lets the chains converge to 1: no overflow, no denormals.
constexpr float kFactor = 0.5F;

__attribute__((target("avx512f"))) double chains_avx512(int repetitions) {
  constexpr int kChains = 16;
  const __m512 factor = _mm512_set1_ps(kFactor);
  __m512 chain[kChains];
  for (__m512& value : chain) value = factor;
  for (int i = 0; i < repetitions * kSteps; i += kUnrolled) {
#pragma GCC unroll 10
    for (int step = 0; step < kUnrolled; ++step) {
#pragma GCC unroll 16
      for (int j = 0; j < kChains; ++j) chain[j] = _mm512_fmadd_ps(chain[j], factor, factor);
    }
  }
  for (__m512& value : chain) asm volatile("" : : "v"(value));
  return 2.0 * 16 * kChains * kSteps;
}

__attribute__((target("avx2,fma"))) double chains_avx2(int repetitions) {
  constexpr int kChains = 12;
  const __m256 factor = _mm256_set1_ps(kFactor);
  __m256 chain[kChains];
  for (__m256& value : chain) value = factor;
  for (int i = 0; i < repetitions * kSteps; i += kUnrolled) {
#pragma GCC unroll 10
    for (int step = 0; step < kUnrolled; ++step) {
#pragma GCC unroll 12
      for (int j = 0; j < kChains; ++j) chain[j] = _mm256_fmadd_ps(chain[j], factor, factor);
    }
  }
  for (__m256& value : chain) asm volatile("" : : "x"(value));
  return 2.0 * 8 * kChains * kSteps;
}

}  // namespace

double run_fma_chains(int repetitions) {
  return __builtin_cpu_supports("avx512f") ? chains_avx512(repetitions) : chains_avx2(repetitions);
}

}  // namespace mlpgrid::bench
