// Writes an HDF5 results file as a whole from the records of a run. Reading it back is read.hpp's.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>

#include "results/hdf5/curve_chunks.hpp"
#include "results/record_grid.hpp"
#include "results/results_file.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// Writes a file of `records` (any order, any subset) and replaces `output` by it in one durable
/// step (AtomicFile). Throws std::runtime_error with path and cause, std::invalid_argument for
/// records that do not fit `run`.
void write_results(const std::filesystem::path& output, const RunDescription& run,
                   const Environment& environment, std::span<const FitRecord> records);

/// Writes `results`, the models and pictures of the `grid` that they were collected from, and
/// `curves`; the records in `grid` need not hold their curves any more. What is left to compress of
/// the curves is compressed on `threads` threads. Returns false, leaving `output` as it was, when
/// `stop` is requested before that is done.
[[nodiscard]] bool write_results(const std::filesystem::path& output, const ResultsFile& results,
                                 const RecordGrid& grid, CurveChunks& curves, int threads,
                                 const std::stop_token& stop = {});

}  // namespace mlpgrid
