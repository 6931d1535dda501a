// Applies a splitter to the pool and turns its positions into row numbers of the data set.
// The splitters themselves are in splits.cpp.
#include <fmt/format.h>

#include <stdexcept>

#include "data/load.hpp"

namespace mlpgrid {
namespace {

// The splitters know classes by number; a user knows them by name.
void require_rows_per_class(const Dataset& dataset, std::span<const std::int32_t> labels,
                            std::size_t needed, const std::string& why) {
  std::vector<std::size_t> counts(dataset.class_names.size(), 0);
  for (const std::int32_t label : labels) ++counts[static_cast<std::size_t>(label)];
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] > 0 && counts[c] < needed) {
      throw std::invalid_argument(
          fmt::format("{}: class '{}' has {} row(s) among the {} of the pool, at least {} are "
                      "needed; take more "
                      "rows or say --stratify false",
                      why, dataset.class_names[c], counts[c], labels.size(), needed));
    }
  }
}

}  // namespace

Splits make_splits(const LoadedData& data, const SplitOptions& options) {
  if (options.folds < 0) {
    throw std::invalid_argument(fmt::format(
        "--folds {}: must be 0 (no split), 1 (one hold-out split) or more", options.folds));
  }
  const auto folds = static_cast<std::size_t>(options.folds);
  if (folds >= 2 && !data.validation.empty()) {
    throw std::invalid_argument(
        fmt::format("--folds {}: the folds are held out in turn, which leaves no use for "
                    "--validation-samples; drop one of the two",
                    folds));
  }
  if (options.validation_size > 0.0 && (folds > 0 || !data.validation.empty())) {
    throw std::invalid_argument(
        "--validation-size: needs --folds 0 and no --validation-samples; with --folds 1 say "
        "--test-size");
  }
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
      require_rows_per_class(data.dataset, labels, 2, "--folds 1");
      return Splits(stratified_train_test_split(labels, options.test_size, options.split_seed));
    }
    if (!stratify) return k_fold(rows, folds, options.shuffle_folds, options.fold_seed);
    require_rows_per_class(data.dataset, labels, folds, fmt::format("--folds {}", folds));
    return stratified_k_fold(labels, folds, options.shuffle_folds, options.fold_seed);
  };
  return positions().of(data.pool);
}

}  // namespace mlpgrid
