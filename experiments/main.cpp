// mlpgrid: trains many MLP configurations in parallel on CPUs, with cross-validation.
//
// The way of a fit, each step one plain struct that the next one reads:
//   run_arguments.hpp  arguments and experiment file -> Experiment      what to vary, on which data
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
#include <vector>

#include "data/nearest_name.hpp"
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
    fmt::print("{}", help_text());
    return kExitDone;
  }
  const std::vector<Command>& known = commands();
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const Command& c) { return c.name == command; });
  if (found == known.end()) {
    std::vector<std::string> names;
    for (const Command& c : known) names.push_back(c.name);
    const std::string nearest = nearest_name(command, names);
    throw UsageError(
        fmt::format("unknown command '{}'{}; `mlpgrid --help` lists them", command,
                    nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
  }
  if (asks_for_help(arguments)) {
    fmt::print("{}", help_text(*found));
    return kExitDone;
  }
  return found->run(program, arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) {
      fmt::print(stderr, "{}", help_text());
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
