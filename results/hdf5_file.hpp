// The HDF5 results file: written whole from records, read back for tables and reports.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "results/curve_chunks.hpp"
#include "results/record_grid.hpp"
#include "results/results_file.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// Writes `records` (any order, any subset) to a temporary file beside `output`, fsyncs it, renames
/// it over `output` and fsyncs the folder. Throws std::runtime_error with the path and the cause.
void write_results(const std::filesystem::path& output, const RunDescription& run,
                   const Environment& environment, std::span<const FitRecord> records);

/// The same with `results`, the models of the `grid` they were collected from, and the `curves` of
/// its records, which need not have them any more; they are compressed on `threads` threads. Writes
/// nothing and returns false when `stop` is requested before all is compressed.
[[nodiscard]] bool write_results(const std::filesystem::path& output, const ResultsFile& results,
                                 const RecordGrid& grid, CurveChunks& curves, int threads,
                                 const std::stop_token& stop = {});

/// Reads everything but curves and pictures, which the other functions read from the same file, as
/// it stays open. Throws std::runtime_error that names the file when it is missing, damaged, not
/// HDF5, not one of ours, or of a newer schema_version.
[[nodiscard]] ResultsFile read_results(const std::filesystem::path& file);

/// The values of one config, which stay until the next call; nothing where all of them are NaN.
/// Throws as read_results() does.
using ValuesOfConfig = std::function<std::span<const double>(std::size_t config)>;

/// One of the curves (train_loss, train_score, val_loss, val_score, early_stopping_score):
/// n_folds x max_epochs, NaN after the last epoch. Throws where the file has none of that name.
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

/// Sentences for the user: which files were not there and were read in the shape of their journals,
/// as all of these functions do, and which have a journal beside them that holds more.
[[nodiscard]] std::vector<std::string> journals_read();

}  // namespace mlpgrid
