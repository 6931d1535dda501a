// Owns POSIX file descriptors, and opens a file together with its lock, so that one process at a
// time writes it. Which lock is taken, and what an occupied one means, is the caller's.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace mlpgrid {

/// Calls a system function, and calls it again while a signal interrupts it (EINTR).
template <class Call, class... T>
auto uninterrupted(Call call, T... arguments) {
  auto result = call(arguments...);
  while (result == -1 && errno == EINTR) result = call(arguments...);
  return result;
}

/// Owns a file descriptor and closes it; a number below 0 stands for none.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// Whether `name` is the very file that is open as `fd`, and not a symbolic link to it: another
/// process may have removed or replaced it between open and lock.
[[nodiscard]] bool is_name_of(const std::filesystem::path& name, int fd);

/// Opens `file` for reading and writing, with `flags` of open() in addition, creates it where it is
/// missing, and calls lock(fd), which locks it or throws. Follows no symbolic link. Where the file
/// cannot be opened the result is below 0, and errno says why.
template <class Lock>
FileDescriptor open_and_lock(const std::filesystem::path& file, int flags, Lock lock) {
  for (;;) {
    FileDescriptor fd(uninterrupted(::open, file.c_str(),
                                    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0666));
    if (fd.get() < 0) return fd;
    lock(fd.get());
    // A lock on a file that has lost its name protects nothing: try again.
    if (is_name_of(file, fd.get())) return fd;
  }
}

}  // namespace mlpgrid
