// The HDF5 calls behind writer.hpp. The format rules were found by trying the readers: xarray,
// netCDF-C, h5netcdf, h5py, MATLAB, R, H5Web.
#include "results/hdf5/format/writer.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace mlpgrid::hdf5 {
namespace {

// Blocks share a chunk up to this size, because every chunk costs its reader some 50 us in HDF5 and
// zlib, whatever it holds.
constexpr std::size_t kChunkBytes = 128 * 1024;
constexpr unsigned kDeflateLevel = 1;  // curves hardly shrink further, and rebuilding must be quick
// Smaller datasets are not compressed: there is little to save, and deflate clears memory of its
// own for every chunk.
constexpr std::size_t kWorthFilters = 64 * 1024;
constexpr std::size_t kStringBuffer = 8 * 1024;

Handle property_list(hid_t kind) { return {H5Pcreate(kind), H5Pclose, "create a property list"}; }

// These settings make equal content give equal bytes: order of creation, no times.
void set_object_rules(const Handle& list, bool holds_links) {
  constexpr unsigned kOrder = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  check(H5Pset_obj_track_times(list.id(), false), "turn object times off");
  check(H5Pset_attr_creation_order(list.id(), kOrder), "track creation order");
  if (holds_links) check(H5Pset_link_creation_order(list.id(), kOrder), "track creation order");
}

Handle create_file(OutputFile& output) {
  const Handle creation = property_list(H5P_FILE_CREATE);
  set_object_rules(creation, true);
  const Handle access = output.access();
  check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18),
        "set the format version");
  return {H5Fcreate("results", H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
          "create an HDF5 file"};
}

Handle dataspace(const std::vector<hsize_t>& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose,
          "create a dataspace"};
}

// The extents of a chunk; empty where the dataset is not compressed.
std::vector<hsize_t> chunk_for(Layout layout, const std::vector<hsize_t>& dims) {
  if (layout == Layout::plain || std::ranges::find(dims, hsize_t{0}) != dims.end()) return {};
  std::vector<hsize_t> chunk = dims;
  if (layout == Layout::blocks_of_first) {
    const hsize_t block =
        std::accumulate(dims.begin() + 1, dims.end(), hsize_t{1}, std::multiplies<>());
    chunk[0] = blocks_per_chunk(dims[0], block);
  }
  return chunk;
}

void set_chunk(const Handle& list, const std::vector<hsize_t>& chunk) {
  if (chunk.empty()) return;
  check(H5Pset_chunk(list.id(), static_cast<int>(chunk.size()), chunk.data()), "set the chunks");
  check(H5Pset_shuffle(list.id()), "set the filters");
  check(H5Pset_deflate(list.id(), kDeflateLevel), "set the filters");
}

void write_fill_attribute(const Handle& dataset, hid_t file_type) {
  const double fill = std::numeric_limits<double>::quiet_NaN();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "create a dataspace");
  const Handle attribute(
      H5Acreate2(dataset.id(), "_FillValue", file_type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose, "create attribute _FillValue");
  check(H5Awrite(attribute.id(), H5T_NATIVE_DOUBLE, &fill), "write attribute _FillValue");
}

Handle create_dataset(hid_t group, const std::string& name, hid_t file_type,
                      const std::vector<hsize_t>& dims, const std::vector<hsize_t>& chunk) {
  const Handle list = property_list(H5P_DATASET_CREATE);
  set_object_rules(list, false);
  set_chunk(list, chunk);
  const bool is_float = H5Tget_class(file_type) == H5T_FLOAT;
  if (is_float) {
    const double fill = std::numeric_limits<double>::quiet_NaN();
    check(H5Pset_fill_value(list.id(), H5T_NATIVE_DOUBLE, &fill), "set the fill value");
  }
  const Handle space = dataspace(dims);
  Handle dataset(
      H5Dcreate2(group, name.c_str(), file_type, space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT),
      H5Dclose, "create dataset ", name);
  if (is_float) write_fill_attribute(dataset, file_type);
  return dataset;
}

std::vector<hsize_t> extents_of(const Scales& scales) {
  std::vector<hsize_t> dims;
  for (const Scale* scale : scales) dims.push_back(scale->size);
  return dims;
}

template <class T>
Layout layout_for(Layout wanted, std::span<const T> values) {
  return values.size_bytes() < kWorthFilters ? Layout::plain : wanted;
}

template <class T>
void write_whole(const Handle& dataset, std::span<const T> values, const std::string& name) {
  if (values.empty()) return;
  check(H5Dwrite(dataset.id(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "write dataset " + name);
}

}  // namespace

std::size_t blocks_per_chunk(std::size_t n_blocks, std::size_t block_size) {
  return std::clamp<std::size_t>(kChunkBytes / (block_size * sizeof(double)), 1, n_blocks);
}

Writer::Writer(OutputFile& output) : file_(create_file(output)) {}

Handle Writer::group(hid_t parent, const std::string& name) const {
  const Handle list = property_list(H5P_GROUP_CREATE);
  set_object_rules(list, true);
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Gclose,
          "create group ", name};
}

Scale Writer::scale(hid_t group, const std::string& name, std::size_t size,
                    std::int32_t first) const {
  std::vector<std::int32_t> numbers(size);
  std::iota(numbers.begin(), numbers.end(), first);
  Handle dataset = create_dataset(group, name, H5T_STD_I32LE, {size}, {});
  write_whole(dataset, std::span<const std::int32_t>(numbers), name);
  check(H5DSset_scale(dataset.id(), name.c_str()), "make a dimension of " + name);
  return {std::move(dataset), size};
}

Handle Writer::dataset(hid_t group, const std::string& name, hid_t file_type, const Scales& scales,
                       Layout layout) {
  return dataset_in_chunks(group, name, file_type, scales, chunk_for(layout, extents_of(scales)));
}

Handle Writer::dataset_in_chunks(hid_t group, const std::string& name, hid_t file_type,
                                 const Scales& scales, const std::vector<hsize_t>& chunk) {
  Handle created = create_dataset(group, name, file_type, extents_of(scales), chunk);
  for (std::size_t i = 0; i < scales.size(); ++i) {
    check(H5DSattach_scale(created.id(), scales[i]->dataset.id(), static_cast<unsigned>(i)),
          "attach a dimension to " + name);
  }
  return created;
}

Handle Writer::put(hid_t group, const std::string& name, std::span<const double> values,
                   const Scales& scales, Layout layout) {
  Handle created = dataset(group, name, H5T_IEEE_F64LE, scales, layout_for(layout, values));
  write_whole(created, values, name);
  return created;
}

Handle Writer::put(hid_t group, const std::string& name, std::span<const std::int32_t> values,
                   const Scales& scales, Layout layout) {
  Handle created = dataset(group, name, H5T_STD_I32LE, scales, layout_for(layout, values));
  write_whole(created, values, name);
  return created;
}

Handle Writer::put_as_float(hid_t group, const std::string& name, std::span<const double> values,
                            const Scales& scales, Layout layout) {
  Handle created = dataset(group, name, H5T_IEEE_F32LE, scales, layout_for(layout, values));
  write_whole(created, values, name);
  return created;
}

Handle Writer::put(hid_t group, const std::string& name, std::span<const std::string> values,
                   const Scales& scales) {
  const Handle type = string_type();
  Handle created = dataset(group, name, type.id(), scales);
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back(value.c_str());
  if (!texts.empty()) {
    // By default HDF5 clears a buffer of 1 MiB for every dataset of strings.
    const Handle transfer = property_list(H5P_DATASET_XFER);
    check(H5Pset_buffer(transfer.id(), kStringBuffer, nullptr, nullptr), "set the buffer");
    check(H5Dwrite(created.id(), type.id(), H5S_ALL, H5S_ALL, transfer.id(), texts.data()),
          "write dataset " + name);
  }
  return created;
}

void Writer::put_list(hid_t group, const std::string& name,
                      std::span<const std::int32_t> values) const {
  const std::vector<hsize_t> dims = {values.size()};
  const Handle created = create_dataset(group, name, H5T_STD_I32LE, dims,
                                        chunk_for(layout_for(Layout::whole, values), dims));
  write_whole(created, values, name);
}

void Writer::put_chunk(const Handle& dataset, std::size_t first,
                       std::span<const std::byte> stored) const {
  std::vector<hsize_t> start(extents(dataset.id(), "of a chunk").size(), 0);
  start[0] = first;
  check(H5Dwrite_chunk(dataset.id(), H5P_DEFAULT, 0, start.data(), stored.size(), stored.data()),
        "write a chunk");
}

void Writer::put_block(const Handle& dataset, std::size_t first,
                       std::span<const double> values) const {
  const Handle file_space(H5Dget_space(dataset.id()), H5Sclose, "write a block");
  const std::vector<hsize_t> dims = extents(dataset.id(), "of a block");
  std::vector<hsize_t> start(dims.size(), 0);
  std::vector<hsize_t> count = dims;
  start[0] = first;
  count[0] = 1;
  check(H5Sselect_hyperslab(file_space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                            nullptr),
        "write a block");
  // The same rank as in the file: otherwise HDF5 copies element by element, at twice the cost.
  const Handle memory_space = dataspace(count);
  check(H5Dwrite(dataset.id(), H5T_NATIVE_DOUBLE, memory_space.id(), file_space.id(), H5P_DEFAULT,
                 values.data()),
        "write a block");
}

void Writer::plot(const Handle& parent, const Plot& plot) const {
  const Handle created = group(parent.id(), plot.signal);
  const auto link = [&](const std::string& target, const std::string& as) {
    check(
        H5Lcreate_soft(("/" + target).c_str(), created.id(), as.c_str(), H5P_DEFAULT, H5P_DEFAULT),
        "link " + as);
  };
  const auto list = [&](const char* name, const std::vector<std::string>& values) {
    write_attribute(created.id(), name, std::span<const std::string>(values));
  };
  write_attribute(created.id(), "NX_class", std::string("NXdata"));
  write_attribute(created.id(), "signal", plot.signal);
  list("axes", plot.axes);
  link(plot.signal, plot.signal);
  for (const std::string& axis : plot.axes) link(axis, axis);
  if (!plot.errors.empty()) link(plot.errors, plot.signal + "_errors");
  if (!plot.auxiliary.empty()) {
    list("auxiliary_signals", {plot.auxiliary});
    link(plot.auxiliary, plot.auxiliary);
  }
  if (!plot.default_slice.empty()) list("default_slice", plot.default_slice);
}

void Writer::finish() { check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), "finish the file"); }

}  // namespace mlpgrid::hdf5
