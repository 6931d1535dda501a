// The transforms of numpy/random/src/legacy/legacy-distributions.c (NumPy 1.24) in our own words.
#include "engine/random/random.hpp"

#include <cmath>

namespace mlpgrid {

double RandomState::random_sample() {
  const std::uint32_t high = next_uint32() >> 5;
  const std::uint32_t low = next_uint32() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

double RandomState::uniform(double low, double high) {
  const double width = high - low;
  return low + width * random_sample();
}

double RandomState::randn() {
  if (has_cached_normal_) {
    has_cached_normal_ = false;
    return std::exchange(cached_normal_, 0.0);
  }
  double x1;
  double x2;
  double r2;
  do {
    x1 = 2.0 * random_sample() - 1.0;
    x2 = 2.0 * random_sample() - 1.0;
    r2 = x1 * x1 + x2 * x2;
  } while (r2 >= 1.0 || r2 == 0.0);
  const double f = std::sqrt(-2.0 * std::log(r2) / r2);
  cached_normal_ = f * x1;
  has_cached_normal_ = true;
  return f * x2;
}

}  // namespace mlpgrid
