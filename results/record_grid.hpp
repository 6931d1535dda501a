// Puts the records of a run into the cells of its grid, configs x folds, where an alias shares the
// records of its source. Files and tables build on it; their formats are not known here.
#pragma once

#include <span>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// Throws std::invalid_argument when the lists of `run` differ in length or name configs that do
/// not exist.
void check_run(const RunDescription& run);

/// Throws std::invalid_argument when `record` has no place in `run`: config or fold out of range,
/// config an alias, status not_run, a curve longer than max_epochs, or a confusion matrix, picture,
/// model or trace whose size or classes do not fit.
void check_record(const RunDescription& run, const FitRecord& record);

/// The records of a run by place; they belong to whoever called arrange() and must outlive the
/// grid.
struct RecordGrid {
  std::vector<const FitRecord*> cells;  // n_configs x n_folds; null: not run yet
  const FitRecord* refit = nullptr;

  /// The scores to rank by, n_configs x n_folds; NaN for fits that are missing, diverged or failed.
  [[nodiscard]] std::vector<double> split_test_scores() const;

  /// The config to refit, or, in a run without refit, the one whose model is stored as the best:
  /// the first of rank 1. Where no config has a score (r2 of a single row is undefined) the first
  /// whose fits all ended well, as GridSearchCV chooses. -1 where there is none.
  [[nodiscard]] std::int32_t best_config(const RunDescription& run) const;

  /// True when every fit is there, the refit included (unless there is no config to refit).
  [[nodiscard]] bool complete(const RunDescription& run) const;
};

/// Sorts records, which may come in any order, into their cells. Of two records of one cell the
/// first counts. The records must outlive the grid. Throws as check_record() does.
[[nodiscard]] RecordGrid arrange(const RunDescription& run,
                                 std::span<const FitRecord* const> records);

/// The record whose model is stored as the best one: the refit, or, in a run without refit, the
/// best config's first fold. Null where there is none or it has no model.
[[nodiscard]] const FitRecord* best_model_record(const RunDescription& run, const RecordGrid& grid);

/// Whether a fit that ended so has usable weights: converged, max_epochs or early_stopped.
[[nodiscard]] bool is_usable(RunStatus status);

/// The fit's split_test_score; NaN unless it ended with usable weights.
[[nodiscard]] double ranked_score(const FitRecord& record);

}  // namespace mlpgrid
