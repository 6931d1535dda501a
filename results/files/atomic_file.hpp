// Files that survive a crash: POSIX writes and syncs, and replacement of a file in one step. What
// the files hold is the caller's business.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "data/files/locked_file.hpp"

namespace mlpgrid {

/// Thrown by the functions here when a system call fails.
class FileError : public std::runtime_error {
 public:
  FileError(const std::string& what, int error) : std::runtime_error(what), error_(error) {}
  /// The errno of the failed call.
  [[nodiscard]] int error() const { return error_; }

 private:
  int error_;
};

/// "cannot `action` FILE: " and what the errno `error` means, with a remedy where there is one.
[[nodiscard]] std::string system_error_text(const std::string& action,
                                            const std::filesystem::path& file, int error);

/// Whether the environment sets HDF5_USE_FILE_LOCKING to FALSE or 0, the values of HDF5. The user
/// says so that the file system has no locks and that only one process writes a file.
[[nodiscard]] bool locking_disabled();

/// Whether HDF5_USE_FILE_LOCKING is BEST_EFFORT: lock, and go on where the file system has no
/// locks.
[[nodiscard]] bool locking_is_best_effort();

/// The file that is written when a user names `output`: symbolic links are followed, also to a file
/// that does not exist yet. Throws std::runtime_error for a circle of links, and for another user's
/// link in a folder where everybody may write, such as /tmp: it may lead to any file.
[[nodiscard]] std::filesystem::path followed(const std::filesystem::path& output);

/// Throws std::runtime_error unless `output` is or can become a file in a folder where this process
/// may write.
void check_output_folder(const std::filesystem::path& output);

/// Writes all bytes at the descriptor's position, going on after interruptions and partial writes.
/// Returns 0, or the errno that ended it.
[[nodiscard]] int try_write_all(int fd, std::span<const std::byte> bytes) noexcept;

/// Writes all bytes as try_write_all() does. Throws FileError that names `file`.
void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& file);

/// Reads bytes at offset `at` and returns how many, which is fewer only at the end of the file; -1,
/// with errno, where they cannot be read. Does not move the descriptor's position.
[[nodiscard]] ssize_t read_at(int fd, std::span<std::byte> bytes, std::uint64_t at) noexcept;

/// Makes the content of `fd` durable (fsync). Throws FileError that names `file`.
void sync_file(int fd, const std::filesystem::path& file);

/// Makes creations, renames and removals in the folder of `file` durable. Throws FileError.
void sync_folder_of(const std::filesystem::path& file);

/// Writes a new file that replaces `output` in one step, so that at any moment, also after a crash,
/// `output` is the old file or the whole new one. The new one grows as OUTPUT.tmp-DIGITS and is
/// removed unless commit() is reached; the constructor also removes what killed processes left.
/// Symbolic links are followed; the mode and, if permitted, the owner of a replaced file are kept.
/// Everything throws std::runtime_error that names the file.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& output);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::span<const std::byte> bytes);
  /// The open file, for code that writes by other means; it stays owned by this object.
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  void commit();

 private:
  std::filesystem::path output_, temporary_;
  FileDescriptor fd_;
  bool committed_ = false;
};

/// Whether `output` takes bytes as they come and holds nothing to lose: "-" and /dev/stdout, which
/// mean standard output, devices such as /dev/null, named pipes.
[[nodiscard]] bool is_stream(const std::filesystem::path& output);

/// Where a command writes its result: a stream, or else an AtomicFile. Everything throws
/// std::runtime_error.
class Destination {
 public:
  explicit Destination(const std::filesystem::path& output);
  void write(std::span<const std::byte> bytes);
  /// Call once, after the last byte. A file gets its name only now; a stream has had its bytes
  /// already.
  void commit();

 private:
  std::filesystem::path name_;
  std::optional<AtomicFile> file_;
  FileDescriptor stream_;
};

/// Writes `content` to Destination(output) and commits it.
void write_whole(const std::filesystem::path& output, std::span<const std::byte> content);

/// Removes temporary files of AtomicFile(output) that killed processes left: those that belong to
/// this user and that no process has locked. Does nothing where locking is disabled.
void remove_stale_temporaries(const std::filesystem::path& output);

}  // namespace mlpgrid
