// `mlpgrid list`: the presets, a line each. Finding them is options/presets.hpp's.
#include <fmt/format.h>

#include <algorithm>

#include "experiments/commands/commands.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/system/terminal.hpp"

namespace mlpgrid {

int list_command(const Arguments& arguments) {
  const std::vector<std::string> names = parse_arguments(arguments, {}).positional;
  if (!names.empty()) {
    throw UsageError(fmt::format("list takes no argument, but there is '{}'", names[0]));
  }
  const std::vector<Preset> presets = list_presets(preset_folder());
  std::size_t width = 0;
  for (const Preset& preset : presets) width = std::max(width, preset.name.size());
  for (const Preset& preset : presets) {
    to_stdout("{:<{}}  {}\n", preset.name, width, preset.title);
  }
  return kExitDone;
}

}  // namespace mlpgrid
