// Opens, locks and checks a file before HDF5 sees it. The checksum is files/seal.cpp's.
#include "results/hdf5/library/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "results/files/seal.hpp"

namespace mlpgrid::hdf5 {
namespace {

[[noreturn]] void fail(int error) {
  throw std::runtime_error(std::generic_category().message(error));
}

// O_NONBLOCK, because opening a pipe would otherwise wait for a writer.
FileDescriptor open_file(const std::filesystem::path& name) {
  FileDescriptor fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0 && errno == ENOENT) throw std::runtime_error("there is no such file");
  if (fd.get() < 0) fail(errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail(errno);
  if (!S_ISREG(info.st_mode)) throw std::runtime_error("it is not a file");
  // An error other than EWOULDBLOCK means that locks do not work here, so that nobody can hold one.
  if (!locking_disabled() && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw std::runtime_error(
        "another program has it open for writing, say h5py with mode 'r+' or HDFView: close it "
        "there");
  }
  return fd;
}

haddr_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<haddr_t>(info.st_size) : 0;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& name) : InputFile(open_file(name)) {}

InputFile::InputFile(FileDescriptor fd)
    : DriverFile(size_of(fd.get())),
      fd_(std::move(fd)),
      sealed_(check_seal(fd_.get())),
      file_(H5Fopen("results", H5F_ACC_RDONLY, access().id()), H5Fclose, "open it with HDF5") {}

// Deflate packs at most 1032 bytes into one, and float32 datasets double when read as doubles.
std::uint64_t InputFile::most_bytes() const {
  constexpr std::uint64_t kRatio = 2100;
  constexpr std::uint64_t kAlways = 16 << 20;
  return kRatio * end() + kAlways;
}

// HDF5 may read beyond the end of the file, where it expects zeros.
bool InputFile::read(haddr_t address, std::span<std::byte> bytes) noexcept {
  const ssize_t got = read_at(fd_.get(), bytes, address);
  if (got < 0) return false;
  std::ranges::fill(bytes.subspan(static_cast<std::size_t>(got)), std::byte{0});
  return true;
}

}  // namespace mlpgrid::hdf5
