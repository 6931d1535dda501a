// What a results file says in the terms of experiments and engine: the experiment that it came
// from, its models as networks that can run. Reading the file is results'.
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/dataset.hpp"
#include "engine/fit.hpp"
#include "experiments/options/experiment.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// read_results(), which throws; the notes of the file go to stderr.
[[nodiscard]] ResultsFile open_run(const std::filesystem::path& file);

/// The experiment of a run, resolved as it was. Throws std::runtime_error that names the file where
/// this program does not understand it.
[[nodiscard]] Experiment stored_experiment(const ResultsFile& results);

/// Of the run's axis features-config, the value of `config`.
[[nodiscard]] std::int32_t stored_features_config(const RunDescription& run,
                                                  const Experiment& experiment,
                                                  std::int32_t config);

/// A stored model as the engine takes it. `task` is the run's.
[[nodiscard]] Model engine_model(const StoredModel& stored, Task task);

/// The model of `config`, or of the best one where it is below 0. Throws std::runtime_error that
/// says why there is none and how to come by one.
[[nodiscard]] StoredModel find_stored_model(const ResultsFile& results, std::int32_t config);

}  // namespace mlpgrid
