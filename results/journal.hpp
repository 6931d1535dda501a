// RUN.h5.journal: an append-only file with one checksummed frame per finished fit, locked by the
// process that writes it. When to write and when to build the HDF5 file is the recorder's.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "results/atomic_file.hpp"
#include "results/record_codec.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// A frame: the 4 bytes "MLPJ", 4 zero bytes, the payload's length and XXH3-64 as little-endian
/// 64-bit numbers, the payload. The first frame holds the identity, each further one a record.
inline constexpr std::size_t kJournalFrameHead = 24;

class Journal {
 public:
  enum class Existing { refuse, replace, resume };

  /// Opens or creates `file`, locks it, and reads what is there (resume; a torn tail is cut off).
  /// Throws std::runtime_error: cannot create, locked by another process, there although
  /// Existing::refuse, no journal of ours or of another run. With HDF5_USE_FILE_LOCKING=FALSE in
  /// the environment no lock is taken.
  Journal(std::filesystem::path file, const RunIdentity& identity, Existing existing);

  /// The records found on opening, in the order they were written; empty after the first call.
  [[nodiscard]] std::vector<FitRecord> take_records() { return std::move(records_); }

  /// Returns once all of them are on disk. After an exception the file ends where it did before.
  void append(std::span<const FitRecord> records);

  /// Removes the file; the object can only be destroyed after that.
  void remove();

 private:
  void lock_file();
  void read_frames(const RunIdentity& identity);
  void start(const RunIdentity& identity);

  std::filesystem::path file_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
  bool name_is_durable_ = false;  // until the first append
  std::vector<FitRecord> records_;
  std::vector<std::byte> frames_;  // kept from append to append: fresh memory costs page faults
};

/// RUN.h5.journal, beside the file itself where `output` is a symbolic link: all its names have one
/// journal, and one lock.
[[nodiscard]] std::filesystem::path journal_of(const std::filesystem::path& output);

/// True when `file` is a journal with at least a byte in it.
[[nodiscard]] bool journal_exists(const std::filesystem::path& file);

/// Why a run `theirs`, found in `file`, cannot be continued as `ours`, with the first difference.
/// Empty when they agree.
[[nodiscard]] std::string identity_difference(const std::filesystem::path& file,
                                              const RunIdentity& theirs, const RunIdentity& ours);

}  // namespace mlpgrid
