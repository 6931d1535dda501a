// Keeps a running grid safe: writes a durable journal record per finished fit, and rebuilds the
// HDF5 file from the records now and then and at the end. Two threads of its own do the work; fits
// only hand over records. File formats are journal.hpp's and hdf5/'s.
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
  create,  // an existing RUN.h5 or journal is an error that names the way out
  force,   // replaces them, but never a file of another program
  resume   // continues from the journal; of a finished run nothing is left to do
};

/// Throws std::runtime_error where a run may not write `output`: the folder is missing or not
/// writable, something is there that is not a results file of this program, the journal's place is
/// taken by a foreign file or, with OutputMode::create, RUN.h5 exists without a journal. Recorder
/// checks the same; checking before the data are loaded saves the user that time. Whether a journal
/// is in use, unfinished or another run's is found out only when Recorder opens it.
void check_run_output(const std::filesystem::path& output, OutputMode mode);

/// Records are written in batches of about this many bytes (one record if it is larger), so that
/// not all of what waits for a slow disk is encoded at once.
inline constexpr std::size_t kBatchBytes = 16U << 20U;

class Recorder {
 public:
  /// Opens the journal of `output` and locks it; with OutputMode::resume, no journal and no RUN.h5,
  /// starts afresh. `on_durable` is called on the writer thread for each record after its fsync.
  /// The final file is built on `threads` threads. Throws std::runtime_error where
  /// check_run_output() does, where another process writes the journal, where it belongs to another
  /// experiment, data set or version (resume), and for trouble with disk or locks.
  Recorder(std::filesystem::path output, RunDescription run, Environment environment,
           OutputMode mode, std::function<void(const FitRecord&)> on_durable = {}, int threads = 1);
  /// Waits until all records are on disk, ignoring errors. Unless finish() or stop_incomplete() was
  /// called, leaves the journal and an HDF5 file of what there is, or nothing where no fit was
  /// recorded.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// True when `output` is complete already (resume of a finished run): nothing is left to do.
  [[nodiscard]] bool already_complete() const;

  /// The records found in the journal on opening, in the order they were written. They live as long
  /// as the recorder.
  [[nodiscard]] const std::vector<FitRecord>& resumed() const;

  /// What of a damaged journal could not be read, in words for the user; empty where it was whole.
  [[nodiscard]] std::string damage() const;

  /// The number of fits on disk by now, the resumed ones included. Thread-safe.
  [[nodiscard]] std::size_t n_durable() const;

  /// Hands over one finished fit and returns at once. Thread-safe. Rethrows an error of the writer
  /// thread (say a full disk), so that the run ends; throws std::invalid_argument as
  /// check_record().
  void submit(FitRecord record);

  /// Waits until every submitted record is on disk. Rethrows an error of the writer thread.
  void flush();

  /// The config to refit (RecordGrid::best_config) by the records on disk, an alias replaced by its
  /// source; -1 where there is none.
  [[nodiscard]] std::int32_t config_to_refit() const;

  /// Builds the final file, removes the journal, and returns what the file holds; if it was
  /// complete already, only returns that. Call it when no fit runs. Throws std::logic_error where a
  /// fit is missing.
  const ResultsFile& finish();

  /// Builds the file from what there is and keeps the journal, for --resume. Call it when no fit
  /// runs. Returns false where nothing of this run is on disk and an older run, which
  /// OutputMode::force would have replaced, stays as it is.
  bool stop_incomplete();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mlpgrid
