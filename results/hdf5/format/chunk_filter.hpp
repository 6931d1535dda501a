// The filters of a results file's chunks, shuffle and deflate, as any HDF5 reader undoes them. What
// the chunks hold is curve_chunks', where they go the writer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlpgrid::hdf5 {

/// Does what H5Pset_shuffle and H5Pset_deflate declare, through ISA-L, and without a try where
/// bytes look random: zlib within HDF5 would take most of the time that a small grid spends outside
/// of fits. Not thread-safe.
class ChunkFilter {
 public:
  ChunkFilter();

  /// The bytes of a chunk as they lie in the file. Throws std::runtime_error.
  [[nodiscard]] std::vector<std::byte> apply(std::span<const double> values);

 private:
  void append(std::span<const std::uint8_t> bytes);
  void store(std::span<const std::uint8_t> bytes, bool is_last);
  void deflate(std::span<std::uint8_t> bytes, bool is_last);

  std::vector<std::uint8_t> shuffled_, zipped_;
  std::size_t used_ = 0;  // of zipped_
  std::unique_ptr<std::uint8_t[]> work_;
};

}  // namespace mlpgrid::hdf5
