// `mlpgrid table`: the ranking of a results file, or its numbers beside reported ones. The tables
// are results/tables/'s.
#include <fmt/format.h>

#include <stdexcept>

#include "experiments/commands/arguments/table_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/reported.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/terminal.hpp"
#include "results/hdf5/read.hpp"
#include "results/tables/against_reported.hpp"
#include "results/tables/trace_table.hpp"

namespace mlpgrid {

namespace {

std::string against_reported(const ResultsFile& results, const TableArguments& table) {
  const std::filesystem::path presets = preset_folder();
  const std::filesystem::path file = find_reported(results, table.reported, presets);
  ReportedOptions options;
  options.format = table.options.format;
  options.terminal = table.options.terminal;
  options.source = file.filename().string();
  options.success = table.options.success;
  options.changes = changes_of_preset(results, preset_named_by(file), presets);
  return format_against_reported(results, read_reported(file), options);
}

}  // namespace

int table_command(const Arguments& arguments) {
  TableArguments table = parse_table(arguments);
  if (table.trace) {
    const ResultsFile traced = open_run(table.file);
    to_stdout("{}", format_traces(read_traces(traced), traced.run.label));
    return kExitDone;
  }
  table.options.terminal = stdout_shows_bold();
  const ResultsFile results = open_run(table.file);
  std::string text;
  try {
    text = table.against_reported ? against_reported(results, table)
                                  : format_table(results, table.options);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  to_stdout("{}", text);
  return kExitDone;
}

}  // namespace mlpgrid
