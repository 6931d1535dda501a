// Reads IDX files through gzip_file.hpp.
// What the arrays mean, and where files lie, is the business of load.cpp.
#include "data/sources/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "data/files/gzip_file.hpp"

namespace mlpgrid {
namespace {

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

std::vector<std::size_t> read_header(GzipFile& reader, std::size_t rank) {
  std::array<std::uint8_t, 4> word{};
  const std::size_t got = reader.read(word);
  if (got == 0) reader.fail("is empty");
  if (got < word.size() || word[0] != 0 || word[1] != 0) {
    reader.fail("is not an IDX file (the first two bytes of one are 0)");
  }
  if (word[2] != 0x08) {
    reader.fail(fmt::format(
        "holds elements of type 0x{:02x}; only unsigned bytes (0x08) are supported", word[2]));
  }
  if (word[3] != rank) {
    reader.fail(fmt::format("has {} dimension(s) where {} are needed{}", word[3], rank,
                            word[3] == 1 && rank == 3   ? " (a label file given for images?)"
                            : word[3] == 3 && rank == 1 ? " (an image file given for labels?)"
                                                        : ""));
  }
  std::vector<std::size_t> shape;
  for (std::size_t d = 0; d < rank; ++d) {
    if (reader.read(word) < word.size()) reader.fail("truncated in its header");
    const std::uint32_t extent = static_cast<std::uint32_t>(word[0]) << 24U |
                                 static_cast<std::uint32_t>(word[1]) << 16U |
                                 static_cast<std::uint32_t>(word[2]) << 8U | word[3];
    if (extent == 0) reader.fail(fmt::format("dimension {} has length 0: nothing in it", d + 1));
    shape.push_back(extent);
  }
  return shape;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, std::size_t rank, std::size_t offset,
                  std::size_t max_items) {
  GzipFile reader(file);
  IdxArray array;
  array.shape = read_header(reader, rank);
  array.entries_in_file = array.shape[0];

  const std::size_t available = array.entries_in_file;
  if (offset >= available || (max_items != kAll && max_items > available - offset)) {
    reader.fail(max_items == kAll
                    ? fmt::format("has {} entries; none from entry {} on", available, offset)
                    : fmt::format("has {} entries, fewer than the {} asked for from entry {} on",
                                  available, max_items, offset));
  }
  array.shape[0] = std::min(max_items, available - offset);
  std::size_t item = 1;
  std::size_t whole_file = 0;
  for (std::size_t d = 1; d < rank; ++d) {
    if (__builtin_mul_overflow(item, array.shape[d], &item)) reader.fail("impossible dimensions");
  }
  if (__builtin_mul_overflow(item, available, &whole_file)) reader.fail("impossible dimensions");

  reader.skip(offset * item);
  // Grow only as bytes arrive: a damaged header may claim more than there is memory.
  const std::size_t total = array.shape[0] * item;
  constexpr std::size_t kSmallest = std::size_t{1} << 16U;
  constexpr std::size_t kLargest = std::size_t{1} << 24U;
  while (array.bytes.size() < total) {
    const std::size_t before = array.bytes.size();
    array.bytes.resize(std::min(total, before + std::clamp(before, kSmallest, kLargest)));
    const std::size_t got = reader.read(std::span(array.bytes).subspan(before));
    if (before + got < array.bytes.size()) {
      reader.fail(fmt::format("truncated: {} bytes of data where its header promises {}",
                              offset * item + before + got, whole_file));
    }
  }
  std::array<std::uint8_t, 1> beyond{};
  if (offset + array.shape[0] == available && reader.read(beyond) != 0) {
    reader.fail("has trailing bytes after the entries that its header counts");
  }
  return array;
}

}  // namespace mlpgrid
