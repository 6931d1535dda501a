// Which rows train and which are held out: scikit-learn's splitters, row for row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlpgrid {

/// Row numbers, in the order scikit-learn gives them.
struct Split {
  std::vector<std::int32_t> train;
  std::vector<std::int32_t> held_out;
};

/// KFold(n_splits, shuffle, random_state=seed).split over rows 0..n_rows-1.
/// Throws std::invalid_argument when n_splits < 2 or > n_rows.
[[nodiscard]] std::vector<Split> k_fold(std::size_t n_rows, std::size_t n_splits, bool shuffle,
                                        std::uint32_t seed);

/// StratifiedKFold(n_splits, shuffle, random_state=seed).split. As there, some folds lack a class
/// that has fewer rows than folds. Throws std::invalid_argument when
/// that is so for every class, or as k_fold does.
[[nodiscard]] std::vector<Split> stratified_k_fold(std::span<const std::int32_t> labels,
                                                   std::size_t n_splits, bool shuffle,
                                                   std::uint32_t seed);

/// train_test_split(arange(n_rows), test_size=test_size, random_state=seed): ceil(test_size*n) rows
/// held out. Throws std::invalid_argument when either part would be empty.
[[nodiscard]] Split train_test_split(std::size_t n_rows, double test_size, std::uint32_t seed);

/// The same with stratify=labels.
[[nodiscard]] Split stratified_train_test_split(std::span<const std::int32_t> labels,
                                                double test_size, std::uint32_t seed);

}  // namespace mlpgrid
