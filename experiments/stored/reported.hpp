// The numbers that write-ups reported: a NAME.reported.csv beside a preset, or a file of the
// user's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/against_reported.hpp"

namespace mlpgrid {

/// Columns quantity,where,reported,note under a header line of these names. Throws
/// std::runtime_error that names file and line.
[[nodiscard]] std::vector<ReportedRow> read_reported(const std::filesystem::path& file);

/// The preset that a run was made from; empty for one of the user's own experiments.
[[nodiscard]] std::string preset_of(const ResultsFile& results);

/// The file for `given`, what --reported said: a file (.csv, or with a slash), the name of a
/// preset, or nothing, which means the run's own preset. Throws UsageError where there is none.
[[nodiscard]] std::filesystem::path find_reported(const ResultsFile& results,
                                                  const std::string& given,
                                                  const std::filesystem::path& preset_folder);

/// NAME of .../NAME.reported.csv; empty for another file.
[[nodiscard]] std::string preset_named_by(const std::filesystem::path& file);

/// Options in which the run differs from the preset of this name: "samples = 500 (preset: 8000)".
/// Empty for a name that is no preset's.
[[nodiscard]] std::vector<std::string> changes_of_preset(
    const ResultsFile& results, const std::string& preset,
    const std::filesystem::path& preset_folder);

}  // namespace mlpgrid
