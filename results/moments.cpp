// Adds in NumPy's order, on which the last bits depend. Which values are averaged is the callers'.
#include "results/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace mlpgrid {
namespace {

constexpr std::size_t kChains = 8;
constexpr std::size_t kBlock = 128;

}  // namespace

double numpy_sum(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n > kBlock) {
    const std::size_t half = n / 2 / kChains * kChains;
    return numpy_sum(values.first(half)) + numpy_sum(values.subspan(half));
  }
  double sum = 0.0;
  std::size_t i = 0;
  if (n >= kChains) {
    std::array<double, kChains> r;
    std::copy_n(values.begin(), kChains, r.begin());
    for (i = kChains; i + kChains <= n; i += kChains) {
      for (std::size_t j = 0; j < kChains; ++j) r[j] += values[i + j];
    }
    sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  }
  for (; i < n; ++i) sum += values[i];
  return sum;
}

double squares_around(double mean, std::span<const double> values) {
  std::vector<double> squares;
  squares.reserve(values.size());
  for (const double value : values) squares.push_back((value - mean) * (value - mean));
  return numpy_sum(squares);
}

Moments moments(std::span<const double> values) {
  if (values.empty()) {
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  }
  const auto n = static_cast<double>(values.size());
  const double mean = numpy_sum(values) / n;
  return {mean, std::sqrt(squares_around(mean, values) / n)};
}

}  // namespace mlpgrid
