// RUN.h5.journal as the running process has it: locked, mended where it was damaged, written to.
// When to write and when to build the HDF5 file is the recorder's.
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

  /// Opens or creates `file`, locks it, and reads what is there (resume). An end that was never
  /// finished is cut off. A damaged journal is replaced by one of the records that can be read, and
  /// kept as FILE.damaged. With Existing::replace the old one stays until the first append().
  /// Throws std::runtime_error: cannot create, locked by another process, there although
  /// Existing::refuse, no journal of ours or of another run. No lock is taken where the environment
  /// variable HDF5_USE_FILE_LOCKING says so, in HDF5's words.
  Journal(std::filesystem::path file, RunHead head, Existing existing);

  /// The records found on opening, in the order they were written; empty after the first call.
  [[nodiscard]] std::vector<FitRecord> take_records() { return std::move(records_); }

  /// What was damaged, for the user; empty where nothing was.
  [[nodiscard]] const std::string& damage() const { return damage_; }

  /// True until the first append() where nothing of this run had been found, and until then a
  /// journal to be replaced is still there.
  [[nodiscard]] bool is_new() const { return next_number_ == 0; }
  [[nodiscard]] bool keeps_older() const { return keeps_older_; }

  /// Returns once all of them are on disk, and what the journal says of its run before them. After
  /// an exception the file is what it was before.
  void append(std::span<const FitRecord> records);

  /// Removes the file, unless it is an older one that would have been replaced. The object can only
  /// be destroyed after that.
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
  bool name_is_durable_ = false;  // until the first append
  std::vector<FitRecord> records_;
  std::string damage_;
  std::vector<std::byte> frames_;  // kept from append to append: fresh memory costs page faults
};

/// Why a run `theirs`, found in `file`, cannot be continued as `ours`, with the first difference.
/// Empty when they agree.
[[nodiscard]] std::string identity_difference(const std::filesystem::path& file,
                                              const RunIdentity& theirs, const RunIdentity& ours);

}  // namespace mlpgrid
