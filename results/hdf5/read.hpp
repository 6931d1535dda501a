// Reads the HDF5 results file back, for tables and reports. What else may be on disk of a run, its
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

/// Reads everything but curves and pictures, which the other functions read from the same file, as
/// it stays open. Throws std::runtime_error that names the file when it is missing, damaged, not
/// HDF5, not one of ours, or of a newer schema_version.
[[nodiscard]] ResultsFile read_results_file(const std::filesystem::path& file);

/// Reads a file that is open already, under the name `file`.
[[nodiscard]] ResultsFile read_results_file(FileDescriptor open, const std::filesystem::path& file);

/// The values of one config, which stay until the next call; nothing where all of them are NaN.
/// Throws as read_results_file() does.
using ValuesOfConfig = std::function<std::span<const double>(std::size_t config)>;

/// One of the curves of kFitCurves: n_folds x max_epochs, NaN after the last epoch. Throws where
/// the file has none of that name.
[[nodiscard]] ValuesOfConfig read_curve(const ResultsFile& results, const std::string& name);

/// The model of a config's first fold: of /models (keep-models = all), or the best one where it is
/// this config's. Throws where the file has no such config or did not keep its model.
[[nodiscard]] StoredModel read_config_model(const ResultsFile& results, std::int32_t config);

/// The steps of one fit (option `trace`).
struct FitTrace {
  std::int32_t config = 0;
  std::int32_t fold = 0;
  StoredTrace trace;
};

/// All traces of a file by config and fold. Throws where it has none.
[[nodiscard]] std::vector<FitTrace> read_traces(const ResultsFile& results);

}  // namespace mlpgrid
