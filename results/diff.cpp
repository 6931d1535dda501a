// Walks two HDF5 files side by side. Knows nothing of the schema but the two groups that may
// differ.
#include "results/diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string_view>

#include "data/printable.hpp"
#include "results/hdf5_file.hpp"
#include "results/hdf5_handles.hpp"
#include "results/journal_view.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using Extents = std::vector<hsize_t>;

/// Opened by read_results's rules first, so that the errors are the same as everywhere.
Handle open_checked(const std::filesystem::path& file) {
  (void)read_results(file);
  return open_to_read(file);
}

/// Paths of all datasets that count, without leading slash.
std::set<std::string> dataset_paths(const Handle& file) {
  std::set<std::string> paths;
  hdf5::check(H5Ovisit2(
                  file.id(), H5_INDEX_NAME, H5_ITER_INC,
                  [](hid_t, const char* path, const H5O_info_t* info, void* out) -> herr_t {
                    const std::string_view name(path);
                    if (info->type == H5O_TYPE_DATASET && !name.starts_with("timing/") &&
                        !name.starts_with("environment/")) {
                      static_cast<std::set<std::string>*>(out)->emplace(name);
                    }
                    return 0;
                  },
                  &paths, H5O_INFO_BASIC),
              "list the datasets");
  return paths;
}

/// Row-major position as indices.
std::string index_text(std::size_t position, const Extents& extents) {
  Extents index(extents.size());
  for (std::size_t d = extents.size(); d-- > 0;) {
    index[d] = position % extents[d];
    position /= extents[d];
  }
  return fmt::format("[{}]", fmt::join(index, ", "));
}

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}
bool same(std::int32_t a, std::int32_t b) { return a == b; }
bool same(const std::string& a, const std::string& b) { return a == b; }

template <class T>
std::string first_difference(const std::vector<T>& a, const std::vector<T>& b,
                             const Extents& extents) {
  std::size_t count = 0;
  std::size_t first = 0;
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (same(a[i], b[i])) continue;
    if (count++ == 0) first = i;
    if constexpr (!std::is_same_v<T, std::string>) {
      const double distance = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
      if (!(distance <= largest)) largest = distance;
    }
  }
  if (count == 0) return "";
  const std::string where = fmt::format("{} of {} values differ, first at {}: ", count, a.size(),
                                        index_text(first, extents));
  if constexpr (std::is_same_v<T, std::string>) {
    return fmt::format("{}{} and {}", where, printable(a[first]), printable(b[first]));
  } else {
    return fmt::format("{}{} and {}; largest difference {:.3g}", where, a[first], b[first],
                       largest);
  }
}

std::string compare(const Handle& a, const Handle& b, const std::string& path) {
  const Handle dataset_a = hdf5::open_dataset(a.id(), path);
  const Handle dataset_b = hdf5::open_dataset(b.id(), path);
  const Extents extents = hdf5::extents(dataset_a.id(), path);
  if (const Extents other = hdf5::extents(dataset_b.id(), path); extents != other) {
    return fmt::format("extents [{}] and [{}]", fmt::join(extents, ", "), fmt::join(other, ", "));
  }
  const H5T_class_t type = hdf5::type_class(dataset_a.id(), path);
  if (type != hdf5::type_class(dataset_b.id(), path)) return "another type";
  switch (type) {
    case H5T_STRING:
      return first_difference(hdf5::read_strings(a.id(), path, extents),
                              hdf5::read_strings(b.id(), path, extents), extents);
    case H5T_INTEGER:
      return first_difference(hdf5::read_values<std::int32_t>(a.id(), path, extents),
                              hdf5::read_values<std::int32_t>(b.id(), path, extents), extents);
    case H5T_FLOAT:
      return first_difference(hdf5::read_values<double>(a.id(), path, extents),
                              hdf5::read_values<double>(b.id(), path, extents), extents);
    default:
      throw std::runtime_error(
          fmt::format("dataset '{}' has a type this program never writes", path));
  }
}

}  // namespace

std::vector<Difference> diff_results(const std::filesystem::path& a,
                                     const std::filesystem::path& b) {
  const Handle file_a = open_checked(a);
  const Handle file_b = open_checked(b);
  const hdf5::QuietErrors quiet;
  const std::set<std::string> in_a = dataset_paths(file_a);
  const std::set<std::string> in_b = dataset_paths(file_b);
  std::set<std::string> paths = in_a;
  paths.insert(in_b.begin(), in_b.end());

  std::vector<Difference> differences;
  for (const std::string& path : paths) {
    std::string what;
    if (!in_b.contains(path)) {
      what = fmt::format("only in {}", a.string());
    } else if (!in_a.contains(path)) {
      what = fmt::format("only in {}", b.string());
    } else {
      what = compare(file_a, file_b, path);
    }
    if (!what.empty()) differences.push_back({path, what});
  }
  return differences;
}

}  // namespace mlpgrid
