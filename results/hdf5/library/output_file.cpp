// Writes what HDF5 hands over at its place in the file, and remembers the first error. Naming the
// file is files/atomic_file.cpp's.
#include "results/hdf5/library/output_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "results/files/atomic_file.hpp"
#include "results/files/seal.hpp"

namespace mlpgrid::hdf5 {

OutputFile::OutputFile(int fd, std::filesystem::path name)
    : DriverFile(0), fd_(fd), name_(std::move(name)) {}

// Bytes that were never written, or could not be, read as zeros.
bool OutputFile::read(haddr_t address, std::span<std::byte> bytes) noexcept {
  const ssize_t got = read_at(fd_, bytes, address);
  if (got < 0) failed();
  std::ranges::fill(bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(got, 0))),
                    std::byte{0});
  return true;
}

bool OutputFile::write(haddr_t address, std::span<const std::byte> bytes) noexcept {
  put(address, bytes);
  return true;
}

bool OutputFile::resize(haddr_t size) noexcept {
  if (uninterrupted(::ftruncate, fd_, static_cast<off_t>(size)) != 0) failed();
  return true;
}

void OutputFile::failed() noexcept {
  int none = 0;
  error_.compare_exchange_strong(none, errno);
}

void OutputFile::put(haddr_t address, std::span<const std::byte> bytes) noexcept {
  auto at = static_cast<off_t>(address);
  for (std::span<const std::byte> rest = bytes; !rest.empty();) {
    const ssize_t put = ::pwrite(fd_, rest.data(), rest.size(), at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed();
    rest = rest.subspan(static_cast<std::size_t>(put));
    at += put;
  }
}

void OutputFile::check() {
  if (const int error = error_; error != 0) {
    throw std::runtime_error(system_error_text("write", name_, error));
  }
}

void OutputFile::finish() {
  check();
  const auto seal = seal_of(fd_, end());
  if (!seal) throw std::runtime_error(system_error_text("read", name_, errno));
  put(end(), *seal);
  check();
}

}  // namespace mlpgrid::hdf5
