// From the texts that a user gave to an experiment that makes sense as a whole: values read,
// defaults that follow from other values filled in, contradictions refused.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "experiments/options/experiment.hpp"
#include "experiments/options/experiment_file.hpp"

namespace mlpgrid {

/// One value as it was given. The command line wins over the file.
struct GivenValue {
  enum class By { file, command_line };
  std::string text;
  std::string where;  // "--solver" or "grid.ini:7: solver", for messages
  By by = By::command_line;
};

using GivenValues = std::map<std::string, GivenValue>;

/// The values of an experiment file; `name` stands for it in messages.
[[nodiscard]] GivenValues given_by(const std::vector<FileEntry>& entries, const std::string& name);

/// Throws UsageError that names where the culprit was given. `--csv FILE` alone chooses data = csv,
/// `--images FILE` data = idx. Options about another data source than the chosen one are refused,
/// but a file's are dropped when the command line chose the source; so are a file's `samples` when
/// it chose a file of the user's own.
[[nodiscard]] Experiment make_experiment(const GivenValues& given);

/// What only the data decide: the task of a CSV file and with it the scoring. Throws UsageError
/// when an option contradicts the task.
void resolve_task(Experiment& experiment, const Dataset& dataset);

}  // namespace mlpgrid
