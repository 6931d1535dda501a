// A run's numbers beside the ones that somebody reported. Where the reported ones come from is the
// caller's affair.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/quantities.hpp"
#include "results/results_file.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// One reported number or text.
struct ReportedRow {
  std::string quantity;  // a column of the table (mean_test_score, batch_size, ...), a quantity of
                         // fold_values() or, with a step, of traced_values() (its mean over the
                         // folds is compared), success_share, or best_model_test_score
  std::string where;     // selectors with blanks between them; empty: the best config
  std::string reported;
  std::string note;  // why they differ
};

struct ReportedOptions {
  TableFormat format = TableFormat::text;
  bool terminal = false;
  std::string source;                // of the reported numbers, for the line below the table
  std::vector<std::string> changes;  // how the run differs from the experiment reported on
  std::optional<Condition> success;  // of success_share where `where` has none
};

/// quantity, where, reported, ours, difference (ours - reported), note. Selectors are AXIS=VALUE,
/// fold=N, epoch=N (from 1, of a curve), step=N (of a traced parameter) and a condition such as
/// val_loss<0.1 for success_share; of several configs that match the best ranked one counts. What
/// cannot be computed has an empty cell and the reason in its note. CSV and JSON (a list of rows)
/// have the config, too.
[[nodiscard]] std::string format_against_reported(const ResultsFile& results,
                                                  std::span<const ReportedRow> rows,
                                                  const ReportedOptions& options);

}  // namespace mlpgrid
