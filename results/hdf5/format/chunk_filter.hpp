// Compresses a chunk of doubles with the filters that a results file declares, shuffle and deflate,
// so that any HDF5 reader can undo them. What the chunks hold is curve_chunks.hpp's, where they go
// writer.hpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlpgrid::hdf5 {

/// Does what H5Pset_shuffle and H5Pset_deflate declare, but through ISA-L, and stores bytes that
/// look random as they are. zlib within HDF5 would take most of the time that a small grid spends
/// outside of its fits. Not thread-safe: it reuses its buffers.
class ChunkFilter {
 public:
  ChunkFilter();

  /// The bytes of the chunk as they lie in the file. Throws std::runtime_error.
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
