// The passes around a product that a library without fused epilogues leaves to its user. Compiled
// for the machine they run on.
#pragma once

#include <cstddef>

namespace mlpgrid::bench {

/// c = max(c + bias, 0), c m x n with row stride `stride`.
void add_bias_relu(float* c, std::size_t stride, std::size_t m, std::size_t n, const float* bias);

/// c = a > 0 ? c : 0, both m x n with row stride `stride`.
void mask_by_relu(float* c, const float* a, std::size_t stride, std::size_t m, std::size_t n);

/// sums[j] = sum over i of d[i][j], d m x n with row stride `stride`.
void column_sums(const float* d, std::size_t stride, std::size_t m, std::size_t n, float* sums);

}  // namespace mlpgrid::bench
