// Reads the groups behind the report's pictures. Whether the file is one of ours has been checked
// by read_results() before.
#include "results/hdf5_read_pictures.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "results/hdf5_handles.hpp"
#include "results/journal_view.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;

Handle open_file(const std::filesystem::path& file) {
  return open_to_read(file);
}

std::vector<hsize_t> extents_of(hid_t group, const std::string& name, std::size_t rank) {
  const Handle dataset = hdf5::open_dataset(group, name);
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

// read(group) of the file's `name`, if it has one. Every message begins with the file.
template <class Read>
auto read_group(const std::filesystem::path& path, const char* name, Read read)
    -> std::optional<decltype(read(hid_t()))> {
  const hdf5::QuietErrors quiet;
  try {
    const Handle file = open_file(path);
    if (!hdf5::has_link(file.id(), name)) return std::nullopt;
    return read(hdf5::open_group(file.id(), name).id());
  } catch (const std::exception& error) {
    throw std::runtime_error(
        fmt::format("cannot read /{} of {}: {}", name, path.string(), error.what()));
  }
}

}  // namespace

std::optional<DecisionMaps> read_maps(const std::filesystem::path& file, std::size_t n_configs) {
  return read_group(file, "maps", [&](hid_t group) {
    DecisionMaps maps;
    maps.x1 = read_list<double>(group, "x1");
    maps.x2 = read_list<double>(group, "x2");
    maps.point_x1 = read_list<double>(group, "point_x1");
    const std::vector<hsize_t> points = {maps.point_x1.size()};
    maps.point_x2 = hdf5::read_values<double>(group, "point_x2", points);
    maps.point_target = hdf5::read_values<double>(group, "point_target", points);
    maps.point_part = hdf5::read_values<std::int32_t>(group, "point_part", points);
    maps.output =
        hdf5::read_values<double>(group, "output", {n_configs, maps.x2.size(), maps.x1.size()});
    return maps;
  });
}

std::optional<Reconstructions> read_reconstructions(const std::filesystem::path& file,
                                                    std::size_t n_configs) {
  return read_group(file, "reconstructions", [&](hid_t group) {
    Reconstructions found;
    const std::vector<hsize_t> image = extents_of(group, "original", 3);
    found.height = image[1];
    found.width = image[2];
    found.originals = hdf5::read_values<double>(group, "original", image);
    found.rows = hdf5::read_values<std::int32_t>(group, "data_row", {image[0]});
    found.reconstructed = hdf5::read_values<double>(group, "reconstructed",
                                                    {n_configs, image[0], image[1], image[2]});
    return found;
  });
}

std::vector<std::string> curve_names(const std::filesystem::path& file) {
  constexpr std::array kCurves = {"train_loss", "val_loss", "train_score", "val_score",
                                  "early_stopping_score"};
  const hdf5::QuietErrors quiet;
  const Handle opened = open_file(file);
  std::vector<std::string> names;
  for (const char* name : kCurves) {
    if (hdf5::has_link(opened.id(), name)) names.emplace_back(name);
  }
  return names;
}

}  // namespace mlpgrid
