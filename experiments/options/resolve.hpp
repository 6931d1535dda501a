// Makes an experiment from the texts that a user gave: reads the values, fills in defaults that
// follow from other values, refuses contradictions. Single values are options.hpp's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "experiments/options/experiment.hpp"
#include "experiments/options/experiment_file.hpp"

namespace mlpgrid {

/// One value as it was given, and where. The command line wins over the file.
struct GivenValue {
  enum class By { file, command_line };
  std::string text;
  std::string where;  // "--solver" or "grid.ini:7: solver", for messages
  By by = By::command_line;
};

/// The values that were given, by name of the option.
using GivenValues = std::map<std::string, GivenValue>;

/// The values of an experiment file; `name` stands for the file in messages.
[[nodiscard]] GivenValues given_by(const std::vector<FileEntry>& entries, const std::string& name);

/// The experiment with these values. `--csv FILE` alone chooses data = csv, `--images FILE` data =
/// idx. Options about another data source are refused; but if the command line chose the source,
/// those of the file are dropped instead, and if it chose a file of the user's own, so is the
/// file's `samples`. Throws UsageError that names where the offending value was given.
[[nodiscard]] Experiment make_experiment(const GivenValues& given);

/// Fills in what depends on the data: the task of a CSV file, and with it the scoring. Throws
/// UsageError when an option contradicts the task.
void resolve_task(Experiment& experiment, const Dataset& dataset);

}  // namespace mlpgrid
