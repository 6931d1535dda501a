// The commands of the program. Each takes its arguments (without its name), prints its result to
// stdout and everything else to stderr, and returns the exit code. Errors are thrown.
#pragma once

#include <string>
#include <vector>

#include "experiments/commands/arguments/arguments.hpp"

namespace mlpgrid {

inline constexpr int kExitDone = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitIncomplete = 3;

struct Command {
  std::string name;
  std::string usage;
  std::string what;
  OptionsDescription (*describe)();
  /// `program` is how the program was called, for the command that resumes.
  int (*run)(const std::string& program, const Arguments& arguments);
};

/// In the order of the help.
[[nodiscard]] const std::vector<Command>& commands();

/// What --help prints: for the program, and for one command.
[[nodiscard]] std::string help_text();
[[nodiscard]] std::string help_text(const Command& command);

int run_command(const std::string& program, const Arguments& arguments);
int list_command(const Arguments& arguments);
int show_command(const Arguments& arguments);
int table_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int predict_command(const Arguments& arguments);
int export_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int diff_command(const Arguments& arguments);
int bench_command(const Arguments& arguments);
int data_command(const Arguments& arguments);

/// The options of those commands that have their parser beside them.
[[nodiscard]] OptionsDescription describe_bench();
[[nodiscard]] OptionsDescription describe_compare();
[[nodiscard]] OptionsDescription describe_export();
[[nodiscard]] OptionsDescription describe_report();

/// Makes the named instruction set (or, where empty, that of the environment or the best) the one
/// in use. Throws UsageError where this machine lacks it.
void choose_isa(const std::string& name);

}  // namespace mlpgrid
