// Computes scores from the row sums, the column sums and the diagonal of confusion matrices. Which
// fits they are of is the caller's.
#include "results/class_scores.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace mlpgrid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// 0 for 0/0: scikit-learn's zero_division=0.
double ratio(std::int64_t numerator, std::int64_t denominator) {
  return denominator == 0 ? 0.0 : static_cast<double>(numerator) / static_cast<double>(denominator);
}

}  // namespace

ClassScores class_scores(std::span<const Confusion> fits, std::size_t n_classes) {
  ClassScores scores;
  std::vector<std::int64_t> hits(n_classes), actual(n_classes), predicted(n_classes);
  for (const Confusion& fit : fits) {
    for (auto* sums : {&hits, &actual, &predicted}) std::ranges::fill(*sums, 0);
    for (const ClassPair& pair : fit) {
      const auto truth = static_cast<std::size_t>(pair.actual);
      actual[truth] += pair.count;
      predicted[static_cast<std::size_t>(pair.predicted)] += pair.count;
      if (pair.actual == pair.predicted) hits[truth] += pair.count;
    }
    const auto score = [&](std::int64_t numerator, std::int64_t denominator) {
      return fit.empty() ? kNaN : ratio(numerator, denominator);
    };
    for (std::size_t c = 0; c < n_classes; ++c) {
      scores.precision.push_back(score(hits[c], predicted[c]));
      scores.recall.push_back(score(hits[c], actual[c]));
      scores.f1.push_back(score(2 * hits[c], predicted[c] + actual[c]));
      scores.support.push_back(static_cast<std::int32_t>(actual[c]));
    }
  }
  return scores;
}

std::vector<double> elementwise_accuracy(std::span<const Confusion> fits, std::size_t n_classes) {
  std::vector<double> accuracy;
  for (const Confusion& fit : fits) {
    std::int64_t rows = 0;
    std::int64_t wrong = 0;
    for (const ClassPair& pair : fit) {
      rows += pair.count;
      if (pair.actual != pair.predicted) wrong += pair.count;
    }
    const std::int64_t elements = rows * static_cast<std::int64_t>(n_classes);
    accuracy.push_back(fit.empty() ? kNaN : ratio(elements - 2 * wrong, elements));
  }
  return accuracy;
}

std::vector<std::int32_t> collapsed(std::span<const Confusion> fits) {
  std::vector<std::int32_t> flags;
  for (const Confusion& fit : fits) {
    const auto differs = [&](auto ClassPair::*side) {
      return std::ranges::any_of(
          fit, [&](const ClassPair& pair) { return pair.*side != fit.front().*side; });
    };
    flags.push_back(differs(&ClassPair::actual) && !differs(&ClassPair::predicted));
  }
  return flags;
}

Confusion added_up(std::span<const Confusion> fits) {
  std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> counts;
  for (const Confusion& fit : fits) {
    for (const ClassPair& pair : fit) counts[{pair.actual, pair.predicted}] += pair.count;
  }
  Confusion sum;
  for (const auto& [classes, count] : counts) sum.push_back({classes.first, classes.second, count});
  return sum;
}

}  // namespace mlpgrid
