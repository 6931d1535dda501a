// `mlpgrid show`: the resolved experiment file.
#include <fmt/format.h>

#include "experiments/commands/commands.hpp"
#include "experiments/options.hpp"
#include "experiments/presets.hpp"
#include "experiments/run_arguments.hpp"
#include "experiments/terminal.hpp"

namespace mlpgrid {

int show_command(const Arguments& arguments) {
  to_stdout("{}", experiment_text(parse_show(arguments, preset_folder())));
  return kExitDone;
}

}  // namespace mlpgrid
