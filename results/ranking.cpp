// The statistics of cv_results_. Which scores count is decided by the caller, who passes NaN for
// the others.
#include "results/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "results/moments.hpp"

namespace mlpgrid {

std::int32_t Ranking::best() const {
  for (std::size_t i = 0; i < rank_test_score.size(); ++i) {
    if (rank_test_score[i] == 1 && !std::isnan(mean_test_score[i])) {
      return static_cast<std::int32_t>(i);
    }
  }
  return -1;
}

Ranking rank_configs(std::span<const double> scores, std::size_t n_folds) {
  if (n_folds == 0 || scores.size() % n_folds != 0) {
    throw std::invalid_argument("rank_configs: scores are not n_configs x n_folds");
  }
  const std::size_t n_configs = scores.size() / n_folds;
  Ranking ranking;
  for (std::size_t config = 0; config < n_configs; ++config) {
    const Moments of_folds = moments(scores.subspan(config * n_folds, n_folds));
    ranking.mean_test_score.push_back(of_folds.mean);
    ranking.std_test_score.push_back(of_folds.deviation);
  }

  std::vector<double> descending;
  for (const double mean : ranking.mean_test_score) {
    if (!std::isnan(mean)) descending.push_back(mean);
  }
  std::ranges::sort(descending, std::ranges::greater{});
  for (const double mean : ranking.mean_test_score) {
    const auto better = std::isnan(mean)
                            ? descending.end()
                            : std::ranges::lower_bound(descending, mean, std::ranges::greater{});
    ranking.rank_test_score.push_back(static_cast<std::int32_t>(better - descending.begin()) + 1);
  }
  return ranking;
}

}  // namespace mlpgrid
