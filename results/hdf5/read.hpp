// Reads an HDF5 results file back into plain values. What else of a run may be on disk, its
// journal, is journal/read_results.hpp's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/run.hpp"

namespace mlpgrid {

class FileDescriptor;

/// Reads everything but curves and pictures. The file stays open in ResultsFile::file, and the
/// other functions read from it. Throws std::runtime_error that names the file when it is missing,
/// damaged, not HDF5, not a results file, or has a newer schema_version.
[[nodiscard]] ResultsFile read_results_file(const std::filesystem::path& file);

/// Reads a file that is open already; `file` is its name in messages. Throws as the function above.
[[nodiscard]] ResultsFile read_results_file(FileDescriptor open, const std::filesystem::path& file);

/// Gives the values of one config, valid until the next call; empty where the file stores none of
/// them, so that all are NaN. Keeps the file open. Throws as read_results_file() does.
using ValuesOfConfig = std::function<std::span<const double>(std::size_t config)>;

/// One curve of kFitCurves: n_folds x max_epochs values per config, NaN after a fit's last epoch.
/// Throws std::runtime_error where the file has no curve of that name.
[[nodiscard]] ValuesOfConfig read_curve(const ResultsFile& results, const std::string& name);

/// The model of a config's first fold, from /models (keep-models = all), or else the best model
/// where it is this config's. Throws std::runtime_error where there is no such config or no model
/// of it.
[[nodiscard]] StoredModel read_config_model(const ResultsFile& results, std::int32_t config);

/// The steps of one fit (option `trace`).
struct FitTrace {
  std::int32_t config = 0;
  std::int32_t fold = 0;
  StoredTrace trace;
};

/// All traces of a file, by config and fold. Throws std::runtime_error where it has none.
[[nodiscard]] std::vector<FitTrace> read_traces(const ResultsFile& results);

}  // namespace mlpgrid
