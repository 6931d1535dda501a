// Reads the groups behind the report's pictures. That the file is a results file was checked when
// `results` were read from it.
#include "results/hdf5/pictures.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "results/hdf5/reading.hpp"

namespace mlpgrid {
namespace {

std::vector<hsize_t> extents_of(hid_t group, const std::string& name, std::size_t rank) {
  const hdf5::Handle dataset = hdf5::open_dataset(group, name);
  std::vector<hsize_t> dims = hdf5::extents(dataset.id(), name);
  if (dims.size() != rank) {
    throw std::runtime_error(
        fmt::format("dataset '{}' has {} dimensions, not {}", name, dims.size(), rank));
  }
  return dims;
}

template <class T>
std::vector<T> read_list(hid_t group, const std::string& name) {
  return hdf5::read_values<T>(group, name, extents_of(group, name, 1));
}

// Calls read(group) for the group `name` of the file; nothing where there is none.
template <class Read>
auto read_group(const ResultsFile& results, const char* name, Read read)
    -> std::optional<decltype(read(hid_t()))> {
  return hdf5::reading(results, [&](hid_t root) -> std::optional<decltype(read(hid_t()))> {
    if (!hdf5::has_link(root, name)) return std::nullopt;
    try {
      return read(hdf5::open_group(root, name).id());
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("/{}: {}", name, error.what()));
    }
  });
}

ValuesOfConfig values_of_configs(const ResultsFile& results, const char* group, const char* name,
                                 std::vector<hsize_t> dims) {
  dims.insert(dims.begin(), results.run.n_configs());
  return hdf5::values_of_configs(results, [&](hid_t root) {
    return hdf5::Blocks(hdf5::open_group(root, group).id(), name, dims);
  });
}

}  // namespace

std::optional<DecisionMaps> read_maps(const ResultsFile& results) {
  auto found = read_group(results, "maps", [&](hid_t group) {
    DecisionMaps maps;
    maps.x1 = read_list<double>(group, "x1");
    maps.x2 = read_list<double>(group, "x2");
    maps.point_x1 = read_list<double>(group, "point_x1");
    const std::vector<hsize_t> points = {maps.point_x1.size()};
    maps.point_x2 = hdf5::read_values<double>(group, "point_x2", points);
    maps.point_target = hdf5::read_values<double>(group, "point_target", points);
    maps.point_part = hdf5::read_values<std::int32_t>(group, "point_part", points);
    return maps;
  });
  if (found) {
    found->output =
        values_of_configs(results, "maps", "output", {found->x2.size(), found->x1.size()});
  }
  return found;
}

std::optional<Reconstructions> read_reconstructions(const ResultsFile& results) {
  auto found = read_group(results, "reconstructions", [&](hid_t group) {
    Reconstructions pictures;
    const std::vector<hsize_t> images = extents_of(group, "original", 3);
    pictures.height = images[1];
    pictures.width = images[2];
    pictures.originals = hdf5::read_values<double>(group, "original", images);
    pictures.rows = hdf5::read_values<std::int32_t>(group, "data_row", {images[0]});
    return pictures;
  });
  if (found) {
    found->reconstructed = values_of_configs(results, "reconstructions", "reconstructed",
                                             {found->rows.size(), found->height, found->width});
  }
  return found;
}

std::vector<std::string> curve_names(const ResultsFile& results) {
  return hdf5::reading(results, [&](hid_t root) {
    std::vector<std::string> names;
    for (const FitCurve& curve : kFitCurves) {
      if (hdf5::has_link(root, curve.name)) names.emplace_back(curve.name);
    }
    return names;
  });
}

}  // namespace mlpgrid
