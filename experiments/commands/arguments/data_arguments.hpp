// The arguments of `data list`, `data fetch NAME...` and `data path [NAME]`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/commands/arguments/arguments.hpp"

namespace mlpgrid {

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

[[nodiscard]] OptionsDescription describe_data();

/// Throws UsageError: what parse_arguments() refuses, an unknown action or set, a bad value.
[[nodiscard]] DataArguments parse_data(const Arguments& arguments);

}  // namespace mlpgrid
