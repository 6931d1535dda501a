// Recognises the files that this program wrote and so may replace, among files of others. Looks at
// bytes without opening a file as HDF5, so that damaged ones are recognised, too. What may be
// replaced when is the caller's decision. A file that cannot be read is not recognised.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mlpgrid {

/// A results file, also with some bytes changed or its end cut off, or copied by another program
/// such as nccopy. Not an HDF5 file that only holds a few of its datasets.
[[nodiscard]] bool is_results_file(const std::filesystem::path& file);

/// The journal of a run, even one that is damaged or was hardly begun.
[[nodiscard]] bool is_journal(const std::filesystem::path& file);

/// An HTML page of `mlpgrid report`.
[[nodiscard]] bool is_report(const std::filesystem::path& file);

/// An ONNX model of `mlpgrid export`.
[[nodiscard]] bool is_exported_model(const std::filesystem::path& file);

/// A CSV file whose first line is `header`, as PredictionsCsv writes it.
[[nodiscard]] bool has_csv_header(const std::filesystem::path& file,
                                  const std::vector<std::string>& header);

}  // namespace mlpgrid
