// Sums over rows, columns and the diagonal of confusion matrices.
#include "results/class_scores.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mlpgrid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Margins {
  explicit Margins(std::size_t n_classes)
      : hits(n_classes), actual(n_classes), predicted(n_classes) {}

  std::vector<std::int64_t> hits, actual, predicted;  // per class
  std::int64_t rows = 0;

  [[nodiscard]] std::int64_t all_hits() const {
    return std::accumulate(hits.begin(), hits.end(), std::int64_t{0});
  }
};

// 0 for 0/0: scikit-learn's zero_division=0.
double ratio(std::int64_t numerator, std::int64_t denominator) {
  return denominator == 0 ? 0.0 : static_cast<double>(numerator) / static_cast<double>(denominator);
}

template <class Use>
void for_each_fit(std::span<const std::int32_t> counts, std::size_t n_classes, Use use) {
  const Margins zero(n_classes);
  Margins margins = zero;
  for (std::size_t begin = 0; begin < counts.size(); begin += n_classes * n_classes) {
    margins = zero;
    for (std::size_t i = 0; i < n_classes; ++i) {
      for (std::size_t j = 0; j < n_classes; ++j) {
        const std::int32_t count = counts[begin + i * n_classes + j];
        margins.actual[i] += count;
        margins.predicted[j] += count;
        margins.rows += count;
        if (i == j) margins.hits[i] = count;
      }
    }
    use(margins);
  }
}

}  // namespace

ClassScores class_scores(std::span<const std::int32_t> counts, std::size_t n_classes) {
  ClassScores scores;
  for_each_fit(counts, n_classes, [&](const Margins& fit) {
    for (std::size_t c = 0; c < n_classes; ++c) {
      const auto score = [&](std::int64_t numerator, std::int64_t denominator) {
        return fit.rows == 0 ? kNaN : ratio(numerator, denominator);
      };
      scores.precision.push_back(score(fit.hits[c], fit.predicted[c]));
      scores.recall.push_back(score(fit.hits[c], fit.actual[c]));
      scores.f1.push_back(score(2 * fit.hits[c], fit.predicted[c] + fit.actual[c]));
      scores.support.push_back(static_cast<std::int32_t>(fit.actual[c]));
    }
  });
  return scores;
}

std::vector<double> elementwise_accuracy(std::span<const std::int32_t> counts,
                                         std::size_t n_classes) {
  std::vector<double> accuracy;
  for_each_fit(counts, n_classes, [&](const Margins& fit) {
    const std::int64_t wrong_elements = 2 * (fit.rows - fit.all_hits());
    const std::int64_t elements = fit.rows * static_cast<std::int64_t>(n_classes);
    accuracy.push_back(fit.rows == 0 ? kNaN : ratio(elements - wrong_elements, elements));
  });
  return accuracy;
}

std::vector<std::int32_t> collapsed(std::span<const std::int32_t> counts, std::size_t n_classes) {
  std::vector<std::int32_t> flags;
  for_each_fit(counts, n_classes, [&](const Margins& fit) {
    const auto used = [](std::int64_t count) { return count > 0; };
    flags.push_back(std::ranges::count_if(fit.predicted, used) == 1 &&
                    std::ranges::count_if(fit.actual, used) > 1);
  });
  return flags;
}

}  // namespace mlpgrid
