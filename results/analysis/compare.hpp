// Compares every config of a run with the best one, fold by fold: is the best really better? The
// tests are statistics.hpp's, the table is tables/compare_table.hpp's.
#pragma once

#include <cstddef>
#include <vector>

#include "results/analysis/statistics.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// The level at which a difference counts as significant.
inline constexpr double kSignificance = 0.05;

/// One config against the best one.
struct Comparison {
  std::size_t config = 0;
  DifferenceOfScores difference;  // the config's split_test_score minus the best's
  TTest test;
  double p_val_holm = 1.0;  // adjusted for the number of comparisons (Holm)
  Interval interval;        // at 1 - kSignificance, not adjusted
  RopeProbabilities probabilities;

  [[nodiscard]] bool is_distinguishable() const { return p_val_holm < kSignificance; }
  /// Every fold has the same difference, which is not 0, so that the tests take it for certain.
  [[nodiscard]] bool has_no_spread() const;
};

struct RunComparison {
  std::size_t best = 0;               // the first config of rank 1
  std::vector<Comparison> others;     // by rank; at least one
  std::vector<std::size_t> left_out;  // configs that lack the score of some fold
  std::vector<std::size_t> aliases;   // configs that share the fits of another one
  double n_test_over_n_train = 0.0;   // rows over all folds: 1/(k-1) for k folds
  std::size_t n_splits = 0;           // number of different sets of held-out rows
  double rope = 0.0;                  // half width of the region of practical equivalence
  /// The median, over the comparisons, of the smallest mean difference that would be significant
  /// with the spread of that comparison: when it is tested alone, and when it has to pass as the
  /// most significant of all (Holm's first step).
  double smallest_difference = 0.0;
  double smallest_difference_of_all = 0.0;
};

/// `rope` is in units of the score. Throws std::runtime_error that says what to do where no test is
/// possible: one fold, scores of the training rows themselves, fewer than two configs with a score
/// in every fold.
[[nodiscard]] RunComparison compare_with_best(const ResultsFile& results, double rope);

}  // namespace mlpgrid
