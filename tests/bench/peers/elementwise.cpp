// Plain loops, vectorised by the compiler. Columns go in strips whose width it knows: the narrow
// layers have too few columns for loops of unknown length.
#include "elementwise.hpp"

namespace mlpgrid::bench {
namespace {

/// strip<Width>(j) for strips of these widths, the first as often as it fits, that cover n columns.
template <std::size_t... Widths, class Strip>
void for_strips(std::size_t n, Strip strip) {
  std::size_t j = 0;
  const auto take = [&]<std::size_t Width>() {
    for (; j + Width <= n; j += Width) strip.template operator()<Width>(j);
  };
  (take.template operator()<Widths>(), ...);
}

}  // namespace

void add_bias_relu(float* c, std::size_t stride, std::size_t m, std::size_t n, const float* bias) {
  for_strips<256, 128, 64, 32, 8, 2, 1>(n, [&]<std::size_t Width>(std::size_t column) {
    float added[Width];
    for (std::size_t j = 0; j < Width; ++j) added[j] = bias[column + j];
    for (std::size_t i = 0; i < m; ++i) {
      float* row = c + i * stride + column;
      for (std::size_t j = 0; j < Width; ++j) {
        const float z = row[j] + added[j];
        row[j] = z > 0.0F ? z : 0.0F;
      }
    }
  });
}

void mask_by_relu(float* c, const float* a, std::size_t stride, std::size_t m, std::size_t n) {
  for_strips<256, 128, 64, 32, 8, 2, 1>(n, [&]<std::size_t Width>(std::size_t column) {
    for (std::size_t i = 0; i < m; ++i) {
      float* row = c + i * stride + column;
      const float* value = a + i * stride + column;
#pragma GCC ivdep
      for (std::size_t j = 0; j < Width; ++j) row[j] = value[j] > 0.0F ? row[j] : 0.0F;
    }
  });
}

void column_sums(const float* d, std::size_t stride, std::size_t m, std::size_t n, float* sums) {
  for_strips<64, 32, 16, 8, 2, 1>(n, [=]<std::size_t Width>(std::size_t column) {
    float total[Width] = {};
    const float* row = d + column;
    for (std::size_t i = 0; i < m; ++i, row += stride) {
      for (std::size_t j = 0; j < Width; ++j) total[j] += row[j];
    }
    for (std::size_t j = 0; j < Width; ++j) sums[column + j] = total[j];
  });
}

}  // namespace mlpgrid::bench
