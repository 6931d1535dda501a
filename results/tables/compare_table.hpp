// What `mlpgrid compare` prints: a row per comparison, and in plain words what follows. The
// comparisons are analysis/compare.hpp's.
#pragma once

#include <string>

#include "results/analysis/compare.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

/// Text, Markdown and LaTeX: the best config first, then the others with their differences to it,
/// and what follows as notes. CSV: a line per comparison, with the names of scikit-learn's example
/// (t_stat, p_val, better_prob, rope_prob, worse_prob) beside those of cv_results_. JSON: an object
/// with the numbers of the whole comparison, and the CSV's columns as lists in `comparisons`; null
/// for an infinite t_stat. `terminal`: the best in bold (text).
[[nodiscard]] std::string format_comparison(const ResultsFile& results,
                                            const RunComparison& comparison, TableFormat format,
                                            bool terminal);

}  // namespace mlpgrid
