// Reads a dataset by the blocks of its first dimension, with few of them in memory at a time. The
// curves and pictures of a config are such a block; unpacked, those of all configs may be many
// times larger than the file. What the blocks mean is the caller's business.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5/library/handles.hpp"

namespace mlpgrid::hdf5 {

/// An object must not outlive the file. All functions throw std::runtime_error.
class Blocks {
 public:
  /// Opens the dataset `name` of doubles, which must have the extents `dims`; charges ReadLimit for
  /// what may be read.
  Blocks(hid_t group, const std::string& name, const std::vector<hsize_t>& dims);

  /// False where the file stores nothing of the block, so that all its values are fill values.
  [[nodiscard]] bool is_stored(std::size_t block) const;

  /// The value of elements that the file does not store.
  [[nodiscard]] double fill_value() const;

  /// The values of a block, row-major. The view is valid until the next call.
  [[nodiscard]] std::span<const double> read(std::size_t block);

 private:
  std::string name_;
  std::vector<hsize_t> dims_;
  Handle dataset_;
  std::size_t block_size_ = 1, at_once_ = 1;
  bool in_whole_chunks_ = false;  // a chunk is exactly at_once_ whole blocks
  std::size_t first_ = 0;
  std::vector<double> values_;  // of the blocks from first_ on
};

}  // namespace mlpgrid::hdf5
