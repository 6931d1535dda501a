// What `mlpgrid compare` prints: a row per comparison, and in plain words what it amounts to.
#pragma once

#include <string>

#include "results/analysis/compare.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// Text, Markdown and LaTeX: the best in the first row, the others below it with their differences
/// to it, and what follows in notes. CSV: a line per comparison with the names of scikit-learn's
/// example (t_stat, p_val, better_prob, rope_prob, worse_prob) beside those of cv_results_. JSON:
/// an object with the numbers of the whole and the same columns as lists in `comparisons`; null for
/// a t_stat that is infinite. `terminal`: bold for the best (text).
[[nodiscard]] std::string format_comparison(const ResultsFile& results,
                                            const RunComparison& comparison, TableFormat format,
                                            bool terminal);

}  // namespace mlpgrid
