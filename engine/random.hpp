// NumPy's legacy RandomState on std::mt19937: the same draws, to the bit, as numpy.random.
// Everything random in this program comes from here, so that a seed means what it means in Python.
#pragma once

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
  std::uint32_t next_uint32() { return static_cast<std::uint32_t>(engine_()); }

  /// A double in [0, 1) with 53 random bits: random_sample().
  double random_sample();

  /// low + (high - low) * random_sample(), rounded after each operation.
  double uniform(double low, double high);

  /// A standard normal deviate by the legacy polar method, its second value kept for the next call.
  double randn();

  /// An integer in [0, max], by masked rejection on 32-bit draws.
  std::uint32_t interval(std::uint32_t max);

  /// Fisher-Yates from the last element to the second, as shuffle() does for one-dimensional
  /// arrays.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i-- > 1;) {
      std::swap(values[i], values[interval(static_cast<std::uint32_t>(i))]);
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
  std::mt19937 engine_;
  bool has_cached_normal_ = false;
  double cached_normal_ = 0.0;
};

}  // namespace mlpgrid
