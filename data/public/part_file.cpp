// The POSIX calls behind part_file.hpp: lock, append, and the order of syncs that survives a crash.
// Whether the content is right is fetch.cpp's.
#include "data/public/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* action, const fs::path& file, int error) {
  throw std::runtime_error(
      fmt::format("cannot {} {}: {}; choose another folder with --data-dir or MLPGRID_DATA_DIR",
                  action, file.string(), std::strerror(error)));
}

FileDescriptor open_part(const fs::path& path) {
  FileDescriptor fd = open_and_lock(path, O_APPEND, [&](int opened) {
    // Where the file system has no locks, two processes may mix their bytes; fetch.cpp's checksum
    // notices.
    if (::flock(opened, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    throw std::runtime_error(fmt::format(
        "{}: another process is downloading this file; wait until it is done", path.string()));
  });
  if (fd.get() < 0) fail("create", path, errno);
  return fd;
}

}  // namespace

PartFile::PartFile(const fs::path& target)
    : target_(target), path_(target.string() + ".part"), fd_(open_part(path_)) {
  const off_t end = ::lseek(fd_.get(), 0, SEEK_END);
  size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
}

int PartFile::append(const char* data, std::size_t size) noexcept {
  while (size > 0) {
    const ssize_t written = ::write(fd_.get(), data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    data += written;
    size -= static_cast<std::size_t>(written);
    size_ += static_cast<std::uint64_t>(written);
  }
  return 0;
}

int PartFile::clear() noexcept {
  if (size_ == 0) return 0;
  if (::ftruncate(fd_.get(), 0) != 0) return errno;
  size_ = 0;
  return 0;
}

// Content first, then the name, then the folder, each made durable before the next.
void PartFile::store() {
  if (::fsync(fd_.get()) != 0) fail("write", path_, errno);
  if (::rename(path_.c_str(), target_.c_str()) != 0) fail("replace", target_, errno);
  const int folder = ::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // a folder that cannot be read cannot be made durable either
  ::fsync(folder);
  ::close(folder);
}

void PartFile::remove() noexcept {
  (void)clear();  // frees the room at once: the open descriptor keeps it after unlink()
  ::unlink(path_.c_str());
}

}  // namespace mlpgrid
