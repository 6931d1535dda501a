// `mlpgrid table`: the ranking of a results file.
#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>

#include "experiments/commands/commands.hpp"
#include "experiments/usage_error.hpp"
#include "results/hdf5_file.hpp"
#include "results/trace_table.hpp"

namespace mlpgrid {

int table_command(const Arguments& arguments) {
  TableArguments table = parse_table(arguments);
  if (table.trace) {
    fmt::print("{}", format_traces(read_traces(table.file), read_results(table.file).run.label));
    return kExitDone;
  }
  table.options.terminal = isatty(STDOUT_FILENO) == 1;
  const ResultsFile results = read_results(table.file);
  std::string text;
  try {
    text = format_table(results, table.options);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  fmt::print("{}", text);
  return kExitDone;
}

}  // namespace mlpgrid
