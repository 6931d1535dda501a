// Splits the doubles into byte planes and packs these as one zlib stream. The compressed blocks in
// it are ISA-L's.
#include "results/hdf5/format/chunk_filter.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace mlpgrid::hdf5 {
namespace {

constexpr std::uint32_t kLevel = 1;  // higher levels hardly make curves smaller
constexpr std::uint32_t kWorkBytes = ISAL_DEF_LVL1_DEFAULT;

constexpr std::size_t kPlanes = sizeof(double);
constexpr std::uint8_t kZlibHead[] = {0x78, 0x01};
constexpr std::size_t kStoredBlock = 65535;
constexpr std::size_t kBlockHead = 5;

// The largest result: everything stored, with a head per block. Each plane may begin and end a
// block and a flush of deflate; the zlib stream has 6 bytes around it.
std::size_t most_bytes(std::size_t size) {
  return size + kBlockHead * (size / kStoredBlock + 4 * kPlanes) + 6;
}

// Puts the first bytes of all values first, then all second bytes, and so on.
void shuffle(std::span<const double> values, std::vector<std::uint8_t>& planes) {
  planes.resize(values.size_bytes());
  const auto* in = reinterpret_cast<const std::uint8_t*>(values.data());
  std::uint8_t* out = planes.data();
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    for (std::size_t i = 0; i < values.size(); ++i) *out++ = in[i * kPlanes + plane];
  }
}

// Whether 256 bytes from all over the plane hardly repeat each other, as in the lower half of a
// mantissa (256 random bytes have 162 different values, give or take 6). Deflate would spend most
// of its time there and find nothing.
bool looks_random(std::span<const std::uint8_t> plane) {
  constexpr std::size_t kSamples = 256;
  if (plane.size() < 4 * kSamples) return false;
  std::array<bool, 256> seen{};
  for (std::size_t i = 0; i < kSamples; ++i) seen[plane[i * (plane.size() / kSamples)]] = true;
  return std::ranges::count(seen, true) > 128;
}

}  // namespace

ChunkFilter::ChunkFilter() : work_(std::make_unique_for_overwrite<std::uint8_t[]>(kWorkBytes)) {}

void ChunkFilter::append(std::span<const std::uint8_t> bytes) {
  std::ranges::copy(bytes, zipped_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ += bytes.size();
}

// Appends blocks of deflate that hold the bytes as they are.
void ChunkFilter::store(std::span<const std::uint8_t> bytes, bool is_last) {
  while (!bytes.empty()) {
    const auto block = bytes.first(std::min(bytes.size(), kStoredBlock));
    bytes = bytes.subspan(block.size());
    const auto low = static_cast<std::uint8_t>(block.size() & 0xff);
    const auto high = static_cast<std::uint8_t>(block.size() >> 8);
    const std::uint8_t head[kBlockHead] = {is_last && bytes.empty(), low, high,
                                           static_cast<std::uint8_t>(~low),
                                           static_cast<std::uint8_t>(~high)};
    append(head);
    append(block);
  }
}

// Appends compressed blocks, the last of which ends at a byte, so that a stored one can follow.
void ChunkFilter::deflate(std::span<std::uint8_t> bytes, bool is_last) {
  isal_zstream stream{};  // zeros: isal_deflate_stateless_init() does not set hist_bits
  isal_deflate_stateless_init(&stream);
  stream.level = kLevel;
  stream.level_buf = work_.get();
  stream.level_buf_size = kWorkBytes;
  stream.flush = FULL_FLUSH;
  stream.end_of_stream = is_last;
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.next_out = zipped_.data() + used_;
  stream.avail_out = static_cast<std::uint32_t>(zipped_.size() - used_);
  const int result = isal_deflate_stateless(&stream);
  if (result != COMP_OK) {
    throw std::runtime_error(fmt::format("ISA-L cannot compress a chunk (its error {})", result));
  }
  used_ += stream.total_out;
}

std::vector<std::byte> ChunkFilter::apply(std::span<const double> values) {
  if (most_bytes(values.size_bytes()) > std::numeric_limits<std::uint32_t>::max()) {
    throw std::runtime_error(fmt::format("{} values are too many for a chunk", values.size()));
  }
  shuffle(values, shuffled_);
  zipped_.resize(most_bytes(shuffled_.size()));
  used_ = 0;
  const auto planes = [&](std::size_t first, std::size_t end) {
    return std::span(shuffled_).subspan(first * values.size(), (end - first) * values.size());
  };
  append(kZlibHead);
  for (std::size_t first = 0, end = 0; first < kPlanes; first = end) {
    const bool random = looks_random(planes(first, first + 1));
    for (end = first + 1; end < kPlanes && looks_random(planes(end, end + 1)) == random;) ++end;
    if (random) {
      store(planes(first, end), end == kPlanes);
    } else {
      deflate(planes(first, end), end == kPlanes);
    }
  }
  const std::uint32_t checksum = isal_adler32(1, shuffled_.data(), shuffled_.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    append(std::array{static_cast<std::uint8_t>(checksum >> shift)});
  }
  const auto bytes = std::as_bytes(std::span(zipped_).first(used_));
  return {bytes.begin(), bytes.end()};
}

}  // namespace mlpgrid::hdf5
