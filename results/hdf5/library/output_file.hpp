// Lets HDF5 write a new file through a descriptor, and keeps write errors from it: HDF5 1.10 cannot
// close a file on a full disk and crashes at the end of the program. What is written is
// format/writer.hpp's.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>

#include "results/hdf5/library/driver_file.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 file. HDF5 is told that every write succeeds;
/// check() and finish() report the first that did not.
class OutputFile final : private DriverFile {
 public:
  /// `fd` belongs to the caller: the empty file `name`, open for reading and writing.
  OutputFile(int fd, std::filesystem::path name);

  /// The access list for H5Fcreate, whose name is ignored.
  using DriverFile::access;

  /// Throws std::runtime_error with the system's reason if a write has failed.
  void check();

  /// Call once HDF5 has closed the file: throws as check() does, then seals the file (seal.hpp).
  void finish();

 private:
  bool read(haddr_t address, std::span<std::byte> bytes) noexcept override;
  bool write(haddr_t address, std::span<const std::byte> bytes) noexcept override;
  bool resize(haddr_t size) noexcept override;

  void put(haddr_t address, std::span<const std::byte> bytes) noexcept;
  void failed() noexcept;

  int fd_;
  std::filesystem::path name_;
  std::atomic<int> error_ = 0;  // errno of the first call that failed; 0: none
};

}  // namespace mlpgrid::hdf5
