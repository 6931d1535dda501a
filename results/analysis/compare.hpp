// Every config of a run against the best one, fold by fold: is the best really better? The tests
// are statistics.hpp's, the table is compare_table.hpp's.
#pragma once

#include <cstddef>
#include <vector>

#include "results/analysis/statistics.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

inline constexpr double kSignificance = 0.05;

struct Comparison {
  std::size_t config = 0;
  DifferenceOfScores difference;  // the config's split_test_score minus the best's
  TTest test;
  double p_val_holm = 1.0;  // corrected for all comparisons of the run
  Interval interval;        // of 1 - kSignificance, of this difference alone
  RopeProbabilities probabilities;

  [[nodiscard]] bool is_distinguishable() const { return p_val_holm < kSignificance; }
  /// Every fold has the same difference, which is not 0: the tests take it for certain.
  [[nodiscard]] bool has_no_spread() const;
};

struct RunComparison {
  std::size_t best = 0;               // the first config of rank 1
  std::vector<Comparison> others;     // by rank; at least one
  std::vector<std::size_t> left_out;  // a fold has no score: not run, diverged or failed
  std::vector<std::size_t> aliases;   // share the fits of another config
  double n_test_over_n_train = 0.0;   // over all folds: 1/(k-1) for k of them
  std::size_t n_splits = 0;           // folds whose held-out rows differ
  double rope = 0.0;
  /// What half of the comparisons would have needed at least, by their spreads, to be called
  /// significant: alone, and as the most significant one of all (Holm's first step).
  double smallest_difference = 0.0;
  double smallest_difference_of_all = 0.0;
};

/// `rope` is in units of the score. Throws std::runtime_error that says what to do where no test is
/// possible: one fold, scores of the training rows themselves, fewer than two configs with a score
/// in every fold.
[[nodiscard]] RunComparison compare_with_best(const ResultsFile& results, double rope);

}  // namespace mlpgrid
