// Where HDF5 writes a new file: a descriptor, through a file driver of our own. HDF5 1.10 cannot
// close a file whose disk is full, and crashes when the program ends; here it never hears of it.
#pragma once

#include <hdf5.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>
#include <thread>
#include <vector>

#include "results/hdf5_handles.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 file. Failed writes are kept for check().
class OutputFile {
 public:
  /// `fd`: of the file `name`, open for reading and writing where it is empty, else for reading.
  OutputFile(int fd, std::filesystem::path name);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Has H5Fcreate with the file access list `access`, and any name, write here; or H5Fopen read.
  void use_in(const Handle& access);

  /// Tells of bytes that HDF5 is about to write as they are. They must stay until check(): only
  /// their place is noted for now.
  void lend(std::span<const std::byte> bytes) { lent_ = bytes; }

  /// Begins to write what was lent, and to move it to the disk, while HDF5 goes on: for the curves
  /// of a thousand short fits the system needs as long as HDF5 does for all else.
  void write_lent();

  /// When HDF5 has closed the file: waits until all is written. Throws std::runtime_error, with the
  /// system's reason, if a write has failed.
  void check();

 private:
  struct Driver;  // HDF5's callbacks
  struct Piece {
    haddr_t address;
    std::span<const std::byte> bytes;
  };

  void write(const Piece& piece) noexcept;
  void failed() noexcept;

  int fd_;
  std::filesystem::path name_;
  Handle driver_;
  std::span<const std::byte> lent_;
  std::vector<Piece> put_off_;
  std::atomic<int> error_ = 0;  // of the first call that failed
  std::jthread writer_;
};

}  // namespace mlpgrid::hdf5
