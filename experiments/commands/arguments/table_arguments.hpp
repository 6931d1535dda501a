// The arguments of `table`. Acting on them is commands/table.cpp's.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/commands/arguments/arguments.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

struct TableArguments {
  std::filesystem::path file;
  TableOptions options;
  bool trace = false;  // the steps of traced fits instead of the ranking
  bool against_reported = false;
  std::string reported;  // a preset's name or a file; empty: the run's own preset
};

[[nodiscard]] OptionsDescription describe_table();

/// Throws UsageError as parse_arguments() does, for a bad value, and for options that contradict
/// each other.
[[nodiscard]] TableArguments parse_table(const Arguments& arguments);

/// The value of --format, for all commands that print tables. Throws UsageError for another name.
[[nodiscard]] TableFormat parse_table_format(const std::string& name);

}  // namespace mlpgrid
