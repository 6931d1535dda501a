// After sklearn/model_selection/_split.py and sklearn/utils/__init__.py (_approximate_mode), 1.2.1.
#include "engine/random/shuffle_split.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace mlpgrid {
namespace {

using Counts = std::vector<std::size_t>;

/// How many of each class `n_draws` draws take: proportional, the largest remainders rounded up,
/// equal remainders in random order.
Counts approximate_mode(const Counts& class_counts, std::size_t n_draws, RandomState& random) {
  const auto total = static_cast<double>(
      std::accumulate(class_counts.begin(), class_counts.end(), std::size_t{0}));
  Counts drawn;
  std::vector<double> remainder;
  for (const std::size_t count : class_counts) {
    const double exact = static_cast<double>(count) / total * static_cast<double>(n_draws);
    drawn.push_back(static_cast<std::size_t>(std::floor(exact)));
    remainder.push_back(exact - std::floor(exact));
  }
  std::size_t missing = n_draws - std::accumulate(drawn.begin(), drawn.end(), std::size_t{0});
  std::vector<double> values = remainder;
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (const double value : values) {
    if (missing == 0) break;
    Counts classes;
    for (std::size_t c = 0; c < remainder.size(); ++c) {
      if (remainder[c] == value) classes.push_back(c);
    }
    const std::size_t add = std::min(classes.size(), missing);
    const std::vector<std::int32_t> order = random.permutation(classes.size());
    for (std::size_t i = 0; i < add; ++i) ++drawn[classes[static_cast<std::size_t>(order[i])]];
    missing -= add;
  }
  return drawn;
}

}  // namespace

ShuffleSplit shuffle_split(std::size_t n, std::size_t n_test, RandomState& random) {
  const std::vector<std::int32_t> order = random.permutation(n);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(n_test);
  return {.train = {middle, order.end()}, .test = {order.begin(), middle}};
}

ShuffleSplit stratified_shuffle_split(std::span<const std::int32_t> labels, std::size_t n_test,
                                      RandomState& random) {
  std::vector<std::vector<std::int32_t>> members;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    if (label >= members.size()) members.resize(label + 1);
    members[label].push_back(static_cast<std::int32_t>(i));
  }
  // Classes without a row do not exist for scikit-learn.
  std::erase_if(members, [](const auto& rows) { return rows.empty(); });
  Counts counts;
  for (const auto& rows : members) counts.push_back(rows.size());

  const Counts train = approximate_mode(counts, labels.size() - n_test, random);
  Counts remaining = counts;
  for (std::size_t c = 0; c < counts.size(); ++c) remaining[c] -= train[c];
  const Counts test = approximate_mode(remaining, n_test, random);

  ShuffleSplit split;
  for (std::size_t c = 0; c < members.size(); ++c) {
    const std::vector<std::int32_t> order = random.permutation(counts[c]);
    for (std::size_t i = 0; i < train[c] + test[c]; ++i) {
      auto& part = i < train[c] ? split.train : split.test;
      part.push_back(members[c][static_cast<std::size_t>(order[i])]);
    }
  }
  random.shuffle(std::span(split.train));
  random.shuffle(std::span(split.test));
  return split;
}

}  // namespace mlpgrid
