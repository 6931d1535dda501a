// Writes the HDF5 results file, whole from records. Reading it back is read.hpp's.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>

#include "results/hdf5/curve_chunks.hpp"
#include "results/record_grid.hpp"
#include "results/results_file.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// Writes `records` (any order, any subset) to a temporary file beside `output`, fsyncs it, renames
/// it over `output` and fsyncs the folder. Throws std::runtime_error with the path and the cause.
void write_results(const std::filesystem::path& output, const RunDescription& run,
                   const Environment& environment, std::span<const FitRecord> records);

/// Writes `results`, the models of the `grid` they were collected from, and the `curves` of
/// its records, which need not have them any more; they are compressed on `threads` threads. Writes
/// nothing and returns false when `stop` is requested before all is compressed.
[[nodiscard]] bool write_results(const std::filesystem::path& output, const ResultsFile& results,
                                 const RecordGrid& grid, CurveChunks& curves, int threads,
                                 const std::stop_token& stop = {});

}  // namespace mlpgrid
