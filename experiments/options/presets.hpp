// Where experiments come from: presets that are installed with the program, and the user's files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/options/experiment.hpp"

namespace mlpgrid {

struct Preset {
  std::string name;
  std::string title;
  std::filesystem::path file;
};

/// <folder of the program>/../share/mlpgrid/presets.
[[nodiscard]] std::filesystem::path preset_folder();

/// The presets of a folder by name. Throws std::runtime_error when the folder is missing.
[[nodiscard]] std::vector<Preset> list_presets(const std::filesystem::path& folder);

struct ExperimentSource {
  std::string name;            // of the preset, or the file's name without its extension
  std::filesystem::path file;  // empty: no file, every option at its default
  bool is_preset = false;
};

/// What the source alone says; its name is the title where it gives none. Throws as
/// read_experiment_file() and make_experiment() do.
[[nodiscard]] Experiment read_experiment(const ExperimentSource& source);

/// A name with a slash or the extension .ini is a file, another one a preset. Throws UsageError
/// with the nearest name for an unknown preset. Does not open the file.
[[nodiscard]] ExperimentSource find_experiment(const std::string& name_or_file,
                                               const std::filesystem::path& folder);

}  // namespace mlpgrid
