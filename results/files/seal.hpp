// The seal of a results file: 24 bytes behind the end of the HDF5 content that tell whether all
// before is what was written. HDF5 1.10 notices damage in few places: elsewhere a flipped bit
// crashes it, hangs it or changes a number. Readers ignore the seal; whoever opens the file for
// writing cuts it off, as HDF5 then sets the size to the end that it knows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mlpgrid {

using SealBytes = std::array<std::byte, 24>;

/// Where HDF5 says that its content ends, by the superblock at the front of `head`, whose signature
/// is not looked at; 0 where it does not say.
[[nodiscard]] std::uint64_t superblock_end(std::span<const std::byte> head) noexcept;

/// What belongs behind the first `length` bytes of the file, which it reads. Nothing: errno.
[[nodiscard]] std::optional<SealBytes> seal_of(int fd, std::uint64_t length) noexcept;

/// Reads the whole file. True: it is as this program wrote it. False: an HDF5 file without a seal,
/// so another program wrote it last (or a version that knew none). Throws std::runtime_error, which
/// does not name the file, when it is no HDF5 file, cut short, or damaged.
[[nodiscard]] bool check_seal(int fd);

}  // namespace mlpgrid
