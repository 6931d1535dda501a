// Scores from confusion matrices: what the file stores beside the counts and the tables show.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlpgrid {

/// All functions take one n_classes x n_classes matrix per fit, true class by row, one after the
/// other; a matrix of zeros stands for a fit without predictions.

/// scikit-learn's precision_recall_fscore_support with zero_division=0: per fit and class; NaN (and
/// support 0) for a fit without predictions.
struct ClassScores {
  std::vector<double> precision, recall, f1;
  std::vector<std::int32_t> support;  // rows that are of the class
};
[[nodiscard]] ClassScores class_scores(std::span<const std::int32_t> counts, std::size_t n_classes);

/// Per fit, the share of equal elements of the predicted and the true one-hot vectors: a wrong
/// answer differs in two of n_classes elements, so (n_classes - 2 + 2*accuracy)/n_classes. NaN
/// without predictions.
[[nodiscard]] std::vector<double> elementwise_accuracy(std::span<const std::int32_t> counts,
                                                       std::size_t n_classes);

/// Per fit, 1 where every row was given the same class although the rows are of several, else 0.
[[nodiscard]] std::vector<std::int32_t> collapsed(std::span<const std::int32_t> counts,
                                                  std::size_t n_classes);

}  // namespace mlpgrid
