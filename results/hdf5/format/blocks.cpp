// Reads all blocks of a chunk at once, so that HDF5 unpacks each chunk only once. What they mean is
// the callers'.
#include "results/hdf5/format/blocks.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace mlpgrid::hdf5 {
namespace {

constexpr std::size_t kBatchBytes = 128 * 1024;  // read at once where chunks are not whole blocks

}  // namespace

Blocks::Blocks(hid_t group, const std::string& name, const std::vector<hsize_t>& dims)
    : name_(name), dims_(dims), dataset_(open_dataset(group, name, dims)) {
  const std::size_t count = element_count(dims_);
  const auto n_blocks = static_cast<std::size_t>(dims_[0]);
  if (count == 0) return;
  block_size_ = count / n_blocks;
  const std::vector<hsize_t> chunk = chunk_of(dataset_.id());
  in_whole_chunks_ =
      !chunk.empty() && std::equal(dims_.begin() + 1, dims_.end(), chunk.begin() + 1);
  const std::size_t wanted = in_whole_chunks_ ? static_cast<std::size_t>(chunk[0])
                                              : kBatchBytes / (block_size_ * sizeof(double));
  at_once_ = std::clamp<std::size_t>(wanted, 1, n_blocks);
  // Where chunks are not whole blocks, is_stored() cannot tell what is stored, and all may be read.
  charge((in_whole_chunks_ ? at_once_ * block_size_ : count) * sizeof(double));
}

bool Blocks::is_stored(std::size_t block) const {
  if (!in_whole_chunks_) return true;
  std::vector<hsize_t> start(dims_.size(), 0);
  start[0] = block / at_once_ * at_once_;
  return is_chunk_stored(dataset_.id(), start);
}

double Blocks::fill_value() const {
  const Handle list(H5Dget_create_plist(dataset_.id()), H5Pclose, "read dataset ", name_);
  double value = 0.0;
  check(H5Pget_fill_value(list.id(), H5T_NATIVE_DOUBLE, &value), "read dataset " + name_);
  return value;
}

std::span<const double> Blocks::read(std::size_t block) {
  const std::size_t first = block / at_once_ * at_once_;
  if (values_.empty() || first != first_) {
    std::vector<hsize_t> start(dims_.size(), 0);
    std::vector<hsize_t> size = dims_;
    start[0] = first;
    size[0] = std::min<hsize_t>(at_once_, dims_[0] - first);
    values_.clear();  // if reading fails, the next call reads again
    std::vector<double> values(static_cast<std::size_t>(size[0]) * block_size_);
    const std::string action = "read dataset " + name_;
    const Handle in_file(H5Dget_space(dataset_.id()), H5Sclose, action);
    check(H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, start.data(), nullptr, size.data(),
                              nullptr),
          action);
    // The same rank as in the file: otherwise HDF5 copies element by element.
    const Handle in_memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr),
                           H5Sclose, action);
    check(H5Dread(dataset_.id(), H5T_NATIVE_DOUBLE, in_memory.id(), in_file.id(), H5P_DEFAULT,
                  values.data()),
          action);
    values_ = std::move(values);
    first_ = first;
  }
  return std::span(values_).subspan((block - first) * block_size_, block_size_);
}

}  // namespace mlpgrid::hdf5
