// Chunks against zlib and a plain unshuffle, and equal bytes whatever memory held before.
#include "results/hdf5/format/chunk_filter.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace mlpgrid::hdf5 {
namespace {

// Smooth, of few values, noise, not a number, and noise in the odd bytes alone: what curves and
// their ends are made of, and planes of both kinds in turn.
std::vector<double> sample_values(std::size_t size, int kind) {
  std::mt19937_64 random(size);
  std::vector<double> values;
  for (std::size_t i = 0; i < size; ++i) {
    const double smooth = std::exp(-0.01 * static_cast<double>(i));
    const double choices[] = {smooth, std::round(67 * smooth) / 67,
                              std::ldexp(static_cast<double>(random()), -64),
                              std::numeric_limits<double>::quiet_NaN(),
                              std::bit_cast<double>(random() & 0xff00ff00ff00ff00U)};
    values.push_back(choices[kind]);
  }
  return values;
}

std::vector<double> undone(std::span<const std::byte> stored, std::size_t size) {
  std::vector<unsigned char> planes(size * sizeof(double) + 1);
  uLongf length = planes.size();
  EXPECT_EQ(::uncompress(planes.data(), &length, reinterpret_cast<const Bytef*>(stored.data()),
                         stored.size()),
            Z_OK);
  EXPECT_EQ(length, size * sizeof(double));
  std::vector<double> values(size);
  auto* bytes = reinterpret_cast<unsigned char*>(values.data());
  for (std::size_t i = 0; i < size * sizeof(double); ++i) {
    bytes[i % size * sizeof(double) + i / size] = planes[i];
  }
  return values;
}

TEST(ChunkFilter, ZlibUndoesIt) {
  ChunkFilter filter;
  for (int kind = 0; kind < 5; ++kind) {
    for (const std::size_t size : {1U, 2U, 7U, 100U, 4096U, 16384U, 100003U}) {
      const std::vector<double> values = sample_values(size, kind);
      const std::vector<double> back = undone(filter.apply(values), size);
      EXPECT_EQ(std::memcmp(back.data(), values.data(), size * sizeof(double)), 0)
          << "kind " << kind << ", " << size << " values";
    }
  }
}

[[gnu::noinline]] void leave_on_the_stack(std::uint16_t value) {
  volatile std::uint16_t space[128 * 1024];
  for (auto& place : space) place = value;
}

TEST(ChunkFilter, NoiseHardlyGrowsAndTheRestShrinks) {
  ChunkFilter filter;
  constexpr std::size_t kBytes = 100003 * sizeof(double);
  EXPECT_LT(filter.apply(sample_values(100003, 2)).size(), kBytes + 200);
  EXPECT_LT(filter.apply(sample_values(100003, 4)).size(), kBytes * 0.51);
  EXPECT_LT(filter.apply(sample_values(100003, 1)).size(), kBytes * 0.1);
  EXPECT_LT(filter.apply(sample_values(100003, 3)).size(), kBytes * 0.01);
}

TEST(ChunkFilter, EqualValuesGiveEqualBytes) {
  const std::vector<double> values = sample_values(16384, 1);
  const std::vector<std::byte> expected = ChunkFilter().apply(values);
  ChunkFilter used;
  for (std::uint16_t i = 1; i < 16; ++i) {
    (void)used.apply(sample_values(1000 * i, i % 5));
    leave_on_the_stack(i);
    EXPECT_EQ(used.apply(values), expected) << i;
  }
}

}  // namespace
}  // namespace mlpgrid::hdf5
