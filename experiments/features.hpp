// Features that other models give: the activations of a hidden layer in place of the inputs.
// Reading the models is results', running the experiment that makes them commands/run.cpp's.
#pragma once

#include <filesystem>

#include "data/load.hpp"
#include "experiments/experiment.hpp"

namespace mlpgrid {

/// The results file that experiment.features_from means: itself, or that of an experiment, which
/// lies beside the results file `output`.
[[nodiscard]] std::filesystem::path features_file(const Experiment& experiment,
                                                  const std::filesystem::path& output);

/// Replaces the features of every row by the activations of layer experiment.features_layer of the
/// models of `file`, one feature set per features_config. Throws UsageError for a layer that a
/// model does not have, or models that take other inputs or differ in that layer's width; what
/// read_config_model() throws.
void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& file);

}  // namespace mlpgrid
