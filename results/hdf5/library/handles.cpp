// The HDF5 calls behind handles.hpp: error texts, attributes, strings and reads of whole datasets.
// Which names and shapes a results file has is decided in hdf5/write.cpp.
#include "results/hdf5/library/handles.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>

namespace mlpgrid::hdf5 {
namespace {

[[noreturn]] void fail(const std::string& action) {
  throw std::runtime_error(fmt::format("cannot {}: {}", action, cause()));
}

thread_local std::uint64_t left_to_read = std::numeric_limits<std::uint64_t>::max();

void write_attribute(hid_t object, const std::string& name, hid_t type, const Handle& space,
                     const void* values) {
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      "create attribute ", name);
  check(H5Awrite(attribute.id(), type, values), "write attribute " + name);
}

Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "create a dataspace"}; }

Handle line(std::size_t size) {
  const hsize_t dims[] = {size};
  return {H5Screate_simple(1, dims, nullptr), H5Sclose, "create a dataspace"};
}

Handle open_scalar_attribute(hid_t object, const std::string& name, H5T_class_t wanted) {
  Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open attribute ", name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, "read attribute ", name);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose, "read attribute ", name);
  if (H5Tget_class(type.id()) != wanted || H5Sget_simple_extent_npoints(space.id()) != 1 ||
      (wanted == H5T_STRING && H5Tis_variable_str(type.id()) <= 0)) {
    throw std::runtime_error(fmt::format("attribute '{}' has an unexpected type", name));
  }
  return attribute;
}

}  // namespace

Handle::Handle(hid_t id, Close close, std::string_view action, std::string_view name)
    : id_(id), close_(close) {
  if (id_ < 0) fail(std::string(action).append(name));
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

QuietErrors::QuietErrors() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

ReadLimit::ReadLimit(std::uint64_t bytes) : outer_(std::exchange(left_to_read, bytes)) {}

ReadLimit::~ReadLimit() { left_to_read = outer_; }

void require_room(std::uint64_t bytes) {
  if (bytes > left_to_read) {
    throw std::runtime_error("it is damaged: it claims to hold more than a file of its size can");
  }
}

void charge(std::uint64_t bytes) {
  require_room(bytes);
  left_to_read -= bytes;
}

void check(herr_t result, const std::string& action) {
  if (result < 0) fail(action);
}

std::string cause() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* error, void* out) -> herr_t {
        if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(out) = error->desc;
        return 0;
      },
      &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

bool is_cause(hid_t minor) {
  hid_t found = H5I_INVALID_HID;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* error, void* out) -> herr_t {
        if (depth == 0) *static_cast<hid_t*>(out) = error->min_num;
        return 0;
      },
      &found);
  return found == minor;
}

Handle string_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a string type");
  check(H5Tset_size(type.id(), H5T_VARIABLE), "make a string type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a string type");
  return type;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  const Handle type = string_type();
  write_attribute(object, name, type.id(), scalar(), &text);
}

void write_attribute(hid_t object, const std::string& name, std::int32_t value) {
  write_attribute(object, name, H5T_NATIVE_INT32, scalar(), &value);
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write_attribute(object, name, H5T_NATIVE_DOUBLE, scalar(), &value);
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::int32_t> values) {
  write_attribute(object, name, H5T_NATIVE_INT32, line(values.size()), values.data());
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values) {
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  const Handle type = string_type();
  write_attribute(object, name, type.id(), line(values.size()), texts.data());
}

std::string read_string_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar_attribute(object, name, H5T_STRING);
  const Handle type = string_type();
  char* text = nullptr;
  check(H5Aread(attribute.id(), type.id(), &text), "read attribute " + name);
  const std::unique_ptr<char, herr_t (*)(void*)> owned(text, H5free_memory);
  if (text == nullptr) return "";
  charge(std::strlen(text));
  return text;
}

std::int32_t read_int_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar_attribute(object, name, H5T_INTEGER);
  std::int32_t value = 0;
  check(H5Aread(attribute.id(), H5T_NATIVE_INT32, &value), "read attribute " + name);
  return value;
}

double read_double_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar_attribute(object, name, H5T_FLOAT);
  double value = 0.0;
  check(H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value), "read attribute " + name);
  return value;
}

bool has_attribute(hid_t object, const std::string& name) {
  return H5Aexists(object, name.c_str()) > 0;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  check(H5Aiterate2(
            object, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr,
            [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
              static_cast<std::vector<std::string>*>(out)->emplace_back(name);
              return 0;
            },
            &names),
        "list attributes");
  return names;
}

bool has_link(hid_t group, const std::string& name) {
  return H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0;
}

Handle open_group(hid_t group, const std::string& name) {
  return {H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose, "open group ", name};
}

Handle open_dataset(hid_t group, const std::string& name) {
  return {H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset ", name};
}

std::vector<hsize_t> extents(hid_t dataset, const std::string& name) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "read dataset ", name);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  check(rank, "read dataset " + name);
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr), "read dataset " + name);
  return dims;
}

H5T_class_t type_class(hid_t dataset, const std::string& name) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read dataset ", name);
  return H5Tget_class(type.id());
}

std::vector<hsize_t> chunk_of(hid_t dataset) {
  const Handle list(H5Dget_create_plist(dataset), H5Pclose, "read a dataset's layout");
  if (H5Pget_layout(list.id()) != H5D_CHUNKED) return {};
  std::vector<hsize_t> chunk(H5S_MAX_RANK);
  const int rank = H5Pget_chunk(list.id(), H5S_MAX_RANK, chunk.data());
  check(rank, "read a dataset's layout");
  chunk.resize(static_cast<std::size_t>(rank));
  return chunk;
}

bool is_chunk_stored(hid_t dataset, const std::vector<hsize_t>& start) {
  hsize_t size = 0;
  const herr_t result = H5Dget_chunk_storage_size(dataset, start.data(), &size);
  // HDF5 reports a chunk that is not stored as this error.
  if (result < 0 && is_cause(H5E_CANTGET)) return false;
  check(result, "find a dataset's chunk");
  return size > 0;
}

std::size_t element_count(const std::vector<hsize_t>& dims) {
  constexpr hsize_t kMost = hsize_t{1} << 48;  // times the size of an element still fits
  hsize_t count = 1;
  for (const hsize_t dim : dims) {
    if (dim != 0 && count > kMost / dim) throw std::runtime_error("a dataset is impossibly large");
    count *= dim;
  }
  return static_cast<std::size_t>(count);
}

Handle open_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& dims) {
  Handle dataset = open_dataset(group, name);
  if (extents(dataset.id(), name) != dims) {
    throw std::runtime_error(fmt::format("dataset '{}' has an unexpected shape", name));
  }
  const Handle list(H5Dget_create_plist(dataset.id()), H5Pclose, "read dataset ", name);
  const H5D_layout_t layout = H5Pget_layout(list.id());
  if (layout == H5D_VIRTUAL || (layout == H5D_CONTIGUOUS && H5Pget_external_count(list.id()) > 0)) {
    throw std::runtime_error(fmt::format("dataset '{}' lies in another file", name));
  }
  if (layout == H5D_CHUNKED) {  // HDF5 unpacks a whole chunk, however little is wanted
    const Handle type(H5Dget_type(dataset.id()), H5Tclose, "read dataset ", name);
    require_room(std::uint64_t{element_count(chunk_of(dataset.id()))} * H5Tget_size(type.id()));
  }
  return dataset;
}

template <class T>
std::vector<T> read_values(hid_t group, const std::string& name, const std::vector<hsize_t>& dims) {
  const Handle dataset = open_dataset(group, name, dims);
  const std::size_t count = element_count(dims);
  charge(count * sizeof(T));
  std::vector<T> values(count);
  if (values.empty()) return values;
  check(H5Dread(dataset.id(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "read dataset " + name);
  return values;
}

template std::vector<double> read_values(hid_t, const std::string&, const std::vector<hsize_t>&);
template std::vector<std::int32_t> read_values(hid_t, const std::string&,
                                               const std::vector<hsize_t>&);

namespace {

// Owns the strings of variable length that HDF5 allocates while it reads.
class Texts {
 public:
  // Called from C: must not throw.
  static void* allocate(std::size_t size, void* texts) {
    try {
      charge(size);
      auto& all = static_cast<Texts*>(texts)->all_;
      return all.emplace_back(new char[size]).get();
    } catch (const std::exception&) {
      return nullptr;
    }
  }
  static void release(void*, void*) {}  // the destructor frees all at once

 private:
  std::vector<std::unique_ptr<char[]>> all_;
};

}  // namespace

std::vector<std::string> read_strings(hid_t group, const std::string& name,
                                      const std::vector<hsize_t>& dims) {
  const Handle dataset = open_dataset(group, name, dims);
  const std::string action = "read dataset " + name;
  const Handle stored(H5Dget_type(dataset.id()), H5Tclose, action);
  if (H5Tis_variable_str(stored.id()) <= 0) {
    throw std::runtime_error(fmt::format("dataset '{}' does not hold strings", name));
  }
  const std::size_t count = element_count(dims);
  charge(count * (sizeof(char*) + sizeof(std::string)));
  std::vector<char*> texts(count, nullptr);
  std::vector<std::string> values;
  if (texts.empty()) return values;
  Texts owner;
  const Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, action);
  check(H5Pset_vlen_mem_manager(transfer.id(), Texts::allocate, &owner, Texts::release, nullptr),
        action);
  const Handle type = string_type();
  check(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, transfer.id(), texts.data()), action);
  values.reserve(count);
  for (const char* text : texts) values.emplace_back(text != nullptr ? text : "");
  return values;
}

}  // namespace mlpgrid::hdf5
