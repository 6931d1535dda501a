// Writes a new HDF5 file that keeps the format rules of a results file: every common reader can
// open it, and equal content gives equal bytes. Names and meanings of datasets are the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5/library/output_file.hpp"

namespace mlpgrid::hdf5 {

/// A dimension: a dimension scale (H5DS) that holds the numbers first, first+1, ...
struct Scale {
  Handle dataset;
  hsize_t size;
};
using Scales = std::vector<const Scale*>;

enum class Layout {
  plain,            // contiguous
  blocks_of_first,  // compressed chunks, each of one or more whole indices of the first dimension
  whole             // one compressed chunk
};

/// What a viewer such as H5Web draws of one group. All are names of datasets of the root.
struct Plot {
  std::string signal;
  std::vector<std::string> axes;                // one per dimension of the signal
  std::string errors = {};                      // error bars; empty: none
  std::string auxiliary = {};                   // a second curve of the same shape; empty: none
  std::vector<std::string> default_slice = {};  // an index per dimension, "." for the one drawn
};

/// How many of the `n_blocks` blocks of `block_size` doubles share a chunk with
/// Layout::blocks_of_first. The last chunk is as large, even where fewer blocks are left.
[[nodiscard]] std::size_t blocks_per_chunk(std::size_t n_blocks, std::size_t block_size);

/// `output` must outlive the writer. All functions throw std::runtime_error, but not for a failed
/// write, such as to a full disk: OutputFile keeps that for its finish().
class Writer {
 public:
  explicit Writer(OutputFile& output);
  [[nodiscard]] hid_t root() const { return file_.id(); }

  [[nodiscard]] Handle group(hid_t parent, const std::string& name) const;
  [[nodiscard]] Scale scale(hid_t group, const std::string& name, std::size_t size,
                            std::int32_t first = 0) const;

  /// Creates a dataset with one scale attached to each dimension; its values are written later.
  /// Floating-point datasets are filled with NaN and say so in _FillValue.
  [[nodiscard]] Handle dataset(hid_t group, const std::string& name, hid_t file_type,
                               const Scales& scales, Layout layout = Layout::plain);

  /// Creates a dataset as dataset() does, in compressed chunks of the extents `chunk`; uncompressed
  /// where `chunk` is empty.
  [[nodiscard]] Handle dataset_in_chunks(hid_t group, const std::string& name, hid_t file_type,
                                         const Scales& scales, const std::vector<hsize_t>& chunk);

  /// Creates a dataset and writes all its values (row-major). A small one is not compressed,
  /// whatever `layout` says.
  Handle put(hid_t group, const std::string& name, std::span<const double> values,
             const Scales& scales, Layout layout = Layout::plain);
  Handle put(hid_t group, const std::string& name, std::span<const std::int32_t> values,
             const Scales& scales, Layout layout = Layout::plain);
  Handle put(hid_t group, const std::string& name, std::span<const std::string> values,
             const Scales& scales);
  /// Writes doubles as float32, which is exact where they came from floats.
  Handle put_as_float(hid_t group, const std::string& name, std::span<const double> values,
                      const Scales& scales, Layout layout);

  /// Writes a list without a dimension scale, for groups whose lists differ in length.
  void put_list(hid_t group, const std::string& name, std::span<const std::int32_t> values) const;

  /// Writes the chunk that begins at index `first` of the first dimension; `stored` is what
  /// ChunkFilter::apply() gave.
  void put_chunk(const Handle& dataset, std::size_t first, std::span<const std::byte> stored) const;

  /// Writes the block at index `first` of the first dimension of a dataset with
  /// Layout::blocks_of_first.
  void put_block(const Handle& dataset, std::size_t first, std::span<const double> values) const;

  /// Creates an NXdata group under `parent`, named after its signal, with soft links to the
  /// datasets of the root.
  void plot(const Handle& parent, const Plot& plot) const;

  /// Call once, after the last dataset. The file is whole when the writer and all handles are gone.
  void finish();

 private:
  QuietErrors quiet_;
  Handle file_;
};

}  // namespace mlpgrid::hdf5
