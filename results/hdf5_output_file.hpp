// Where HDF5 writes a new file: a descriptor, through a file driver of our own. HDF5 cannot close a
// file whose disk is full, and says so again when the program ends; here it never hears of it.
#pragma once

#include <hdf5.h>

#include <filesystem>

#include "results/hdf5_handles.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 file. Failed writes are kept for check().
class OutputFile {
 public:
  /// `fd`: of the empty file `name`, open for reading and writing.
  OutputFile(int fd, std::filesystem::path name);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Has H5Fcreate with the file access list `access`, and any name, write here.
  void use_in(const Handle& access);

  /// Throws std::runtime_error, with the system's reason, if a write has failed.
  void check() const;

 private:
  struct Driver;  // HDF5's callbacks

  void failed() noexcept;

  int fd_;
  std::filesystem::path name_;
  Handle driver_;
  int error_ = 0;  // of the first call that failed
};

}  // namespace mlpgrid::hdf5
