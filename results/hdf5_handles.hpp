// Ownership, error texts and typed strings for the HDF5 C API, so that the files which write and
// read results hold no cleanup code. What a results file contains is theirs.
#pragma once

#include <H5public.h>
#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mlpgrid::hdf5 {

/// Owns one HDF5 identifier and closes it with the function that fits its kind.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  /// Throws std::runtime_error "cannot `action`: cause" when `id` is negative.
  Handle(hid_t id, Close close, const std::string& action);
  Handle(Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle();
  [[nodiscard]] hid_t id() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// Keeps HDF5 from printing its error stack while it lives; the causes go into exceptions instead.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Throws std::runtime_error "cannot `action`: cause" when `result` is negative.
void check(herr_t result, const std::string& action);

/// The innermost entry of HDF5's error stack.
[[nodiscard]] std::string cause();

template <class T>
[[nodiscard]] hid_t memory_type() {
  static_assert(std::is_same_v<T, double> || std::is_same_v<T, std::int32_t>);
  return std::is_same_v<T, double> ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT32;
}

/// Variable-length UTF-8: the one kind of string that every reader understands.
[[nodiscard]] Handle string_type();

void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, std::int32_t value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::span<const std::int32_t> values);
void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values);

/// Throw std::runtime_error when the attribute is missing, of another type or not a scalar.
[[nodiscard]] std::string read_string_attribute(hid_t object, const std::string& name);
[[nodiscard]] std::int32_t read_int_attribute(hid_t object, const std::string& name);
[[nodiscard]] double read_double_attribute(hid_t object, const std::string& name);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
/// In the order in which they were written.
[[nodiscard]] std::vector<std::string> attribute_names(hid_t object);

[[nodiscard]] bool has_link(hid_t group, const std::string& name);
[[nodiscard]] Handle open_group(hid_t group, const std::string& name);
[[nodiscard]] Handle open_dataset(hid_t group, const std::string& name);
[[nodiscard]] std::vector<hsize_t> extents(hid_t dataset, const std::string& name);
[[nodiscard]] H5T_class_t type_class(hid_t dataset, const std::string& name);

/// The dataset, which must have the extents `dims`.
[[nodiscard]] Handle checked_dataset(hid_t group, const std::string& name,
                                     const std::vector<hsize_t>& dims);

/// All elements, row-major. `dims` is what the schema demands; anything else is an error.
template <class T>
[[nodiscard]] std::vector<T> read_values(hid_t group, const std::string& name,
                                         const std::vector<hsize_t>& dims);
[[nodiscard]] std::vector<std::string> read_strings(hid_t group, const std::string& name,
                                                    const std::vector<hsize_t>& dims);

}  // namespace mlpgrid::hdf5
