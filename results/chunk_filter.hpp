// The filters of a results file's chunks, shuffle and deflate, as any HDF5 reader undoes them. What
// the chunks hold is curve_chunks', where they go hdf5_writer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlpgrid::hdf5 {

/// Does what H5Pset_shuffle and H5Pset_deflate declare, through ISA-L: on losses 15 times as fast
/// as zlib within HDF5, which would take most of the time that a small grid spends outside of fits.
/// Not thread-safe.
class ChunkFilter {
 public:
  ChunkFilter();

  /// The bytes of a chunk as they lie in the file. Throws std::runtime_error.
  [[nodiscard]] std::vector<std::byte> apply(std::span<const double> values);

 private:
  std::vector<std::uint8_t> shuffled_, deflated_;
  std::unique_ptr<std::uint8_t[]> work_;
};

}  // namespace mlpgrid::hdf5
