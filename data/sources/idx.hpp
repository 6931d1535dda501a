// Reads the IDX format of MNIST, plain or gzip: http://yann.lecun.com/exdb/mnist, "FILE FORMATS".
// What the arrays mean, and where files lie, is load/load.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace mlpgrid {

/// Unsigned bytes (type 0x08), the only element type the public image sets use.
struct IdxArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;  // row-major
  std::size_t entries_in_file = 0;  // all of the first dimension, even where fewer were read
};

/// Reads at most `max_items` entries of the first dimension, from entry `offset` on (SIZE_MAX:
/// all). `rank` is what the caller needs (1 labels, 3 images). Throws std::runtime_error that names
/// the file and what is wrong: missing, empty, not IDX, other element type, other rank, truncated,
/// trailing bytes, fewer entries than asked for.
[[nodiscard]] IdxArray read_idx(const std::filesystem::path& file, std::size_t rank,
                                std::size_t offset = 0,
                                std::size_t max_items = static_cast<std::size_t>(-1));

}  // namespace mlpgrid
