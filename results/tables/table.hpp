// The ranking of a run as text, Markdown, CSV, LaTeX or JSON. Columns are columns.hpp's, layout is
// render.hpp's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "results/analysis/quantities.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

enum class TableFormat { text, markdown, csv, latex, json };

struct TableOptions {
  TableFormat format = TableFormat::text;
  std::string sort;     // a column to sort by; empty: the order that format_table() names
  std::size_t top = 0;  // rows to show; 0: all
  // Adds columns on this quantity: its mean, deviation, minimum and maximum over folds and repeats,
  // and the share of fits that meet the condition.
  std::optional<Condition> success;
  // Two axes: shows mean_test_score (or the share) of each pair of their values instead.
  std::string pivot_row;
  std::string pivot_column;
  bool per_class = false;  // shows precision, recall, F1 and confusion matrices instead
  bool terminal = false;   // bold for the best row
};

/// Text, Markdown and LaTeX: the varied axes, mean +- deviation, rank, epochs, time, status;
/// aligned, with the unit in the heading. CSV and JSON have cv_results_'s names (params, param_*,
/// split0_test_score, mean_test_score, std_test_score, rank_test_score, mean_fit_time, ...). JSON
/// is a list per name, which pandas.DataFrame(json.load(file)) takes and which is used like
/// cv_results_; `params` is a list of objects in JSON, and JSON text in CSV. Without `sort` rows
/// are in the order of the ranking, those of CSV and JSON without `top` in the order of the grid.
/// Throws std::invalid_argument that lists the known columns for an unknown `sort` or pivot axis.
[[nodiscard]] std::string format_table(const ResultsFile& results, const TableOptions& options);

}  // namespace mlpgrid
