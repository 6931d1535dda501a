// The commands of the program. Each takes its arguments (without its name), prints its result to
// stdout and everything else to stderr, and returns the exit code. Errors are thrown; main.cpp
// turns them into messages and exit codes.
#pragma once

#include <string>
#include <vector>

#include "experiments/commands/arguments/arguments.hpp"

namespace mlpgrid {

inline constexpr int kExitDone = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitIncomplete = 3;

/// A line of the help and what is behind it.
struct Command {
  std::string name;
  std::string usage;
  std::string what;
  OptionsDescription (*describe)();
  /// `program` is how the program was called, so that `run` can print the command that resumes it.
  int (*run)(const std::string& program, const Arguments& arguments);
};

/// All commands, in the order of the help; the list lives as long as the program.
[[nodiscard]] const std::vector<Command>& commands();

/// What --help prints, for the program and for one command.
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

/// The options of the commands whose arguments are read in the command's own file.
[[nodiscard]] OptionsDescription describe_bench();
[[nodiscard]] OptionsDescription describe_compare();
[[nodiscard]] OptionsDescription describe_export();
[[nodiscard]] OptionsDescription describe_report();

/// Selects the instruction set `name` for all kernels or, where it is empty, that of MLPGRID_ISA or
/// the best of this machine. Call before the first fit. Throws UsageError where this machine lacks
/// it.
void choose_isa(const std::string& name);

}  // namespace mlpgrid
