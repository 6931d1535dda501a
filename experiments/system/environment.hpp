// Where and how a run was made: the attributes of /environment. Storing them is
// results/hdf5/write.cpp's.
#pragma once

#include <string>

#include "results/run.hpp"

namespace mlpgrid {

/// The name of the attribute that holds the preset a run was made from.
inline constexpr const char* kPresetAttribute = "preset";

/// The attributes of a run that starts now. `command_line` is what the user typed, `jobs` the fits
/// at once; `preset` is empty for an experiment of the user's own.
[[nodiscard]] Environment describe_environment(const std::string& command_line, int jobs,
                                               const std::string& preset = {});

/// What --version prints.
[[nodiscard]] std::string version_text();

/// The CPU's name as the kernel tells it; "unknown" where it does not.
[[nodiscard]] std::string cpu_model();

}  // namespace mlpgrid
