// Random cases for property tests: another seed in every run, named where a test fails. With it in
// the environment, MLPGRID_TEST_SEED=N, the same cases come again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "engine/random/random.hpp"

namespace mlpgrid::testing {

class RandomCases {
 public:
  RandomCases() : random_(seed()) {}

  static std::uint32_t seed() {
    static const std::uint32_t kSeed = [] {
      const char* given = std::getenv("MLPGRID_TEST_SEED");
      return given ? static_cast<std::uint32_t>(std::stoul(given)) : std::random_device()();
    }();
    return kSeed;
  }
  static std::string name() { return "MLPGRID_TEST_SEED=" + std::to_string(seed()); }

  std::size_t below(std::size_t n) { return random_.next_uint32() % n; }
  bool coin() { return below(2) == 1; }
  double uniform(double low, double high) { return random_.uniform(low, high); }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }

  /// 1 to `most`; in two of three cases beside a power of two or three times one, where vectors,
  /// panels and tiles end.
  std::size_t size(std::size_t most) {
    if (below(3) == 0) return 1 + below(most);
    const std::size_t edge = (coin() ? 1U : 3U) << below(7);
    return std::clamp<std::size_t>(edge + below(3), 2, most + 1) - 1;
  }

 private:
  RandomState random_;
};

}  // namespace mlpgrid::testing
