// Looks for presets beside the program and reads experiments from their files. Splitting lines is
// experiment_file.cpp's.
#include "experiments/options/presets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "data/text/nearest_name.hpp"
#include "experiments/options/experiment_file.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace fs = std::filesystem;

fs::path preset_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "mlpgrid" /
         "presets";
}

std::vector<Preset> list_presets(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw std::runtime_error(
        fmt::format("the presets are missing: there is no folder {}; install the program again",
                    folder.string()));
  }
  std::vector<Preset> presets;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".ini") continue;
    Preset preset{entry.path().stem().string(), "", entry.path()};
    for (const FileEntry& line : read_experiment_file(entry.path())) {
      if (line.key == "title") preset.title = line.value;
    }
    presets.push_back(std::move(preset));
  }
  std::sort(presets.begin(), presets.end(),
            [](const Preset& a, const Preset& b) { return a.name < b.name; });
  return presets;
}

ExperimentSource find_experiment(const std::string& name_or_file, const fs::path& folder) {
  const fs::path path(name_or_file);
  if (name_or_file.find('/') != std::string::npos || path.extension() == ".ini") {
    return {path.stem().string(), path, false};
  }
  std::vector<std::string> known;
  for (const Preset& preset : list_presets(folder)) {
    if (preset.name == name_or_file) return {preset.name, preset.file, true};
    known.push_back(preset.name);
  }
  const std::string nearest = nearest_name(name_or_file, known);
  throw UsageError(fmt::format(
      "unknown preset '{}'{}; `mlpgrid list` shows them, and a file of your own ends in .ini",
      name_or_file, nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
}

Experiment read_experiment(const ExperimentSource& source) {
  Experiment experiment =
      make_experiment(given_by(read_experiment_file(source.file), source.file.string()));
  if (experiment.title.empty()) experiment.title = source.name;
  return experiment;
}

}  // namespace mlpgrid
