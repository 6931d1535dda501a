// Opens an HDF5 file for reading, once: what was checked is then what HDF5 reads, and later reads
// come from the same file even if another takes its name. What the file holds is hdf5/read.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "results/files/atomic_file.hpp"
#include "results/hdf5/library/driver_file.hpp"

namespace mlpgrid::hdf5 {

/// Keeps HDF5's shared lock on the file while it lives, if it was opened by name.
class InputFile final : private DriverFile {
 public:
  /// Throws std::runtime_error, which does not name the file, where it does not exist, cannot be
  /// read, is damaged (seal.hpp), is not HDF5, or is open for writing in another program.
  explicit InputFile(const std::filesystem::path& name);
  /// Takes over a file that is open already, without locking it. Throws as the other constructor
  /// does.
  explicit InputFile(FileDescriptor fd);

  [[nodiscard]] hid_t id() const { return file_.id(); }
  /// Whether the file has its seal; if not, another program has written it last, or a version that
  /// knew no seal.
  [[nodiscard]] bool sealed() const { return sealed_; }
  /// A bound for ReadLimit: more bytes than an undamaged file of this size can hold.
  [[nodiscard]] std::uint64_t most_bytes() const;

 private:
  bool read(haddr_t address, std::span<std::byte> bytes) noexcept override;
  bool write(haddr_t, std::span<const std::byte>) noexcept override { return false; }
  bool resize(haddr_t) noexcept override { return false; }

  FileDescriptor fd_;
  bool sealed_;
  Handle file_;
};

}  // namespace mlpgrid::hdf5
