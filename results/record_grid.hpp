// Puts the records of a run into the places of its configs x folds, aliases filled in.
// The one place that knows which record stands for which cell; files and tables build on it.
#pragma once

#include <span>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// Throws std::invalid_argument when the lists of `run` do not fit together.
void check_run(const RunDescription& run);

/// Throws std::invalid_argument when `record` has no place in `run`: config or fold out of range,
/// an alias, no status, or a curve longer than max_epochs.
void check_record(const RunDescription& run, const FitRecord& record);

struct RecordGrid {
  std::vector<const FitRecord*> cells;  // n_configs x n_folds; null where nothing has run
  const FitRecord* refit = nullptr;

  /// The score that ranks: NaN for fits that are missing, diverged or failed.
  [[nodiscard]] std::vector<double> split_test_scores() const;

  /// The config to refit, or whose model is the best one without a refit: the first of rank 1.
  /// Where the score is undefined for all (r2 of a single row) the first whose fits all ended well,
  /// as GridSearchCV has it. -1: none.
  [[nodiscard]] std::int32_t best_config(const RunDescription& run) const;

  /// True when every fit is there, the refit included (unless there is no config to refit).
  [[nodiscard]] bool complete(const RunDescription& run) const;
};

/// The records must outlive the grid. Of two records of one cell the first counts.
[[nodiscard]] RecordGrid arrange(const RunDescription& run,
                                 std::span<const FitRecord* const> records);

/// The record whose model is stored as the best one: the refit's, or without a refit that of the
/// best config's first fold. Null where there is none.
[[nodiscard]] const FitRecord* best_model_record(const RunDescription& run, const RecordGrid& grid);

/// Whether a fit ended with usable weights.
[[nodiscard]] bool is_usable(RunStatus status);

/// NaN unless the fit ended with usable weights.
[[nodiscard]] double ranked_score(const FitRecord& record);

}  // namespace mlpgrid
