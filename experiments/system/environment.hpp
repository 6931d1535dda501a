// Where and how a run was made: the attributes of /environment.
#pragma once

#include <string>

#include "results/run.hpp"

namespace mlpgrid {

/// The name of the attribute that holds the preset a run was made from.
inline constexpr const char* kPresetAttribute = "preset";

/// `command_line` as the user gave it; `jobs` fits at once; `preset` is empty for an experiment of
/// the user's own. The time is now.
[[nodiscard]] Environment describe_environment(const std::string& command_line, int jobs,
                                               const std::string& preset = {});

/// What --version prints.
[[nodiscard]] std::string version_text();

/// As the kernel calls it; "unknown" where it does not.
[[nodiscard]] std::string cpu_model();

}  // namespace mlpgrid
