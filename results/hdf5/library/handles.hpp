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

/// While it lives, what this thread reads may take this many bytes of memory in all: a crafted file
/// can claim any size. Reading more throws std::runtime_error.
class ReadLimit {
 public:
  explicit ReadLimit(std::uint64_t bytes);
  ~ReadLimit();
  ReadLimit(const ReadLimit&) = delete;
  ReadLimit& operator=(const ReadLimit&) = delete;

 private:
  std::uint64_t outer_;
};

/// Throws where the limit has less left; charge() takes it, too, for what is about to be allocated.
void require_room(std::uint64_t bytes);
void charge(std::uint64_t bytes);

/// Throws std::runtime_error "cannot `action`: cause" when `result` is negative.
void check(herr_t result, const std::string& action);

/// The innermost entry of HDF5's error stack.
[[nodiscard]] std::string cause();
/// Whether that is its minor number.
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
/// The extents of its chunks; none where it has no chunks.
[[nodiscard]] std::vector<hsize_t> chunk_of(hid_t dataset);
/// Whether the file holds anything of the chunk that begins at `start`; else it reads as fill
/// values.
[[nodiscard]] bool is_chunk_stored(hid_t dataset, const std::vector<hsize_t>& start);

/// Throws std::runtime_error where the product overflows.
[[nodiscard]] std::size_t element_count(const std::vector<hsize_t>& dims);

/// `dims` is what the schema demands: anything else is an error, as is data outside of the file.
[[nodiscard]] Handle open_dataset(hid_t group, const std::string& name,
                                  const std::vector<hsize_t>& dims);

/// All elements, row-major.
template <class T>
[[nodiscard]] std::vector<T> read_values(hid_t group, const std::string& name,
                                         const std::vector<hsize_t>& dims);
[[nodiscard]] std::vector<std::string> read_strings(hid_t group, const std::string& name,
                                                    const std::vector<hsize_t>& dims);

}  // namespace mlpgrid::hdf5
