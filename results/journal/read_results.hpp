// A run as it is on disk, whatever state its process left it in: a results file, or one made of the
// journal where the run was broken off before its file was built.
#pragma once

#include <filesystem>

#include "results/results_file.hpp"

namespace mlpgrid {

/// As read_results_file(), but where only the journal of `file` is there, what that holds now. The
/// result's notes say so, and speak of a journal beside the file that holds more or replaces it.
[[nodiscard]] ResultsFile read_results(const std::filesystem::path& file);

}  // namespace mlpgrid
