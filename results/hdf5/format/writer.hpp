// A new HDF5 file that keeps the format rules of a results file: what every reader can open,
// and equal bytes for equal content. Names and meanings of the datasets are the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/hdf5/library/output_file.hpp"

namespace mlpgrid::hdf5 {

/// A dimension: a dimension scale (H5DS) with the numbers first, first+1, ...
struct Scale {
  Handle dataset;
  hsize_t size;
};
using Scales = std::vector<const Scale*>;

enum class Layout {
  plain,            // contiguous
  blocks_of_first,  // compressed chunks of whole blocks, one or more indices of the first dimension
  whole             // one compressed chunk
};

/// What a viewer such as H5Web draws of one group, by names of root datasets.
struct Plot {
  std::string signal;
  std::vector<std::string> axes;                // one per dimension of the signal
  std::string errors = {};                      // error bars; empty: none
  std::string auxiliary = {};                   // a second curve of the same shape; empty: none
  std::vector<std::string> default_slice = {};  // an index per dimension, "." for the one drawn
};

/// With Layout::blocks_of_first: how many of the `n_blocks` blocks of doubles share a chunk. The
/// last chunk has room for as many, too.
[[nodiscard]] std::size_t blocks_per_chunk(std::size_t n_blocks, std::size_t block_size);

/// All functions throw std::runtime_error, but not for a full disk: that is OutputFile::finish's.
class Writer {
 public:
  explicit Writer(OutputFile& output);
  [[nodiscard]] hid_t root() const { return file_.id(); }

  [[nodiscard]] Handle group(hid_t parent, const std::string& name) const;
  [[nodiscard]] Scale scale(hid_t group, const std::string& name, std::size_t size,
                            std::int32_t first = 0) const;

  /// A dataset with one scale attached to each dimension. Floating-point ones are filled with NaN
  /// and say so in _FillValue.
  [[nodiscard]] Handle dataset(hid_t group, const std::string& name, hid_t file_type,
                               const Scales& scales, Layout layout = Layout::plain);

  /// The same in compressed chunks of these extents; plainly where there are none.
  [[nodiscard]] Handle dataset_in_chunks(hid_t group, const std::string& name, hid_t file_type,
                                         const Scales& scales, const std::vector<hsize_t>& chunk);

  /// The same, with all its values (row-major). A small one is stored plainly, whatever `layout`.
  Handle put(hid_t group, const std::string& name, std::span<const double> values,
             const Scales& scales, Layout layout = Layout::plain);
  Handle put(hid_t group, const std::string& name, std::span<const std::int32_t> values,
             const Scales& scales, Layout layout = Layout::plain);
  Handle put(hid_t group, const std::string& name, std::span<const std::string> values,
             const Scales& scales);
  /// Doubles that are stored as float32 (exact where they came from floats).
  Handle put_as_float(hid_t group, const std::string& name, std::span<const double> values,
                      const Scales& scales, Layout layout);

  /// A list without a dimension scale, for groups whose lists differ in length.
  void put_list(hid_t group, const std::string& name, std::span<const std::int32_t> values) const;

  /// The chunk that begins at index `first` of the first dimension, as ChunkFilter gives it.
  void put_chunk(const Handle& dataset, std::size_t first, std::span<const std::byte> stored) const;

  /// One block of a dataset with Layout::blocks_of_first: index `first` of the first dimension.
  void put_block(const Handle& dataset, std::size_t first, std::span<const double> values) const;

  /// NXdata group under `parent`, named after its signal: soft links to the root datasets.
  void plot(const Handle& parent, const Plot& plot) const;

  /// After the last dataset, once. The file is whole when the writer and all handles are gone.
  void finish();

 private:
  QuietErrors quiet_;
  Handle file_;
};

}  // namespace mlpgrid::hdf5
