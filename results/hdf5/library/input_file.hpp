// An HDF5 file that is opened for reading: once, so that what was checked is what HDF5 reads, and
// all parts that are read later come from the same file, whatever takes its place meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "results/files/atomic_file.hpp"
#include "results/hdf5/library/driver_file.hpp"

namespace mlpgrid::hdf5 {

/// Keeps HDF5's shared lock on the file while it lives.
class InputFile final : private DriverFile {
 public:
  /// Throws std::runtime_error, which does not name the file: there is none, it cannot be read, it
  /// is damaged (seal.hpp), no HDF5 file, or open for writing in another program.
  explicit InputFile(const std::filesystem::path& name);
  /// Of a file that is open already; no lock then.
  explicit InputFile(FileDescriptor fd);

  [[nodiscard]] hid_t id() const { return file_.id(); }
  /// Else another program has written the file, or a version of this one that knew no seal.
  [[nodiscard]] bool sealed() const { return sealed_; }
  /// For ReadLimit: more than an honest file of this size can hold.
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
