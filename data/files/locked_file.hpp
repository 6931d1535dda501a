// File descriptors, and files that one process at a time writes.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace mlpgrid {

/// `call(arguments...)`, again while a signal interrupts it.
template <class Call, class... T>
auto uninterrupted(Call call, T... arguments) {
  auto result = call(arguments...);
  while (result == -1 && errno == EINTR) result = call(arguments...);
  return result;
}

/// Owns a file descriptor.
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

/// Whether `name` is, and does not only lead to, the file that is open as `fd`: another process may
/// have removed or replaced it between open and lock.
[[nodiscard]] bool is_name_of(const std::filesystem::path& name, int fd);

/// Opens `file` for reading and writing, with more `flags` of open(), creates it where it is missing,
/// and has lock(fd) lock it, which throws where it cannot. Below 0: it cannot be opened; errno.
template <class Lock>
FileDescriptor open_and_lock(const std::filesystem::path& file, int flags, Lock lock) {
  for (;;) {
    FileDescriptor fd(uninterrupted(::open, file.c_str(),
                                    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0666));
    if (fd.get() < 0) return fd;
    lock(fd.get());
    // Else the lock is on a file without this name, which protects nothing.
    if (is_name_of(file, fd.get())) return fd;
  }
}

}  // namespace mlpgrid
