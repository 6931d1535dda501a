// Reads a run from disk in whatever state its process left it: from its results file, or, where the
// run ended before that was built, from its journal. The formats are hdf5/'s and frames.hpp's.
#pragma once

#include <filesystem>

#include "results/results_file.hpp"

namespace mlpgrid {

/// Reads `file`. Where only its journal exists, builds a temporary results file from what that
/// holds. The result's notes say so, and mention a journal beside the file that holds more fits or
/// is of a newer run. Throws std::runtime_error that names the file.
[[nodiscard]] ResultsFile read_results(const std::filesystem::path& file);

}  // namespace mlpgrid
