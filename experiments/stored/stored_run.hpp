// A stored run in the terms of experiments and engine: the experiment it came from, and its models
// as networks that can run. Reading the file is results/journal/read_results.hpp's.
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/dataset.hpp"
#include "engine/fit.hpp"
#include "experiments/options/experiment.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// Reads a run with read_results(), whose exceptions pass, and prints its notes to stderr.
[[nodiscard]] ResultsFile open_run(const std::filesystem::path& file);

/// The experiment of a run, as it was resolved. Throws std::runtime_error that names the file where
/// this version does not understand it.
[[nodiscard]] Experiment stored_experiment(const ResultsFile& results);

/// The value of `config` on the run's axis features-config; -1 without features-from.
[[nodiscard]] std::int32_t stored_features_config(const RunDescription& run,
                                                  const Experiment& experiment,
                                                  std::int32_t config);

/// A copy of a stored model in the form that the engine takes. `task` is the run's.
[[nodiscard]] Model engine_model(const StoredModel& stored, Task task);

/// The model of `config`, or the best one where it is below 0. Throws std::runtime_error that says
/// why there is none and how to get one.
[[nodiscard]] StoredModel find_stored_model(const ResultsFile& results, std::int32_t config);

}  // namespace mlpgrid
