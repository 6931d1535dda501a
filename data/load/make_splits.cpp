// Applies a splitter to the pool and turns its positions into row numbers of the data set.
// The splitters themselves are in splits.cpp.
#include "data/load/make_splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace mlpgrid {
namespace {

// The number of rows of each class in the pool. The splitters check the same, but know classes by
// number only; the messages here name them.
std::vector<std::size_t> rows_per_class(const Dataset& dataset,
                                        std::span<const std::int32_t> labels) {
  std::vector<std::size_t> counts(dataset.class_names.size(), 0);
  for (const std::int32_t label : labels) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

void require_two_rows_per_class(const Dataset& dataset, std::span<const std::int32_t> labels) {
  const std::vector<std::size_t> counts = rows_per_class(dataset, labels);
  const auto single = std::ranges::find(counts, 1U);
  if (single == counts.end()) return;
  throw std::invalid_argument(fmt::format(
      "--folds 1: class '{}' has one row among the {} of the pool, but one has to train and "
      "another "
      "one to be held out; take more rows of it, leave it out, or use more folds",
      dataset.class_names[static_cast<std::size_t>(single - counts.begin())], labels.size()));
}

void require_rows_for_folds(const Dataset& dataset, std::span<const std::int32_t> labels,
                            std::size_t folds) {
  const std::size_t most = std::ranges::max(rows_per_class(dataset, labels));
  if (most >= folds) return;
  throw std::invalid_argument(fmt::format(
      "--folds {}: no class has that many rows, the most frequent one has {}; lower --folds{}",
      folds, most, folds <= labels.size() ? ", or say --stratify false" : ""));
}

}  // namespace

void check_split_options(const SplitOptions& options, bool has_validation) {
  if (options.folds < 0) {
    throw std::invalid_argument(fmt::format(
        "--folds {}: must be 0 (no split), 1 (one hold-out split) or more", options.folds));
  }
  if (options.folds >= 2 && has_validation) {
    throw std::invalid_argument(
        fmt::format("--folds {}: the folds are held out in turn, which leaves no use for "
                    "--validation-samples; drop one of the two",
                    options.folds));
  }
  if (options.validation_size > 0.0 && (options.folds > 0 || has_validation)) {
    throw std::invalid_argument(
        "--validation-size: needs --folds 0 and no --validation-samples; with --folds 1 say "
        "--test-size");
  }
}

Splits make_splits(const LoadedData& data, const SplitOptions& options) {
  check_split_options(options, !data.validation.empty());
  const auto folds = static_cast<std::size_t>(options.folds);
  if (folds < 2 && !data.validation.empty()) return Splits({data.pool, data.validation});
  if (folds == 0 && options.validation_size == 0.0) return Splits({data.pool, data.pool});

  std::vector<std::int32_t> labels;
  const bool stratify = options.stratify && !data.dataset.labels.empty();
  if (stratify) {
    for (const std::int32_t row : data.pool) {
      labels.push_back(data.dataset.labels[static_cast<std::size_t>(row)]);
    }
  }
  const auto positions = [&]() -> Splits {
    const std::size_t rows = data.pool.size();
    if (folds == 0) {
      return Splits(train_test_split(rows, options.validation_size, options.split_seed));
    }
    if (folds == 1 && !stratify) {
      return Splits(train_test_split(rows, options.test_size, options.split_seed));
    }
    if (folds == 1) {
      require_two_rows_per_class(data.dataset, labels);
      return Splits(stratified_train_test_split(labels, options.test_size, options.split_seed));
    }
    if (!stratify) return k_fold(rows, folds, options.shuffle_folds, options.fold_seed);
    require_rows_for_folds(data.dataset, labels, folds);
    return stratified_k_fold(labels, folds, options.shuffle_folds, options.fold_seed);
  };
  return positions().of(data.pool);
}

}  // namespace mlpgrid
