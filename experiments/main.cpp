// mlpgrid: trains many MLP configurations in parallel on CPUs, with cross-validation.
//
// The way of a fit; each step gives a plain struct that the next one reads:
//   commands/arguments/run_arguments.hpp  command line  -> Experiment  what to vary, on which data
//   data/load/load.hpp                    data options  -> LoadedData  rows in memory
//   plan/plan.hpp                         both          -> Plan        configs x folds
//   engine/fit.hpp                        config, fold  -> FitResult   train(), one thread
//   fits/records.hpp                      one result    -> FitRecord
//   results/                              records       -> journal, HDF5 file, table
// commands/run.cpp has this order in code, fits/runner.cpp the parallel loop. Here: which command
// runs, and what errors mean for the exit code.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/system/environment.hpp"
#include "experiments/system/terminal.hpp"
#include "results/files/atomic_file.hpp"

namespace {

using namespace mlpgrid;

bool asks_for_help(const Arguments& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& a) { return a == "--help" || a == "-h"; });
}

int dispatch(const std::string& program, const std::string& command, const Arguments& arguments) {
  if (command == "--version") {
    to_stdout("{}", version_text());
    return kExitDone;
  }
  if (command == "--help" || command == "-h") {
    to_stdout("{}", help_text());
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
    to_stdout("{}", help_text(*found));
    return kExitDone;
  }
  return found->run(program, arguments);
}

constexpr const char* kOutOfMemory =
    "mlpgrid: out of memory; lower -j, the rows or the size of the grid\n";

std::atomic<bool> memory_ran_out{false};
std::terminate_handler usual_end = std::abort;

void on_no_memory() {
  memory_ran_out = true;
  throw std::bad_alloc();
}

// Called when memory runs out where C++ allows no exception, in destructors and within libraries.
// Ends without a core file: the journal has every finished fit.
[[noreturn]] void on_terminate() {
  if (memory_ran_out) {
    write_to_stderr(kOutOfMemory);
    std::_Exit(kExitError);
  }
  usual_end();
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  std::set_new_handler(on_no_memory);
  usual_end = std::set_terminate(on_terminate);
  // Ignored, so that a write to a closed pipe, or beyond the limit of `ulimit -f`, fails with an
  // error instead of ending the program: a run goes on when nobody reads its messages any more.
  const auto on_closed_pipe = std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
  try {
    if (argc < 2) {
      to_stderr("{}", help_text());
      return kExitUsage;
    }
    return dispatch(argv[0], argv[1], Arguments(argv + 2, argv + argc));
  } catch (const UsageError& error) {
    to_stderr("mlpgrid: {}\n", error.what());
    return kExitUsage;
  } catch (const FileError& error) {
    if (error.error() == EPIPE) {  // stdout, as in `mlpgrid list | head -1`: end as usual, quietly
      (void)std::signal(SIGPIPE, on_closed_pipe);
      (void)std::raise(SIGPIPE);
      return kExitError;
    }
    to_stderr("mlpgrid: {}\n", error.what());
  } catch (const std::bad_alloc&) {
    write_to_stderr(kOutOfMemory);
  } catch (const std::filesystem::filesystem_error& error) {  // a name too long, links in a circle
    to_stderr("mlpgrid: {}: {}\n", printable(error.path1().string(), kNoLimit),
              error.code().message());
  } catch (const std::exception& error) {
    to_stderr("mlpgrid: {}\n", error.what());
  }
  return kExitError;
}
