// Features that stored models make: the activations of a hidden layer in place of the inputs.
// Reading the models is results/hdf5/read.hpp's, running the experiments that make them
// commands/run.cpp's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/load/load.hpp"
#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The results file that experiment.features_from means: the file itself, or that of the experiment
/// it names, which lies in the folder of `output`.
[[nodiscard]] std::filesystem::path features_file(const Experiment& experiment,
                                                  const std::filesystem::path& output);

/// Throws the UsageError for experiments that take their features from each other in a circle: each
/// element of `chain` from the next one, the last from one that came before.
[[noreturn]] void refuse_circle(const std::vector<std::string>& chain);

/// Replaces the features of every row by the activations of layer experiment.features_layer of the
/// models of features_file(experiment, output), one feature set per features-config; `data` is
/// changed in place, hashes included. Models that were themselves trained on features get these in
/// the same way. Throws UsageError for a layer that a model lacks, for models that take other
/// inputs or columns or differ in the width of the layer, and for files that lead back to `output`
/// or in a circle; std::runtime_error where a file or a model cannot be read, or a number is out of
/// range.
void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& output);

/// The names of the data's columns that the first models of the chain take, in their order; empty
/// where they have no names. Throws as take_features() does for its files.
[[nodiscard]] std::vector<std::string> columns_of_features(const Experiment& experiment,
                                                           const std::filesystem::path& output);

}  // namespace mlpgrid
