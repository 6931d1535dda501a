// Where HDF5 writes a new file: a descriptor, through a file driver of our own. HDF5 1.10 cannot
// close a file whose disk is full, and crashes when the program ends; here it never hears of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>
#include <thread>
#include <vector>

#include "results/hdf5/library/driver_file.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 file. Failed writes are kept for finish().
class OutputFile : private DriverFile {
 public:
  /// `fd`: of the empty file `name`, open for reading and writing.
  OutputFile(int fd, std::filesystem::path name);

  /// For H5Fcreate, with any name.
  using DriverFile::access;

  /// Tells of bytes that HDF5 is about to write as they are. They must stay until finish(): only
  /// their place is noted for now.
  void lend(std::span<const std::byte> bytes) { lent_ = bytes; }

  /// Begins to write what was lent, and to move it to the disk, while HDF5 goes on: for the curves
  /// of a thousand short fits the system needs as long as HDF5 does for all else.
  void write_lent();

  /// Waits until all is written. Throws std::runtime_error, with the system's reason, if a write
  /// has failed.
  void check();

  /// When HDF5 has closed the file: the same, and seals it (seal.hpp).
  void finish();

 private:
  struct Piece {
    haddr_t address;
    std::span<const std::byte> bytes;
  };

  bool read(haddr_t address, std::span<std::byte> bytes) noexcept override;
  bool write(haddr_t address, std::span<const std::byte> bytes) noexcept override;
  bool resize(haddr_t size) noexcept override;

  void put(const Piece& piece) noexcept;
  void failed() noexcept;

  int fd_;
  std::filesystem::path name_;
  std::span<const std::byte> lent_;
  std::vector<Piece> put_off_;
  std::atomic<int> error_ = 0;  // of the first call that failed
  std::jthread writer_;
};

}  // namespace mlpgrid::hdf5
