// Byte planes and one zlib stream; see the header.
#include "results/chunk_filter.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <limits>
#include <stdexcept>

namespace mlpgrid::hdf5 {
namespace {

constexpr std::uint32_t kLevel = 1;  // curves hardly shrink further
constexpr std::uint32_t kWorkBytes = ISAL_DEF_LVL1_DEFAULT;

// At worst deflate stores: 5 bytes per block of up to 65535, and 6 around all.
std::size_t most_bytes(std::size_t size) { return size + 5 * (size / 65535 + 1) + 6; }

// All first bytes, then all second bytes, ...
void shuffle(std::span<const double> values, std::vector<std::uint8_t>& planes) {
  planes.resize(values.size_bytes());
  const auto* in = reinterpret_cast<const std::uint8_t*>(values.data());
  std::uint8_t* out = planes.data();
  for (std::size_t byte = 0; byte < sizeof(double); ++byte) {
    for (std::size_t i = 0; i < values.size(); ++i) *out++ = in[i * sizeof(double) + byte];
  }
}

}  // namespace

ChunkFilter::ChunkFilter() : work_(std::make_unique_for_overwrite<std::uint8_t[]>(kWorkBytes)) {}

std::vector<std::byte> ChunkFilter::apply(std::span<const double> values) {
  if (most_bytes(values.size_bytes()) > std::numeric_limits<std::uint32_t>::max()) {
    throw std::runtime_error(fmt::format("{} values are too many for a chunk", values.size()));
  }
  shuffle(values, shuffled_);
  deflated_.resize(most_bytes(shuffled_.size()));

  isal_zstream stream{};  // isal_deflate_stateless_init() leaves hist_bits as it was
  isal_deflate_stateless_init(&stream);
  stream.level = kLevel;
  stream.level_buf = work_.get();
  stream.level_buf_size = kWorkBytes;
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 1;
  stream.next_in = shuffled_.data();
  stream.avail_in = static_cast<std::uint32_t>(shuffled_.size());
  stream.next_out = deflated_.data();
  stream.avail_out = static_cast<std::uint32_t>(deflated_.size());
  const int result = isal_deflate_stateless(&stream);
  if (result != COMP_OK) {
    throw std::runtime_error(fmt::format("ISA-L cannot compress a chunk (its error {})", result));
  }
  const auto bytes = std::as_bytes(std::span(deflated_).first(stream.total_out));
  return {bytes.begin(), bytes.end()};
}

}  // namespace mlpgrid::hdf5
