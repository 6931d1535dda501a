// ShuffleSplit and StratifiedShuffleSplit on a running generator, as scikit-learn draws them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/random/random.hpp"

namespace mlpgrid {

/// Positions 0..n-1, in the order scikit-learn gives them.
struct ShuffleSplit {
  std::vector<std::int32_t> train;
  std::vector<std::int32_t> test;
};

/// One permutation of n: the first n_test positions are the test part, the others train.
[[nodiscard]] ShuffleSplit shuffle_split(std::size_t n, std::size_t n_test, RandomState& random);

/// Both parts in the classes' proportions. `labels` are 0..n_classes-1.
[[nodiscard]] ShuffleSplit stratified_shuffle_split(std::span<const std::int32_t> labels,
                                                    std::size_t n_test, RandomState& random);

}  // namespace mlpgrid
