// The arguments of `data list`, `data fetch NAME...` and `data path [NAME]`. Acting on them is
// commands/data.cpp's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/commands/arguments/arguments.hpp"

namespace mlpgrid {

struct DataArguments {
  enum class Action { list, fetch, path };
  Action action = Action::list;
  std::vector<std::string> names;  // of public sets that exist
  std::filesystem::path data_dir;  // may be empty
  std::string mirror;              // without trailing slash; empty: the sets' own mirrors
  int timeout = 30;                // seconds
  bool force = false;
  bool quiet = false;
};

[[nodiscard]] OptionsDescription describe_data();

/// Throws UsageError as parse_arguments() does, for an unknown action or set, and for a bad value.
[[nodiscard]] DataArguments parse_data(const Arguments& arguments);

}  // namespace mlpgrid
