// Shows a run's numbers beside those that somebody reported. Reading the reported ones is
// experiments/stored/reported.hpp's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/quantities.hpp"
#include "results/results_file.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// One reported number or text, and what of the run it is compared with.
struct ReportedRow {
  std::string quantity;  // a column of the table (mean_test_score, batch_size, ...), a quantity of
                         // fold_values() or, with a step, of traced_values() (its mean over the
                         // folds is compared), success_share, or best_model_test_score
  std::string where;     // selectors, separated by blanks; empty: the best config
  std::string reported;
  std::string note;  // why ours differs
};

struct ReportedOptions {
  TableFormat format = TableFormat::text;
  bool terminal = false;
  std::string source;                // of the reported numbers, for the line below the table
  std::vector<std::string> changes;  // how the run differs from the experiment reported on
  std::optional<Condition> success;  // for success_share where `where` has no condition
};

/// A table with the columns quantity, where, reported, ours, difference (ours - reported), note.
/// Selectors are AXIS=VALUE, fold=N, epoch=N (from 1, for a curve), step=N (for a traced parameter)
/// and a condition such as val_loss<0.1 for success_share; of several configs that match, the best
/// ranked one is compared. What cannot be computed has an empty cell and the reason in its note.
/// CSV and JSON (a list of rows) also have the config.
[[nodiscard]] std::string format_against_reported(const ResultsFile& results,
                                                  std::span<const ReportedRow> rows,
                                                  const ReportedOptions& options);

}  // namespace mlpgrid
