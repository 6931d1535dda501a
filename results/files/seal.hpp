// The seal of a results file: 24 bytes behind the HDF5 content with its length and checksum, which
// tell whether the file is as it was written. HDF5 1.10 itself notices damage in few places;
// elsewhere a flipped bit crashes it, hangs it or changes a number. HDF5 readers ignore the seal,
// and HDF5 cuts it off when it opens the file for writing. When a file is sealed or checked is
// decided in hdf5/library/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mlpgrid {

using SealBytes = std::array<std::byte, 24>;

/// Where HDF5's content ends, according to the superblock at the front of `head`, the first bytes
/// of a file. The signature is not checked. 0 where `head` does not tell.
[[nodiscard]] std::uint64_t superblock_end(std::span<const std::byte> head) noexcept;

/// Reads the first `length` bytes of the file and returns the seal to write behind them; nothing,
/// with errno, where they cannot be read.
[[nodiscard]] std::optional<SealBytes> seal_of(int fd, std::uint64_t length) noexcept;

/// Reads the whole file and returns true where it is as this program wrote it, false for an HDF5
/// file without a seal, which another program wrote last (or a version that knew no seal). Throws
/// std::runtime_error, which does not name the file, where it is not HDF5, cut short or damaged.
[[nodiscard]] bool check_seal(int fd);

}  // namespace mlpgrid
