// `mlpgrid diff`: whether two runs gave the same bits. The comparison is results/hdf5/diff.hpp's.
#include "results/hdf5/diff.hpp"

#include <fmt/format.h>

#include "experiments/commands/commands.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/terminal.hpp"

namespace mlpgrid {

int diff_command(const Arguments& arguments) {
  const std::vector<std::string> files = parse_arguments(arguments, {}).positional;
  if (files.size() != 2) throw UsageError("diff needs two results files");
  const std::vector<Difference> differences = diff_results(open_run(files[0]), open_run(files[1]));
  for (const Difference& difference : differences) {
    to_stdout("{}: {}\n", difference.dataset, difference.what);
  }
  if (differences.empty()) {
    to_stdout("equal to the bit outside /timing and /environment\n");
    return kExitDone;
  }
  return kExitError;
}

}  // namespace mlpgrid
