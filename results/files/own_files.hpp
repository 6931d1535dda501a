// Whether a file is one that this program wrote, which it may replace, or somebody else's. Looked
// at as bytes: a damaged file is to be recognised, and not to be opened.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mlpgrid {

/// A results file, also with some bytes changed or its end cut off. A copy by another program, such
/// as nccopy, is one; a file that holds a few of its datasets is none.
[[nodiscard]] bool is_results_file(const std::filesystem::path& file);

/// The journal of a run, also one that was damaged or hardly begun.
[[nodiscard]] bool is_journal(const std::filesystem::path& file);

/// A page of `report`.
[[nodiscard]] bool is_report(const std::filesystem::path& file);

/// A model of `export`.
[[nodiscard]] bool is_exported_model(const std::filesystem::path& file);

/// A CSV file whose first line is `header`, as PredictionsCsv writes it.
[[nodiscard]] bool has_csv_header(const std::filesystem::path& file,
                                  const std::vector<std::string>& header);

}  // namespace mlpgrid
