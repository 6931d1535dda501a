// Features that other models give: the activations of a hidden layer in place of the inputs.
// Reading the models is results', running the experiments that make them commands/run.cpp's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/load/load.hpp"
#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The results file that experiment.features_from means: itself, or that of an experiment, which
/// lies beside the results file `output`.
[[nodiscard]] std::filesystem::path features_file(const Experiment& experiment,
                                                  const std::filesystem::path& output);

/// Each takes its features from the next one, the last from an earlier one: throws UsageError that
/// names them.
[[noreturn]] void refuse_circle(const std::vector<std::string>& chain);

/// Replaces the features of every row by the activations of layer experiment.features_layer of the
/// models of features_file(experiment, output), one feature set per features_config. Models that
/// were themselves trained on features get theirs the same way. Throws UsageError for a layer that
/// a model does not have, models that take other inputs or columns or differ in that layer's width,
/// and files that lead back to `output` or in a circle; what read_results() and read_config_model()
/// throw.
void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& output);

/// The columns of the data that the first of those models takes, in its order; none where they have
/// no names. Throws as take_features().
[[nodiscard]] std::vector<std::string> columns_of_features(const Experiment& experiment,
                                                           const std::filesystem::path& output);

}  // namespace mlpgrid
