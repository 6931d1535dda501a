// `mlpgrid diff`: whether two runs gave the same bits.
#include "results/diff.hpp"

#include <fmt/format.h>

#include "experiments/commands/commands.hpp"

namespace mlpgrid {

int diff_command(const Arguments& arguments) {
  const DiffArguments files = parse_diff(arguments);
  const std::vector<Difference> differences = diff_results(files.a, files.b);
  for (const Difference& difference : differences) {
    fmt::print("{}: {}\n", difference.dataset, difference.what);
  }
  if (differences.empty()) {
    fmt::print("equal to the bit outside /timing and /environment\n");
    return kExitDone;
  }
  return kExitError;
}

}  // namespace mlpgrid
