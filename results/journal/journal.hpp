// RUN.h5.journal as the running process has it: locked, repaired where it was damaged, appended to.
// When to write, and when to build the HDF5 file, is recorder.hpp's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "results/files/atomic_file.hpp"
#include "results/journal/frames.hpp"
#include "results/journal/record_codec.hpp"
#include "results/run.hpp"

namespace mlpgrid {

class Journal {
 public:
  enum class Existing { refuse, replace, resume };

  /// Opens or creates `file`, locks it and, with Existing::resume, reads it. An unfinished end is
  /// cut off; a damaged journal is kept as FILE.damaged and replaced by one of the records that can
  /// be read. With Existing::replace the old one stays until the first append(). Throws
  /// std::runtime_error where the file cannot be created, is locked by another process, is there
  /// although Existing::refuse, or is no journal or another run's. HDF5_USE_FILE_LOCKING decides
  /// about locks, as for HDF5.
  Journal(std::filesystem::path file, RunHead head, Existing existing);

  /// Moves out the records found on opening, in the order they were written; empty after the first
  /// call.
  [[nodiscard]] std::vector<FitRecord> take_records() { return std::move(records_); }

  /// What was damaged, in words for the user; empty where nothing was.
  [[nodiscard]] const std::string& damage() const { return damage_; }

  /// is_new(): nothing of this run was found, and nothing has been appended yet. keeps_older(): a
  /// journal that is to be replaced still exists, which ends with the first append().
  [[nodiscard]] bool is_new() const { return next_number_ == 0; }
  [[nodiscard]] bool keeps_older() const { return keeps_older_; }

  /// Returns when all records are on disk; the first call also writes the run's head before them.
  /// After an exception the added bytes are cut off again, as far as the system allows: what may
  /// stay is a torn end, or whole records that a later resume takes.
  void append(std::span<const FitRecord> records);

  /// Removes the file, unless it is an older one that has not been replaced yet. The object must
  /// not be used after that.
  void remove();

 private:
  void lock_file();
  void resume();
  void mend(const JournalContent& content);
  void append_frames();
  void replace_by_frames();

  std::filesystem::path file_;
  RunHead head_;
  std::uint64_t run_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
  std::uint32_t next_number_ = 0;
  bool keeps_older_ = false;
  bool name_is_durable_ = false;  // the folder was synced after the file got its name
  std::vector<FitRecord> records_;
  std::string damage_;
  std::vector<std::byte> frames_;  // reused: fresh memory costs page faults
};

/// Says why the run `theirs`, found in `file`, cannot be continued as `ours`: the first difference.
/// Empty when they agree.
[[nodiscard]] std::string identity_difference(const std::filesystem::path& file,
                                              const RunIdentity& theirs, const RunIdentity& ours);

}  // namespace mlpgrid
