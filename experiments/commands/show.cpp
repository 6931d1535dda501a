// `mlpgrid show`: prints the resolved experiment file. Resolving is options/resolve.hpp's.
#include <fmt/format.h>

#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/system/terminal.hpp"

namespace mlpgrid {

int show_command(const Arguments& arguments) {
  to_stdout("{}", experiment_text(parse_show(arguments, preset_folder())));
  return kExitDone;
}

}  // namespace mlpgrid
