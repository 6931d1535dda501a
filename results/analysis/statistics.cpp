// The formulas of statistics.hpp, with Student's distribution from Boost. What is compared is
// compare.cpp's.
#include "results/analysis/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "results/moments.hpp"

namespace mlpgrid {
namespace {

using boost::math::complement;
using boost::math::students_t;

constexpr double kRounding = 1e-9;  // relative error of a difference of scores, with a margin

}  // namespace

DifferenceOfScores difference_of_scores(std::span<const double> differences,
                                        double n_test_over_n_train) {
  if (differences.size() < 2) {
    throw std::invalid_argument("difference_of_scores: one fold has no spread");
  }
  if (!std::ranges::all_of(differences, [](double d) { return std::isfinite(d); })) {
    throw std::invalid_argument("difference_of_scores: a difference is not finite");
  }
  if (!(n_test_over_n_train > 0.0) || !std::isfinite(n_test_over_n_train)) {
    throw std::invalid_argument("difference_of_scores: n_test / n_train is not positive");
  }
  const auto n = static_cast<double>(differences.size());
  DifferenceOfScores result;
  result.mean = moments(differences).mean;
  const double spread = std::sqrt(squares_around(result.mean, differences) / (n - 1.0));
  if (spread > kRounding * std::abs(result.mean)) {
    result.corrected_std = spread * std::sqrt(1.0 / n + n_test_over_n_train);
  }
  result.degrees_of_freedom = n - 1.0;
  return result;
}

TTest t_test(const DifferenceOfScores& difference) {
  if (difference.corrected_std == 0.0) {
    if (difference.mean == 0.0) return {0.0, 1.0};
    return {std::copysign(std::numeric_limits<double>::infinity(), difference.mean), 0.0};
  }
  const students_t distribution(difference.degrees_of_freedom);
  const double t = difference.mean / difference.corrected_std;
  return {t, 2.0 * cdf(complement(distribution, std::abs(t)))};
}

double half_width(const DifferenceOfScores& difference, double alpha) {
  if (!(alpha > 0.0 && alpha < 1.0)) {
    throw std::invalid_argument("half_width: alpha is not between 0 and 1");
  }
  const students_t distribution(difference.degrees_of_freedom);
  return difference.corrected_std * quantile(complement(distribution, alpha / 2.0));
}

Interval confidence_interval(const DifferenceOfScores& difference, double alpha) {
  const double half = half_width(difference, alpha);
  return {difference.mean - half, difference.mean + half};
}

RopeProbabilities rope_probabilities(const DifferenceOfScores& difference, double rope) {
  if (!(rope >= 0.0) || !std::isfinite(rope)) {
    throw std::invalid_argument("rope_probabilities: the region is negative or not finite");
  }
  if (difference.corrected_std == 0.0) {  // the whole distribution is at the mean
    const bool better = difference.mean > rope;
    const bool worse = difference.mean < -rope;
    return {better ? 1.0 : 0.0, better || worse ? 0.0 : 1.0, worse ? 1.0 : 0.0};
  }
  const students_t distribution(difference.degrees_of_freedom);
  const double low = (-rope - difference.mean) / difference.corrected_std;
  const double high = (rope - difference.mean) / difference.corrected_std;
  RopeProbabilities result;
  result.better = cdf(complement(distribution, high));
  result.worse = cdf(distribution, low);
  result.equivalent = cdf(distribution, high) - result.worse;
  return result;
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double p = static_cast<double>(order.size() - i) * p_values[order[i]];
    largest = std::max(largest, std::min(p, 1.0));
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

}  // namespace mlpgrid
