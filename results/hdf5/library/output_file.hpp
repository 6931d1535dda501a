// Where HDF5 writes a new file: a descriptor, through a file driver of our own. HDF5 1.10 cannot
// close a file whose disk is full, and crashes when the program ends; here it never hears of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>

#include "results/hdf5/library/driver_file.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 file. Failed writes are kept for finish().
class OutputFile final : private DriverFile {
 public:
  /// `fd`: of the empty file `name`, open for reading and writing.
  OutputFile(int fd, std::filesystem::path name);

  /// For H5Fcreate, with any name.
  using DriverFile::access;

  /// Throws std::runtime_error, with the system's reason, if a write has failed.
  void check();

  /// When HDF5 has closed the file: the same, and seals it (seal.hpp).
  void finish();

 private:
  bool read(haddr_t address, std::span<std::byte> bytes) noexcept override;
  bool write(haddr_t address, std::span<const std::byte> bytes) noexcept override;
  bool resize(haddr_t size) noexcept override;

  void put(haddr_t address, std::span<const std::byte> bytes) noexcept;
  void failed() noexcept;

  int fd_;
  std::filesystem::path name_;
  std::atomic<int> error_ = 0;  // of the first call that failed
};

}  // namespace mlpgrid::hdf5
