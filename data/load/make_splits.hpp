// Cuts the pool of rows into those that train and those that are held out, as the options say. The
// splitters themselves are splits.hpp.
#pragma once

#include <cstdint>

#include "data/load/load.hpp"
#include "data/splits.hpp"

namespace mlpgrid {

/// How the pool is cut into (training, held out).
struct SplitOptions {
  int folds = 3;  // k >= 2: k-fold; 1: one hold-out split; 0: train on all rows and score on them
  bool stratify = true;  // classification only
  bool shuffle_folds = false;
  std::uint32_t fold_seed = 0;
  double test_size = 0.25;  // folds = 1, where no validation rows were loaded
  std::uint32_t split_seed = 0;
  double validation_size = 0.0;  // folds = 0: share of the pool held out, not stratified; 0: none
};

/// Throws std::invalid_argument where the options contradict each other. `has_validation`: there
/// are separate validation rows.
void check_split_options(const SplitOptions& options, bool has_validation);

/// The splits in row numbers of the data set; at least one. With validation rows, and folds 0 or 1,
/// the whole pool trains and the validation rows are held out; with folds = 0 and none of them, a
/// share validation_size of the pool is held out, or, where that is 0, held_out equals train.
/// Throws std::invalid_argument that names the option where check_split_options() does, where a
/// part would be empty and, stratified, where every class has fewer rows than folds or (folds = 1)
/// a class has one row.
[[nodiscard]] Splits make_splits(const LoadedData& data, const SplitOptions& options);

}  // namespace mlpgrid
