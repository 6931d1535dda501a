// Files that survive a crash: POSIX descriptors, fsync, and replacement in one step.
// What is in the files is others' business.
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

/// What the functions here throw when a system call fails.
class FileError : public std::runtime_error {
 public:
  FileError(const std::string& what, int error) : std::runtime_error(what), error_(error) {}
  /// The errno.
  [[nodiscard]] int error() const { return error_; }

 private:
  int error_;
};

/// "cannot `action` FILE: reason of errno", with the remedy where there is one.
[[nodiscard]] std::string system_error_text(const std::string& action,
                                            const std::filesystem::path& file, int error);

/// Whether the environment says HDF5_USE_FILE_LOCKING=FALSE (or 0, as HDF5 has it): this file
/// system refuses locks, and somebody else sees to it that one process writes a file.
[[nodiscard]] bool locking_disabled();

/// Whether it says BEST_EFFORT: a lock is taken where the file system has any.
[[nodiscard]] bool locking_is_best_effort();

/// The file that writing to `output` means: symbolic links are followed, also to where there is no
/// file yet. Throws std::runtime_error for a circle of links, and for a link of another user in a
/// folder like /tmp, which may lead to any file that this process may write.
[[nodiscard]] std::filesystem::path followed(const std::filesystem::path& output);

/// Throws std::runtime_error unless `output` is or can become a file in a folder where this process
/// may write.
void check_output_folder(const std::filesystem::path& output);

/// All bytes at the descriptor's position. Returns the errno that ended it, 0 when all are written.
[[nodiscard]] int try_write_all(int fd, std::span<const std::byte> bytes) noexcept;

/// The same. Throws FileError that names `file`.
void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& file);

/// How many of the bytes at the offset `at` are there, which is fewer at the end of the file; -1:
/// errno.
[[nodiscard]] ssize_t read_at(int fd, std::span<std::byte> bytes, std::uint64_t at) noexcept;

void sync_file(int fd, const std::filesystem::path& file);

/// Makes creations, renames and removals in the folder of `file` durable.
void sync_folder_of(const std::filesystem::path& file);

/// A file that takes the place of `output` when it is done, so that at any moment, also after a
/// crash, that is the old file or the new one. Works through OUTPUT.tmp- and random digits, which
/// is removed unless it comes to commit(); what killed processes left of those goes, too. Symbolic
/// links are followed; mode and, as far as is allowed, owner of a file that is replaced stay. All
/// throw std::runtime_error that names the file.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& output);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::span<const std::byte> bytes);
  /// For who writes by other means.
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  void commit();

 private:
  std::filesystem::path output_, temporary_;
  FileDescriptor fd_;
  bool committed_ = false;
};

/// What takes bytes as they come and has none to lose: "-" and /dev/stdout, which are standard
/// output, devices such as /dev/null, named pipes.
[[nodiscard]] bool is_stream(const std::filesystem::path& output);

/// Where the answer of a command goes: a stream, else an AtomicFile. All throw std::runtime_error.
class Destination {
 public:
  explicit Destination(const std::filesystem::path& output);
  void write(std::span<const std::byte> bytes);
  /// After the last byte; until then there is no file.
  void commit();

 private:
  std::filesystem::path name_;
  std::optional<AtomicFile> file_;
  FileDescriptor stream_;
};

/// The same for a content that is there as a whole.
void write_whole(const std::filesystem::path& output, std::span<const std::byte> content);

/// Removes what killed processes left of AtomicFile(output): files of its names that are this
/// user's and that no living process holds.
void remove_stale_temporaries(const std::filesystem::path& output);

}  // namespace mlpgrid
