// mlpgrid: trains many MLP configurations in parallel on CPUs, with cross-validation.
//
// The way of a fit, each step one plain struct that the next one reads:
//   command_line.hpp   arguments and experiment file -> Experiment      what to vary, on which data
//   data/load.hpp      data options                  -> LoadedData      rows in memory
//   plan.hpp           both                          -> Plan            configs x folds
//   engine/fit.hpp     one config, one fold          -> FitResult       train(), one thread
//   records.hpp        one result                    -> FitRecord
//   results/           records                       -> journal, HDF5 file, table
// commands/run.cpp has this order in code, runner.cpp the parallel loop. Here: which command, and
// what errors mean for the exit code.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "data/nearest_name.hpp"
#include "experiments/command_line.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/environment.hpp"
#include "experiments/usage_error.hpp"

namespace {

using namespace mlpgrid;

bool asks_for_help(const Arguments& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& a) { return a == "--help" || a == "-h"; });
}

int dispatch(const std::string& program, const std::string& command, const Arguments& arguments) {
  if (command == "--version") {
    fmt::print("{}", version_text());
    return kExitDone;
  }
  if (command == "--help" || command == "-h") {
    fmt::print("{}", help_text(""));
    return kExitDone;
  }
  const std::vector<std::string>& known = command_names();
  if (std::find(known.begin(), known.end(), command) == known.end()) {
    const std::string nearest = nearest_name(command, known);
    throw UsageError(
        fmt::format("unknown command '{}'{}; `mlpgrid --help` lists them", command,
                    nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
  }
  if (asks_for_help(arguments)) {
    fmt::print("{}", help_text(command));
    return kExitDone;
  }
  if (command == "run") return run_command(program, arguments);
  if (command == "list") return list_command(arguments);
  if (command == "show") return show_command(arguments);
  if (command == "diff") return diff_command(arguments);
  if (command == "bench") return bench_command(arguments);
  if (command == "data") return data_command(arguments);
  return table_command(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) {
      fmt::print(stderr, "{}", help_text(""));
      return kExitUsage;
    }
    return dispatch(argv[0], argv[1], Arguments(argv + 2, argv + argc));
  } catch (const UsageError& error) {
    fmt::print(stderr, "mlpgrid: {}\n", error.what());
    return kExitUsage;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "mlpgrid: out of memory; lower -j, the rows or the size of the grid\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "mlpgrid: {}\n", error.what());
  }
  return kExitError;
}
