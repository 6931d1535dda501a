// Compares files by device and inode number: a name may have come to stand for another file. The
// lock itself is the caller's.
#include "data/files/locked_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace mlpgrid {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

bool is_name_of(const std::filesystem::path& name, int fd) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(fd, &opened) == 0 && ::lstat(name.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace mlpgrid
