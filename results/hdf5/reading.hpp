// What all code that reads parts of a results file shares: error messages that name the file, and
// the limit on memory. What the parts are is decided in read.cpp and pictures.cpp.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "results/hdf5/format/blocks.hpp"
#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/library/input_file.hpp"
#include "results/hdf5/read.hpp"

namespace mlpgrid::hdf5 {

/// Returns read(). Any exception of it becomes a std::runtime_error whose message names the file.
template <class Read>
auto naming(const std::filesystem::path& file, Read read) {
  const QuietErrors quiet;
  const auto fail = [&](const char* why) {
    throw std::runtime_error(fmt::format("cannot read {}: {}", file.string(), why));
  };
  try {
    return read();
  } catch (const std::bad_alloc&) {
    fail("there is not enough memory for what it claims to hold");
  } catch (const std::exception& error) {
    fail(error.what());
  }
  throw std::logic_error("unreachable");
}

/// Returns read(root) for the file that the results come from, within its memory limit.
template <class Read>
auto reading(const ResultsFile& results, Read read) {
  return naming(results.path, [&] {
    if (!results.file) throw std::runtime_error("the results are in no file");
    const ReadLimit limit(results.file->most_bytes());
    return read(results.file->id());
  });
}

/// The configs' values from the Blocks that open(root) returns; keeps the file open.
template <class Open>
ValuesOfConfig values_of_configs(const ResultsFile& results, Open open) {
  struct OpenBlocks {
    std::shared_ptr<const InputFile> file;  // outlives them
    Blocks blocks;
  };
  auto all = reading(results, [&](hid_t root) {
    return std::make_shared<OpenBlocks>(OpenBlocks{results.file, open(root)});
  });
  return [all = std::move(all), path = results.path](std::size_t config) {
    return naming(path, [&] {
      return all->blocks.is_stored(config) ? all->blocks.read(config) : std::span<const double>();
    });
  };
}

}  // namespace mlpgrid::hdf5
