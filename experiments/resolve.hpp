// From the texts that a user gave to an experiment that makes sense as a whole: values read,
// defaults that follow from other values filled in, contradictions refused.
#pragma once

#include <map>
#include <string>

#include "data/dataset.hpp"
#include "experiments/experiment.hpp"

namespace mlpgrid {

/// One value as it was given. The command line wins over the file.
struct GivenValue {
  enum class By { file, command_line };
  std::string text;
  std::string where;  // "--solver" or "grid.ini:7: solver", for messages
  By by = By::command_line;
};

using GivenValues = std::map<std::string, GivenValue>;

/// Throws UsageError that names where the culprit was given. Options about another data source than
/// the chosen one are dropped when the source was chosen over their head (`--data` against a file),
/// else refused; `--csv FILE` alone chooses data = csv, `--images` data = idx.
[[nodiscard]] Experiment make_experiment(const GivenValues& given);

/// What only the data decide: the task of a CSV file and with it the scoring. Throws UsageError
/// when an option contradicts the task.
void resolve_task(Experiment& experiment, const Dataset& dataset);

}  // namespace mlpgrid
