// Which rows train and which are held out: scikit-learn's splitters, row for row. Which splitter a
// run uses is load/make_splits.hpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace mlpgrid {

/// Row numbers, in the order scikit-learn gives them.
struct Split {
  std::vector<std::int32_t> train;
  std::vector<std::int32_t> held_out;
};

/// The splits of one data set. Each is made when it is asked for: all together name every row once
/// per split, which is rows^2 numbers when each row is held out alone.
class Splits {
 public:
  explicit Splits(Split only) : only_(std::move(only)), size_(1) {}
  /// Row i, from 0, is held out in split fold_of_row[i] and trains in all others, both in rising
  /// order, as scikit-learn's boolean masks give them.
  Splits(std::vector<std::int32_t> fold_of_row, std::size_t n_splits)
      : fold_of_row_(std::move(fold_of_row)), size_(n_splits) {}

  /// Turns positions into row numbers: the same splits with rows[i] in place of row i.
  [[nodiscard]] Splits of(std::vector<std::int32_t> rows) &&;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Split `k`, from 0 to size() - 1.
  [[nodiscard]] Split operator[](std::size_t k) const;

 private:
  Split only_;
  std::vector<std::int32_t> fold_of_row_;  // empty: only_ is the one split
  std::vector<std::int32_t> rows_;         // what row i stands for; empty: itself
  std::size_t size_;
};

/// KFold(n_splits, shuffle, random_state=seed).split over rows 0..n_rows-1; `seed` matters only
/// with `shuffle`. Throws std::invalid_argument when n_splits < 2 or > n_rows.
[[nodiscard]] Splits k_fold(std::size_t n_rows, std::size_t n_splits, bool shuffle,
                            std::uint32_t seed);

/// StratifiedKFold(n_splits, shuffle, random_state=seed).split(labels). As there, a class that has
/// fewer rows than folds is missing from some folds. Throws std::invalid_argument when that is so
/// for every class, for a negative label, and as k_fold() does.
[[nodiscard]] Splits stratified_k_fold(std::span<const std::int32_t> labels, std::size_t n_splits,
                                       bool shuffle, std::uint32_t seed);

/// train_test_split(arange(n_rows), test_size=test_size, random_state=seed): ceil(test_size*n_rows)
/// rows are held out. Throws std::invalid_argument unless 0 < test_size < 1 and both parts have
/// rows.
[[nodiscard]] Split train_test_split(std::size_t n_rows, double test_size, std::uint32_t seed);

/// train_test_split() with stratify=labels. Throws std::invalid_argument also where a class has a
/// single row or a part has fewer rows than there are classes.
[[nodiscard]] Split stratified_train_test_split(std::span<const std::int32_t> labels,
                                                double test_size, std::uint32_t seed);

}  // namespace mlpgrid
