// Walks two HDF5 files side by side. Knows nothing of the schema but the two groups that may
// differ.
#include "results/hdf5/diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>

#include "data/text/printable.hpp"
#include "results/hdf5/reading.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using Extents = std::vector<hsize_t>;

/// Visits each group of a file once and lists its datasets. Not H5Ovisit, which looks up every
/// object from the root and would take hours for a file of a thousand nested groups.
class DatasetPaths {
 public:
  explicit DatasetPaths(hid_t root) {
    H5O_info_t info;
    hdf5::check(H5Oget_info2(root, &info, H5O_INFO_BASIC), "look at the root");
    seen_.insert(info.addr);
    add_group(root, "");
  }

  [[nodiscard]] const std::set<std::string>& found() const { return found_; }

 private:
  void add_group(hid_t group, const std::string& path) {
    constexpr std::size_t kDeepest = 8;  // this program's files are 4 deep
    if (static_cast<std::size_t>(std::ranges::count(path, '/')) >= kDeepest) return;
    std::vector<std::string> names;
    hdf5::check(H5Literate(
                    group, H5_INDEX_NAME, H5_ITER_INC, nullptr,
                    [](hid_t, const char* name, const H5L_info_t* info, void* out) -> herr_t {
                      if (info->type == H5L_TYPE_HARD) {
                        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
                      }
                      return 0;
                    },
                    &names),
                "list the datasets");
    for (const std::string& name : names) add(group, name, path + name);
  }

  void add(hid_t group, const std::string& name, const std::string& path) {
    H5O_info_t info;
    hdf5::check(H5Oget_info_by_name2(group, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT),
                "look at " + path);
    if (path == "timing" || path == "environment" || !seen_.insert(info.addr).second) return;
    if (info.type == H5O_TYPE_DATASET) found_.insert(path);
    if (info.type == H5O_TYPE_GROUP) {
      add_group(hdf5::open_group(group, name).id(), path + "/");
    }
  }

  std::set<haddr_t> seen_;
  std::set<std::string> found_;
};

/// The paths of all datasets to compare, without leading slash.
std::set<std::string> dataset_paths(const ResultsFile& results) {
  return hdf5::reading(results, [](hid_t root) { return DatasetPaths(root).found(); });
}

/// A row-major position as indices: "[2, 0, 14]".
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

double shown(double value) { return value; }
std::int32_t shown(std::int32_t value) { return value; }
std::string shown(const std::string& text) { return printable(text); }

/// Collects what differs between two datasets of the same extents, given piece by piece.
class Differences {
 public:
  template <class T>
  void add(std::span<const T> a, std::span<const T> b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (same(a[i], b[i])) continue;
      if (count_++ == 0) {
        first_ = total_ + i;
        values_ = fmt::format("{} and {}", shown(a[i]), shown(b[i]));
      }
      if constexpr (!std::is_same_v<T, std::string>) {
        const double distance = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        if (!largest_ || !(distance <= *largest_)) largest_ = distance;
      }
    }
    total_ += a.size();
  }
  void skip(std::size_t count) { total_ += count; }

  [[nodiscard]] std::string text(const Extents& extents) const {
    if (count_ == 0) return "";
    std::string text = fmt::format("{} of {} values differ, first at {}: {}", count_, total_,
                                   index_text(first_, extents), values_);
    if (largest_) text += fmt::format("; largest difference {:.3g}", *largest_);
    return text;
  }

 private:
  std::size_t total_ = 0, count_ = 0, first_ = 0;
  std::string values_;
  std::optional<double> largest_;
};

/// Compares block by block, because curves and pictures may be larger than the memory.
void add_blocks(Differences& differences, hid_t a, hid_t b, const std::string& path,
                const Extents& extents) {
  hdf5::Blocks blocks_a(a, path, extents);
  hdf5::Blocks blocks_b(b, path, extents);
  const std::size_t size = hdf5::element_count(extents) / static_cast<std::size_t>(extents[0]);
  const bool same_fill = same(blocks_a.fill_value(), blocks_b.fill_value());
  for (std::size_t i = 0; i < extents[0]; ++i) {
    if (same_fill && !blocks_a.is_stored(i) && !blocks_b.is_stored(i)) {
      differences.skip(size);
    } else {
      differences.add(blocks_a.read(i), blocks_b.read(i));
    }
  }
}

template <class T>
void add_whole(Differences& differences, const std::vector<T>& a, const std::vector<T>& b) {
  differences.add(std::span<const T>(a), std::span<const T>(b));
}

std::string compare(hid_t a, hid_t b, const std::string& path) {
  const Handle dataset_a = hdf5::open_dataset(a, path);
  const Handle dataset_b = hdf5::open_dataset(b, path);
  const Extents extents = hdf5::extents(dataset_a.id(), path);
  if (const Extents other = hdf5::extents(dataset_b.id(), path); extents != other) {
    return fmt::format("extents [{}] and [{}]", fmt::join(extents, ", "), fmt::join(other, ", "));
  }
  const H5T_class_t type = hdf5::type_class(dataset_a.id(), path);
  if (type != hdf5::type_class(dataset_b.id(), path)) return "another type";
  Differences differences;
  switch (type) {
    case H5T_STRING:
      add_whole(differences, hdf5::read_strings(a, path, extents),
                hdf5::read_strings(b, path, extents));
      break;
    case H5T_INTEGER:
      add_whole(differences, hdf5::read_values<std::int32_t>(a, path, extents),
                hdf5::read_values<std::int32_t>(b, path, extents));
      break;
    case H5T_FLOAT:
      if (extents.size() >= 2 && hdf5::element_count(extents) > 0) {
        add_blocks(differences, a, b, path, extents);
      } else {
        add_whole(differences, hdf5::read_values<double>(a, path, extents),
                  hdf5::read_values<double>(b, path, extents));
      }
      break;
    default:
      throw std::runtime_error(
          fmt::format("dataset '{}' has a type this program never writes", path));
  }
  return differences.text(extents);
}

}  // namespace

std::vector<Difference> diff_results(const ResultsFile& a, const ResultsFile& b) {
  const std::set<std::string> in_a = dataset_paths(a);
  const std::set<std::string> in_b = dataset_paths(b);
  std::set<std::string> paths = in_a;
  paths.insert(in_b.begin(), in_b.end());

  std::vector<Difference> differences;
  for (const std::string& path : paths) {
    std::string what;
    if (!in_b.contains(path)) {
      what = fmt::format("only in {}", a.path.string());
    } else if (!in_a.contains(path)) {
      what = fmt::format("only in {}", b.path.string());
    } else {
      what = hdf5::reading(a, [&](hid_t root_a) {
        return hdf5::reading(b, [&](hid_t root_b) { return compare(root_a, root_b, path); });
      });
    }
    if (!what.empty()) differences.push_back({path, what});
  }
  return differences;
}

}  // namespace mlpgrid
