// The command lines of the commands, parsed: Boost.ProgramOptions, without its guessing.
// What a command does with them is in commands/.
#pragma once

#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "experiments/experiment.hpp"
#include "results/recorder.hpp"
#include "results/table.hpp"

namespace mlpgrid {

using Arguments = std::vector<std::string>;

/// `run` and `show`: an experiment, and (run only) where and how to run it.
struct RunArguments {
  std::string name;  // of the experiment
  Experiment experiment;
  std::filesystem::path output;  // NAME.h5 unless given
  int jobs = 0;                  // 0: not given
  OutputMode mode = OutputMode::create;
  bool dry_run = false;
  bool quiet = false;
  std::string isa;       // empty: the best
  Arguments of_machine;  // --data-dir, -j, --isa and --quiet as they were given
};

/// All parsers throw UsageError: unknown option (with the nearest name), missing or bad value,
/// option given twice, arguments that contradict each other.
[[nodiscard]] RunArguments parse_run(const Arguments& arguments,
                                     const std::filesystem::path& preset_folder);
[[nodiscard]] Experiment parse_show(const Arguments& arguments,
                                    const std::filesystem::path& preset_folder);

struct TableArguments {
  std::filesystem::path file;
  TableOptions options;
  bool trace = false;  // the steps of traced fits instead of the ranking
};
[[nodiscard]] TableArguments parse_table(const Arguments& arguments);

struct DiffArguments {
  std::filesystem::path a, b;
};
[[nodiscard]] DiffArguments parse_diff(const Arguments& arguments);

struct BenchArguments {
  std::regex filter;  // of the operations' names
  int runs = 0;
  bool json = false;
  std::string isa;  // empty: the best
  std::filesystem::path data_dir;
};
[[nodiscard]] BenchArguments parse_bench(const Arguments& arguments);
/// `data list`, `data fetch NAME...`, `data path [NAME]`.
struct DataArguments {
  enum class Action { list, fetch, path };
  Action action = Action::list;
  std::vector<std::string> names;  // known ones
  std::filesystem::path data_dir;  // may be empty
  std::string mirror;              // without a slash at its end; empty: the known ones
  int timeout = 30;                // seconds
  bool force = false;
  bool quiet = false;
};
[[nodiscard]] DataArguments parse_data(const Arguments& arguments);

/// `list`, which takes nothing.
void parse_list(const Arguments& arguments);

/// What --help prints: for one command, or "" for the program. `command` is a known one.
[[nodiscard]] std::string help_text(const std::string& command);

/// The commands, in the order of the help.
[[nodiscard]] const std::vector<std::string>& command_names();

}  // namespace mlpgrid
