// Finds and reads the numbers that write-ups reported: a NAME.reported.csv beside a preset, or a
// file of the user's. Comparing them is results/tables/against_reported.hpp's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/tables/against_reported.hpp"

namespace mlpgrid {

/// Reads a CSV file with the columns quantity,where,reported,note and a header line of these names.
/// Throws std::runtime_error that names file and line.
[[nodiscard]] std::vector<ReportedRow> read_reported(const std::filesystem::path& file);

/// The name of the preset that a run was made from; empty for an experiment of the user's own.
[[nodiscard]] std::string preset_of(const ResultsFile& results);

/// The file that `given`, the value of --reported, means: a file (.csv, or with a slash), the name
/// of a preset, or, where it is empty, the run's own preset. A named file is not checked. Throws
/// UsageError where there are no reported numbers for a preset.
[[nodiscard]] std::filesystem::path find_reported(const ResultsFile& results,
                                                  const std::string& given,
                                                  const std::filesystem::path& preset_folder);

/// NAME of a path .../NAME.reported.csv; empty for other files.
[[nodiscard]] std::string preset_named_by(const std::filesystem::path& file);

/// The options in which the run differs from the preset of this name: "samples = 500 (preset:
/// 8000)". Empty where there is no such preset.
[[nodiscard]] std::vector<std::string> changes_of_preset(
    const ResultsFile& results, const std::string& preset,
    const std::filesystem::path& preset_folder);

}  // namespace mlpgrid
