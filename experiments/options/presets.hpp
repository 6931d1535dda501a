// Finds experiments: presets that are installed with the program, and files of the user. Reading
// their lines is experiment_file.hpp's, resolving them resolve.hpp's.
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

/// The presets of a folder, ordered by name. Throws std::runtime_error when the folder is missing.
[[nodiscard]] std::vector<Preset> list_presets(const std::filesystem::path& folder);

/// Where an experiment is read from.
struct ExperimentSource {
  std::string name;            // of the preset, or the file's name without its extension
  std::filesystem::path file;  // empty: no file, every option at its default
  bool is_preset = false;
};

/// The experiment of a source, without any options of the command line; without a title it gets the
/// source's name. Throws as read_experiment_file() and make_experiment() do.
[[nodiscard]] Experiment read_experiment(const ExperimentSource& source);

/// Takes a name with a slash or the extension .ini for a file, any other for a preset in `folder`.
/// Does not open the file. Throws UsageError with the nearest name for an unknown preset.
[[nodiscard]] ExperimentSource find_experiment(const std::string& name_or_file,
                                               const std::filesystem::path& folder);

}  // namespace mlpgrid
