// A file driver of our own for HDF5: it works on a descriptor that is open already. What a read or
// a write comes to is up to the classes derived from it: hdf5_input_file and hdf5_output_file.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <span>

#include "results/hdf5/library/handles.hpp"

namespace mlpgrid::hdf5 {

/// Must outlive the HDF5 files that it is used in.
class DriverFile {
 public:
  DriverFile(const DriverFile&) = delete;
  DriverFile& operator=(const DriverFile&) = delete;

 protected:
  /// `end`: of what is in the file.
  explicit DriverFile(haddr_t end);
  ~DriverFile() = default;

  /// A file access list that has HDF5, whatever the name it is given, work here.
  [[nodiscard]] Handle access();

  /// What HDF5 has written, or was there: the size of the file, once HDF5 has closed it.
  [[nodiscard]] haddr_t end() const { return end_; }

 private:
  struct Driver;  // HDF5's callbacks

  // All false: HDF5 is to fail.
  virtual bool read(haddr_t address, std::span<std::byte> bytes) noexcept = 0;
  virtual bool write(haddr_t address, std::span<const std::byte> bytes) noexcept = 0;
  virtual bool resize(haddr_t size) noexcept = 0;

  haddr_t end_;
  Handle driver_;
};

}  // namespace mlpgrid::hdf5
