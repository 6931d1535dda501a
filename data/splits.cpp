// scikit-learn 1.2.1's KFold and StratifiedKFold (sklearn/model_selection/_split.py), row for row,
// and its train_test_split on the engine's shuffle splits. Which rows take part is the caller's
// business.
#include "data/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "engine/random/random.hpp"
#include "engine/random/shuffle_split.hpp"

namespace mlpgrid {
namespace {

std::size_t index(std::int32_t value) { return static_cast<std::size_t>(value); }

void require_folds(std::size_t n_rows, std::size_t n_splits) {
  if (n_splits < 2) {
    throw std::invalid_argument(
        fmt::format("--folds {}: cross-validation needs at least 2 folds", n_splits));
  }
  if (n_splits > n_rows) {
    throw std::invalid_argument(
        fmt::format("--folds {}: more than the {} rows there are", n_splits, n_rows));
  }
}

// The rows of each class that occurs, classes in ascending order of label.
struct ClassRows {
  std::int32_t label;
  std::vector<std::int32_t> rows;
};

std::vector<ClassRows> rows_by_class(std::span<const std::int32_t> labels) {
  if (labels.empty()) throw std::invalid_argument("a stratified split needs at least one row");
  const auto [low, high] = std::minmax_element(labels.begin(), labels.end());
  if (*low < 0) throw std::invalid_argument(fmt::format("negative class label {}", *low));
  std::vector<ClassRows> classes(index(*high) + 1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    classes[index(labels[i])].label = labels[i];
    classes[index(labels[i])].rows.push_back(static_cast<std::int32_t>(i));
  }
  std::erase_if(classes, [](const ClassRows& c) { return c.rows.empty(); });
  return classes;
}

std::size_t held_out_count(std::size_t n_rows, double test_size) {
  if (!(test_size > 0.0 && test_size < 1.0)) {
    throw std::invalid_argument(
        fmt::format("--test-size {}: must lie between 0 and 1, both excluded", test_size));
  }
  const auto n_test = static_cast<std::size_t>(std::ceil(test_size * static_cast<double>(n_rows)));
  if (n_test == 0 || n_test >= n_rows) {
    throw std::invalid_argument(fmt::format(
        "--test-size {}: leaves no rows for one of the two parts of {} rows", test_size, n_rows));
  }
  return n_test;
}

}  // namespace

Split Splits::operator[](std::size_t k) const {
  if (fold_of_row_.empty()) return only_;
  Split split;
  split.train.reserve(fold_of_row_.size());
  for (std::size_t i = 0; i < fold_of_row_.size(); ++i) {
    auto& part = index(fold_of_row_[i]) == k ? split.held_out : split.train;
    part.push_back(rows_.empty() ? static_cast<std::int32_t>(i) : rows_[i]);
  }
  return split;
}

Splits Splits::of(std::vector<std::int32_t> rows) && {
  for (auto* part : {&only_.train, &only_.held_out}) {
    for (std::int32_t& row : *part) row = rows[index(row)];
  }
  rows_ = std::move(rows);
  return std::move(*this);
}

Splits k_fold(std::size_t n_rows, std::size_t n_splits, bool shuffle, std::uint32_t seed) {
  require_folds(n_rows, n_splits);
  std::vector<std::int32_t> order(n_rows);
  std::iota(order.begin(), order.end(), 0);
  if (shuffle) RandomState(seed).shuffle(std::span(order));

  std::vector<std::int32_t> fold_of_row(n_rows);
  std::size_t next = 0;
  for (std::size_t k = 0; k < n_splits; ++k) {
    const std::size_t size = n_rows / n_splits + (k < n_rows % n_splits ? 1 : 0);
    for (std::size_t i = 0; i < size; ++i) {
      fold_of_row[index(order[next++])] = static_cast<std::int32_t>(k);
    }
  }
  return {std::move(fold_of_row), n_splits};
}

Splits stratified_k_fold(std::span<const std::int32_t> labels, std::size_t n_splits, bool shuffle,
                         std::uint32_t seed) {
  require_folds(labels.size(), n_splits);
  std::vector<ClassRows> classes = rows_by_class(labels);
  if (std::all_of(classes.begin(), classes.end(),
                  [&](const ClassRows& c) { return c.rows.size() < n_splits; })) {
    throw std::invalid_argument(fmt::format("--folds {}: no class has that many rows", n_splits));
  }
  // scikit-learn numbers the classes by first appearance before it deals them out.
  std::sort(classes.begin(), classes.end(),
            [](const ClassRows& a, const ClassRows& b) { return a.rows[0] < b.rows[0]; });

  RandomState random(seed);
  std::vector<std::int32_t> fold_of_row(labels.size());
  std::size_t dealt = 0;
  for (const ClassRows& c : classes) {
    // Round robin over the rows sorted by class gives the count of this class in each fold.
    std::vector<std::size_t> in_fold(n_splits, 0);
    for (std::size_t i = 0; i < c.rows.size(); ++i) ++in_fold[(dealt + i) % n_splits];
    dealt += c.rows.size();

    std::vector<std::int32_t> folds;
    for (std::size_t k = 0; k < n_splits; ++k) {
      folds.insert(folds.end(), in_fold[k], static_cast<std::int32_t>(k));
    }
    if (shuffle) random.shuffle(std::span(folds));
    for (std::size_t i = 0; i < c.rows.size(); ++i) fold_of_row[index(c.rows[i])] = folds[i];
  }
  return {std::move(fold_of_row), n_splits};
}

Split train_test_split(std::size_t n_rows, double test_size, std::uint32_t seed) {
  RandomState random(seed);
  ShuffleSplit split = shuffle_split(n_rows, held_out_count(n_rows, test_size), random);
  return {.train = std::move(split.train), .held_out = std::move(split.test)};
}

Split stratified_train_test_split(std::span<const std::int32_t> labels, double test_size,
                                  std::uint32_t seed) {
  const std::size_t n_test = held_out_count(labels.size(), test_size);
  const std::size_t n_train = labels.size() - n_test;
  const std::vector<ClassRows> classes = rows_by_class(labels);
  for (const ClassRows& c : classes) {
    if (c.rows.size() < 2) {
      throw std::invalid_argument(
          fmt::format("class {} has 1 row, a stratified split needs at least 2", c.label));
    }
  }
  if (std::min(n_train, n_test) < classes.size()) {
    throw std::invalid_argument(
        fmt::format("a stratified split of {} rows into {} and {} cannot hold {} classes",
                    labels.size(), n_train, n_test, classes.size()));
  }
  RandomState random(seed);
  ShuffleSplit split = stratified_shuffle_split(labels, n_test, random);
  return {.train = std::move(split.train), .held_out = std::move(split.test)};
}

}  // namespace mlpgrid
