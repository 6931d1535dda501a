// Mean and standard deviation of a few numbers, to the bit as NumPy computes them. Everything that
// is averaged over folds uses these; which values count is the caller's choice.
#pragma once

#include <span>

namespace mlpgrid {

/// numpy.sum of contiguous doubles: eight partial sums and, from 129 values on, the sum of two
/// halves (pairwise_sum of NumPy's loops_utils.h.src).
[[nodiscard]] double numpy_sum(std::span<const double> values);

/// numpy.mean and numpy.std (of the population); NaN where there are no values.
struct Moments {
  double mean, deviation;
};
[[nodiscard]] Moments moments(std::span<const double> values);

/// The sum of squared distances from `mean`, each squared before it is added.
[[nodiscard]] double squares_around(double mean, std::span<const double> values);

}  // namespace mlpgrid
