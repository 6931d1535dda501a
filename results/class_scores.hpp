// Scores from confusion matrices: what the results file stores beside the counts and the tables
// show. Where the matrices come from is record_grid.hpp's and hdf5/read.hpp's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// All functions take one matrix per fit, in the order of the fits; an empty one stands for a fit
/// without predictions.

/// scikit-learn's precision_recall_fscore_support with zero_division=0; each list is fits x
/// classes, row-major. NaN (and support 0) for a fit without predictions.
struct ClassScores {
  std::vector<double> precision, recall, f1;
  std::vector<std::int32_t> support;  // how many rows are of the class
};
[[nodiscard]] ClassScores class_scores(std::span<const Confusion> fits, std::size_t n_classes);

/// Per fit, the share of equal elements of the predicted and the true one-hot vectors. A wrong
/// answer differs in two of n_classes elements, so it is (n_classes - 2 + 2*accuracy)/n_classes.
/// NaN without predictions.
[[nodiscard]] std::vector<double> elementwise_accuracy(std::span<const Confusion> fits,
                                                       std::size_t n_classes);

/// Per fit, 1 where the model gives every row the same class although the rows are of several, else
/// 0.
[[nodiscard]] std::vector<std::int32_t> collapsed(std::span<const Confusion> fits);

/// The sum of the matrices, such as those of all folds of a config.
[[nodiscard]] Confusion added_up(std::span<const Confusion> fits);

}  // namespace mlpgrid
