// The calls behind hdf5_handles.hpp: error texts, attributes, strings and whole-dataset reads.
// Which names and shapes a results file has is decided in hdf5_file_write.cpp.
#include "results/hdf5_handles.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace mlpgrid::hdf5 {
namespace {

[[noreturn]] void fail(const std::string& action) {
  throw std::runtime_error(fmt::format("cannot {}: {}", action, cause()));
}

std::size_t element_count(const std::vector<hsize_t>& dims) {
  // A damaged file can claim any extent: stop before the product overflows or eats the memory.
  constexpr hsize_t kMost = hsize_t{1} << 33;
  hsize_t count = 1;
  for (const hsize_t dim : dims) {
    if (dim != 0 && count > kMost / dim) throw std::runtime_error("a dataset is impossibly large");
    count *= dim;
  }
  return static_cast<std::size_t>(count);
}

void write_attribute(hid_t object, const std::string& name, hid_t type, const Handle& space,
                     const void* values) {
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      "create attribute " + name);
  check(H5Awrite(attribute.id(), type, values), "write attribute " + name);
}

Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "create a dataspace"}; }

Handle line(std::size_t size) {
  const hsize_t dims[] = {size};
  return {H5Screate_simple(1, dims, nullptr), H5Sclose, "create a dataspace"};
}

Handle open_scalar_attribute(hid_t object, const std::string& name, H5T_class_t wanted) {
  Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open attribute " + name);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, "read attribute " + name);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose, "read attribute " + name);
  if (H5Tget_class(type.id()) != wanted || H5Sget_simple_extent_npoints(space.id()) != 1 ||
      (wanted == H5T_STRING && H5Tis_variable_str(type.id()) <= 0)) {
    throw std::runtime_error(fmt::format("attribute '{}' has an unexpected type", name));
  }
  return attribute;
}

}  // namespace

Handle::Handle(hid_t id, Close close, const std::string& action) : id_(id), close_(close) {
  if (id_ < 0) fail(action);
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

QuietErrors::QuietErrors() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

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
  std::string value = text != nullptr ? text : "";
  H5free_memory(text);
  return value;
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
  return {H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name};
}

Handle open_dataset(hid_t group, const std::string& name) {
  return {H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name};
}

std::vector<hsize_t> extents(hid_t dataset, const std::string& name) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "read dataset " + name);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  check(rank, "read dataset " + name);
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr), "read dataset " + name);
  return dims;
}

H5T_class_t type_class(hid_t dataset, const std::string& name) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read dataset " + name);
  return H5Tget_class(type.id());
}

Handle checked_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& dims) {
  Handle dataset = open_dataset(group, name);
  if (extents(dataset.id(), name) != dims) {
    throw std::runtime_error(fmt::format("dataset '{}' has an unexpected shape", name));
  }
  return dataset;
}

template <class T>
std::vector<T> read_values(hid_t group, const std::string& name, const std::vector<hsize_t>& dims) {
  const Handle dataset = checked_dataset(group, name, dims);
  std::vector<T> values(element_count(dims));
  if (values.empty()) return values;
  check(H5Dread(dataset.id(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "read dataset " + name);
  return values;
}

template std::vector<double> read_values(hid_t, const std::string&, const std::vector<hsize_t>&);
template std::vector<std::int32_t> read_values(hid_t, const std::string&,
                                               const std::vector<hsize_t>&);

std::vector<std::string> read_strings(hid_t group, const std::string& name,
                                      const std::vector<hsize_t>& dims) {
  const Handle dataset = checked_dataset(group, name, dims);
  const Handle stored(H5Dget_type(dataset.id()), H5Tclose, "read dataset " + name);
  if (H5Tis_variable_str(stored.id()) <= 0) {
    throw std::runtime_error(fmt::format("dataset '{}' does not hold strings", name));
  }
  std::vector<char*> texts(element_count(dims), nullptr);
  std::vector<std::string> values;
  if (texts.empty()) return values;
  const Handle type = string_type();
  check(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()),
        "read dataset " + name);
  for (const char* text : texts) values.emplace_back(text != nullptr ? text : "");
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "read dataset " + name);
  H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, texts.data());
  return values;
}

}  // namespace mlpgrid::hdf5
