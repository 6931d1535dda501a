// Means, spreads and ranks over folds, as scikit-learn's cv_results_ has them. Which scores count
// is the caller's: NaN stands for one that does not.
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
  [[nodiscard]] std::int32_t best() const;    // first config of rank 1; -1 where all are NaN
};

/// `scores` is n_configs x n_folds, row-major. A config with a NaN among its scores (a fit that
/// diverged, failed or is missing) has a NaN mean and deviation and shares the last rank.
[[nodiscard]] Ranking rank_configs(std::span<const double> scores, std::size_t n_folds);

}  // namespace mlpgrid
