// NumPy's legacy RandomState on the standard library's MT19937: the same draws as numpy.random, to
// the bit (those of randn where the C library's log is NumPy's). Everything random in this program
// comes from here, so that a seed means what it means in Python.
#pragma once

#include <bit>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace mlpgrid {

/// numpy.random.RandomState(seed). Not thread-safe; one fit or one generator owns one.
class RandomState {
 public:
  explicit RandomState(std::uint32_t seed) : engine_(seed) {}

  /// The next raw 32-bit output of MT19937.
  std::uint32_t next_uint32() { return engine_(); }

  /// A double in [0, 1) with 53 random bits: random_sample().
  double random_sample();

  /// low + (high - low) * random_sample(), rounded after each operation.
  double uniform(double low, double high);

  /// A standard normal deviate by the legacy polar method, its second value kept for the next call.
  double randn();

  /// Fisher-Yates from the last element to the second, as shuffle() does for one-dimensional
  /// arrays; in place.
  template <class T>
  void shuffle(std::span<T> values) {
    if (values.empty()) return;
    for (auto i = static_cast<std::uint32_t>(values.size() - 1); i > 0;) {
      // NumPy draws until one is not above i. Its loop, whose branch would often be mispredicted,
      // is unrolled here: a draw that is too large swaps an element with itself and counts for
      // nothing. In bits, as compilers have made a branch of `?:`, at a tenth of a tiny fit's time.
      const std::uint32_t draw = next_uint32() & mask(i);
      const std::uint32_t kept = 0U - static_cast<std::uint32_t>(draw <= i);  // all bits or none
      std::swap(values[i], values[i ^ ((i ^ draw) & kept)]);
      i += kept;  // one less
    }
  }

  /// permutation(n): a shuffled arange(n).
  std::vector<std::int32_t> permutation(std::size_t n) {
    std::vector<std::int32_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    shuffle(std::span(order));
    return order;
  }

 private:
  // std::mt19937 holds its 32-bit numbers in 64 bits each.
  using Engine =
      std::mersenne_twister_engine<std::uint32_t, 32, 624, 397, 31, 0x9908b0df, 11, 0xffffffff, 7,
                                   0x9d2c5680, 15, 0xefc60000, 18, 1812433253>;

  /// The smallest 2^k - 1 that is not below `max`, which is not 0.
  static std::uint32_t mask(std::uint32_t max) {
    return ~std::uint32_t{0} >> std::countl_zero(max);
  }

  Engine engine_;
  bool has_cached_normal_ = false;
  double cached_normal_ = 0.0;
};

}  // namespace mlpgrid
