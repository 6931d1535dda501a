// Tests of the difference between two models whose scores come from the same folds: pure functions.
// Which configs are compared, and what is concluded, is compare.cpp's.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mlpgrid {

/// What n differences of scores, one per fold, say about the true difference: it is
/// Student-distributed around `mean` with n-1 degrees of freedom and the scale corrected_std, which
/// takes into account that training sets overlap.
struct DifferenceOfScores {
  double mean = 0.0;
  double corrected_std = 0.0;  // of `mean`; 0: every fold has the same difference
  double degrees_of_freedom = 1.0;
};

/// corrected_std = sqrt((1/n + n_test/n_train) * s^2), s^2 the sample variance (ddof 1): C. Nadeau
/// and Y. Bengio, Inference for the generalization error, Machine Learning 52 (2003), 239-281; for
/// repeated k-fold R. Bouckaert and E. Frank, Evaluating the replicability of significance tests
/// for comparing learning algorithms, PAKDD 2004; corrected_std() of scikit-learn's example
/// "Statistical comparison of models using grid search". A spread below 1e-9 of the mean is
/// rounding and counts as 0. Throws std::invalid_argument for fewer than two differences, one that
/// is not finite, or a ratio that is not positive.
[[nodiscard]] DifferenceOfScores difference_of_scores(std::span<const double> differences,
                                                      double n_test_over_n_train);

/// The corrected t-test of "the difference is 0". Where corrected_std is 0 the limits: t = 0 and p
/// = 1 for a mean of 0, otherwise t = +-infinity and p = 0.
struct TTest {
  double t_stat = 0.0;
  double p_val = 1.0;  // two-sided, as nobody said beforehand which one is better
};
[[nodiscard]] TTest t_test(const DifferenceOfScores& difference);

struct Interval {
  double low = 0.0;
  double high = 0.0;
};
/// From mean - half_width() to mean + half_width(). Throws std::invalid_argument unless 0 < alpha <
/// 1.
[[nodiscard]] Interval confidence_interval(const DifferenceOfScores& difference, double alpha);

/// corrected_std times Student's quantile at 1 - alpha/2: half the width of the confidence
/// interval, and the smallest mean that a two-sided test at `alpha` calls significant with this
/// spread. Throws std::invalid_argument unless 0 < alpha < 1.
[[nodiscard]] double half_width(const DifferenceOfScores& difference, double alpha);

/// Probabilities of the true difference, which add up to 1.
struct RopeProbabilities {
  double better = 0.0;      // the true difference is above rope
  double equivalent = 0.0;  // in [-rope, rope]
  double worse = 0.0;       // below -rope
};
/// The Bayesian correlated t-test: given the folds, the true difference is Student-distributed with
/// location mean and scale corrected_std. A. Benavoli, G. Corani, J. Demsar and M. Zaffalon, Time
/// for a change, JMLR 18 (2017), 77, and scikit-learn's example named above. Throws
/// std::invalid_argument for a rope that is negative or not finite.
[[nodiscard]] RopeProbabilities rope_probabilities(const DifferenceOfScores& difference,
                                                   double rope);

/// p values adjusted for the number of tests (S. Holm, A simple sequentially rejective multiple
/// test procedure, 1979): the i-th smallest of m, counted from 0, times m-i, but at least the one
/// before it and at most 1. In the order of `p_values`.
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace mlpgrid
