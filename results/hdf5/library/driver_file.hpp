// An HDF5 file driver that works on an open descriptor instead of a name. What happens on a read or
// a write is decided by the derived classes, in input_file.hpp and output_file.hpp.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <span>

#include "results/hdf5/library/handles.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 files that are opened through it.
class DriverFile {
 public:
  DriverFile(const DriverFile&) = delete;
  DriverFile& operator=(const DriverFile&) = delete;

 protected:
  /// `end` is the size of what is in the file, in bytes.
  explicit DriverFile(haddr_t end);
  ~DriverFile() = default;

  /// A file access property list that makes HDF5 work on this object; the name given to H5Fopen or
  /// H5Fcreate is then ignored.
  [[nodiscard]] Handle access();

  /// The end of the file as HDF5 knows it: after HDF5 has closed the file, its size.
  [[nodiscard]] haddr_t end() const { return end_; }

 private:
  struct Driver;  // HDF5's callbacks

  // Called on HDF5's behalf. False makes the HDF5 call fail.
  virtual bool read(haddr_t address, std::span<std::byte> bytes) noexcept = 0;
  virtual bool write(haddr_t address, std::span<const std::byte> bytes) noexcept = 0;
  virtual bool resize(haddr_t size) noexcept = 0;

  haddr_t end_;
  Handle driver_;
};

}  // namespace mlpgrid::hdf5
