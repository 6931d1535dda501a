// A dataset by the blocks of its first dimension, a few of them in memory at a time: curves and
// pictures of a config are such a block, and those of all configs together may be many times
// larger than the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5/library/handles.hpp"

namespace mlpgrid::hdf5 {

/// All functions throw std::runtime_error. Must not outlive the file.
class Blocks {
 public:
  /// Of the doubles `name`, which must have the extents `dims`, as for read_values().
  Blocks(hid_t group, const std::string& name, const std::vector<hsize_t>& dims);

  /// False where the file holds nothing of the block: all its values are fill values.
  [[nodiscard]] bool is_stored(std::size_t block) const;

  [[nodiscard]] double fill_value() const;

  /// Its values, row-major; they stay until the next call.
  [[nodiscard]] std::span<const double> read(std::size_t block);

 private:
  std::string name_;
  std::vector<hsize_t> dims_;
  Handle dataset_;
  std::size_t block_size_ = 1, at_once_ = 1;
  bool in_whole_chunks_ = false;  // of at_once_ blocks each
  std::size_t first_ = 0;
  std::vector<double> values_;  // of the blocks from first_ on
};

}  // namespace mlpgrid::hdf5
