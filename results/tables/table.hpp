// The ranking of a run as text, Markdown, CSV, LaTeX or JSON.
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
  std::string sort;     // a column of the table; empty: as format_table() says
  std::size_t top = 0;  // rows to show; 0: all
  // Its quantity over folds and repeats (mean, std, min, max), and the share of fits that pass.
  std::optional<Condition> success;
  std::string pivot_row;  // two axes: mean_test_score (or the share) of each pair instead
  std::string pivot_column;
  bool per_class = false;  // precision, recall, F1 and confusion matrix of each config instead
  bool terminal = false;   // bold for the best row
};

/// Text, Markdown and LaTeX: the varied axes, mean +- std, rank, epochs, time, status; aligned, the
/// unit in the heading. CSV and JSON carry cv_results_'s names (params, param_*, split0_test_score,
/// mean_test_score, std_test_score, rank_test_score, mean_fit_time, ...): JSON is a list per name,
/// so that pandas.DataFrame(json.load(file)) takes it and it is used as cv_results_ is; `params` is
/// a list of objects there, and text of JSON in CSV. Rows are in the order of the ranking, those of
/// CSV and JSON in the order of the grid (all of them) or of the ranking (with `top`). Throws
/// std::invalid_argument that lists the known columns for an unknown `sort` or pivot axis.
[[nodiscard]] std::string format_table(const ResultsFile& results, const TableOptions& options);

}  // namespace mlpgrid
