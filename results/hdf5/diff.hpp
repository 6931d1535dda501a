// Whether two results files hold the same numbers, to the bit. How the differences are shown is the
// command's business.
#pragma once

#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// A dataset in which the files differ: its path, and in words where and by how much.
struct Difference {
  std::string dataset;
  std::string what;
};

/// Compares every dataset outside of /timing and /environment, but no attributes: names, extents,
/// and every value by its bits (NaN equals NaN). Empty when the files are equal; else in the order
/// of the paths. Both must have been read from a file. Throws std::runtime_error that names the
/// file which cannot be read.
[[nodiscard]] std::vector<Difference> diff_results(const ResultsFile& a, const ResultsFile& b);

}  // namespace mlpgrid
