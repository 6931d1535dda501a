// Ownership, error texts and typed values for the HDF5 C API, so that the code which writes and
// reads results has no clean-up code. What a results file contains is not known here.
#pragma once

#include <H5public.h>
#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mlpgrid::hdf5 {

/// Owns one HDF5 identifier and closes it with the function that fits its kind.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  /// Takes over `id`. Throws std::runtime_error "cannot `action``name`: CAUSE" when it is negative.
  /// The two are put together only then: a string made for every call would need memory between
  /// HDF5's opening of the object and its owner here, and without it the object would stay open.
  Handle(hid_t id, Close close, std::string_view action, std::string_view name = {});
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

/// While it lives, HDF5 does not print its error stack; the causes go into exceptions instead.
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

/// While it lives, this thread may read at most `bytes` into memory in all, because a crafted file
/// can claim any size. Reading more throws std::runtime_error. Nested limits replace the outer one.
class ReadLimit {
 public:
  explicit ReadLimit(std::uint64_t bytes);
  ~ReadLimit();
  ReadLimit(const ReadLimit&) = delete;
  ReadLimit& operator=(const ReadLimit&) = delete;

 private:
  std::uint64_t outer_;
};

/// require_room() throws std::runtime_error where less than `bytes` is left of the ReadLimit;
/// charge() also takes the bytes off it, for what is about to be allocated.
void require_room(std::uint64_t bytes);
void charge(std::uint64_t bytes);

/// Throws std::runtime_error "cannot `action`: CAUSE" when `result` is negative.
void check(herr_t result, const std::string& action);

/// What the innermost entry of HDF5's error stack says.
[[nodiscard]] std::string cause();
/// Whether the innermost entry of HDF5's error stack has this minor error number.
[[nodiscard]] bool is_cause(hid_t minor);

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

/// Throw std::runtime_error when the attribute is missing, has another type or is not a scalar.
[[nodiscard]] std::string read_string_attribute(hid_t object, const std::string& name);
[[nodiscard]] std::int32_t read_int_attribute(hid_t object, const std::string& name);
[[nodiscard]] double read_double_attribute(hid_t object, const std::string& name);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
/// The names of all attributes, in the order in which they were written.
[[nodiscard]] std::vector<std::string> attribute_names(hid_t object);

/// `name` may be a path below `group`. Where it is missing, or of another kind, the functions that
/// open or read throw std::runtime_error.
[[nodiscard]] bool has_link(hid_t group, const std::string& name);
[[nodiscard]] Handle open_group(hid_t group, const std::string& name);
[[nodiscard]] Handle open_dataset(hid_t group, const std::string& name);
[[nodiscard]] std::vector<hsize_t> extents(hid_t dataset, const std::string& name);
[[nodiscard]] H5T_class_t type_class(hid_t dataset, const std::string& name);
/// The extents of a chunk; empty where the dataset has no chunks.
[[nodiscard]] std::vector<hsize_t> chunk_of(hid_t dataset);
/// Whether the file stores the chunk that begins at the indices `start`; if not, it reads as fill
/// values.
[[nodiscard]] bool is_chunk_stored(hid_t dataset, const std::vector<hsize_t>& start);

/// The product of the extents. Throws std::runtime_error where it exceeds 2^48.
[[nodiscard]] std::size_t element_count(const std::vector<hsize_t>& dims);

/// Opens a dataset that must have the extents `dims`. Throws std::runtime_error for other extents,
/// for data in another file, and for chunks beyond the ReadLimit.
[[nodiscard]] Handle open_dataset(hid_t group, const std::string& name,
                                  const std::vector<hsize_t>& dims);

/// All elements of a dataset of these extents, row-major. Throw std::runtime_error as
/// open_dataset() does, for another type, and beyond the ReadLimit.
template <class T>
[[nodiscard]] std::vector<T> read_values(hid_t group, const std::string& name,
                                         const std::vector<hsize_t>& dims);
[[nodiscard]] std::vector<std::string> read_strings(hid_t group, const std::string& name,
                                                    const std::vector<hsize_t>& dims);

}  // namespace mlpgrid::hdf5
