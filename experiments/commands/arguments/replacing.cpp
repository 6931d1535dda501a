// Compares files rather than names: links and other spellings of a path are the same file.
#include "experiments/commands/arguments/replacing.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include "experiments/options/usage_error.hpp"
#include "experiments/stored/model_features.hpp"
#include "results/files/atomic_file.hpp"

namespace mlpgrid {

namespace fs = std::filesystem;

std::vector<fs::path> files_read(const Experiment& experiment, const fs::path& output) {
  std::vector<fs::path> files = data_files(experiment.data);
  if (!experiment.features_from.empty()) {
    files.emplace_back(experiment.features_from);
    files.push_back(features_file(experiment, output));
  }
  return files;
}

void refuse_inputs(const fs::path& output, const std::vector<fs::path>& inputs) {
  for (const fs::path& input : inputs) {
    std::error_code none;  // files that do not exist are equivalent to none
    if (fs::equivalent(output, input, none) || output == input) {
      const bool same_name = output == input;
      throw UsageError(
          fmt::format("-o: {} is {}what is read here, which nothing replaces; name another file",
                      output.string(), same_name ? "" : fmt::format("{}, ", input.string())));
    }
  }
}

void check_replacing(const Replacing& replacing) {
  const fs::path& output = replacing.output;
  if (is_stream(output)) return;
  refuse_inputs(output, replacing.inputs);
  check_output_folder(output);
  std::error_code none;
  const auto size = fs::file_size(output, none);
  if (none || size == 0 || replacing.force || replacing.is_of_kind(output)) return;
  throw std::runtime_error(
      fmt::format("{} is there and is not {}: name another file with -o, or replace it with "
                  "--force",
                  output.string(), replacing.kind));
}

}  // namespace mlpgrid
