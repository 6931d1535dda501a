// Keeps a running grid safe: a durable journal record per finished fit, and the HDF5 file rebuilt
// from the records now and then and at the end. One writer thread; fits only hand over records.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "results/results_file.hpp"
#include "results/run.hpp"

namespace mlpgrid {

enum class OutputMode {
  create,  // an existing RUN.h5 or journal is an error that names --force and --resume
  force,   // replaces them, and nothing that is not of this program
  resume   // continues from the journal; a finished RUN.h5 of the same run is "nothing to do"
};

/// Throws std::runtime_error where a run may not write `output`: no such folder or not writable,
/// something there that is not a results file of this program (damaged ones are), or with
/// OutputMode::create anything; a foreign file where the journal would be. The recorder asks, too;
/// asking before saves the user the loading of the data. Whether the journal is in use, or of
/// another run, is seen when it is opened.
void check_run_output(const std::filesystem::path& output, OutputMode mode);

/// Records are written this many bytes at a time, or one by one where they are larger: what waits
/// for a slow disk is not encoded all at once.
inline constexpr std::size_t kBatchBytes = 16U << 20U;

class Recorder {
 public:
  /// Opens the journal of `output` and locks it. Throws std::runtime_error: what check_run_output()
  /// does, another process writes it (flock), journal of another experiment, data set or version
  /// (resume), disk or lock trouble (ENOLCK, errno 524: says HDF5_USE_FILE_LOCKING=FALSE). With
  /// OutputMode::resume and no journal: starts afresh when RUN.h5 is absent too. `on_durable` is
  /// called on the writer thread after the fsync of each record. The final file is built on
  /// `threads` threads.
  Recorder(std::filesystem::path output, RunDescription run, Environment environment,
           OutputMode mode, std::function<void(const FitRecord&)> on_durable = {}, int threads = 1);
  /// Flushes; leaves the journal (and an HDF5 file of what is there) unless finish() was called or
  /// nothing of this run is on disk.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// True when output is already complete (resume of a finished run): nothing is left to do.
  [[nodiscard]] bool already_complete() const;

  /// Records found in the journal on opening, in the order they were written. A torn last record
  /// has been cut off.
  [[nodiscard]] const std::vector<FitRecord>& resumed() const;

  /// Where the journal was damaged, what of it could not be read, for the user; else empty.
  [[nodiscard]] std::string damage() const;

  /// Fits on disk by now, the resumed ones included.
  [[nodiscard]] std::size_t n_durable() const;

  /// Hands over one finished fit; returns at once. Thread-safe. Throws what the writer thread met
  /// (say a full disk), so that the run ends.
  void submit(FitRecord record);

  /// Waits until every submitted record is on disk.
  void flush();

  /// The config to refit (RecordGrid::best_config) by the records so far; of an alias, its source.
  [[nodiscard]] std::int32_t config_to_refit() const;

  /// Builds the final file, atomically, and removes the journal. Requires every fit to be recorded.
  /// Returns what the file holds, also where it was complete already.
  const ResultsFile& finish();

  /// Builds the file from what is there and keeps the journal, for --resume. Where nothing of this
  /// run is on disk yet, an older run that OutputMode::force would have replaced stays as it is,
  /// and the answer is false.
  bool stop_incomplete();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mlpgrid
