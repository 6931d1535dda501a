// Means, spreads and ranks over folds, as scikit-learn's cv_results_ has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlpgrid {

struct Ranking {
  std::vector<double> mean_test_score;        // unweighted mean over folds
  std::vector<double> std_test_score;         // population standard deviation
  std::vector<std::int32_t> rank_test_score;  // 1 is best, ties share the smaller rank, NaN last
  [[nodiscard]] std::int32_t best() const;    // first config of rank 1; -1: no config has a mean
};

/// `scores` is n_configs x n_folds. A config with a NaN score (diverged, failed or missing fit) has
/// NaN mean and std and shares the last rank.
[[nodiscard]] Ranking rank_configs(std::span<const double> scores, std::size_t n_folds);

}  // namespace mlpgrid
