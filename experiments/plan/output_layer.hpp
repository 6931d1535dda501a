// The network that data and options call for: the width, the function and the loss of its output
// layer. Training it is the engine's.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "engine/fit.hpp"
#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The network of a config. The output is by default one logistic unit for up to two classes,
/// softmax for more, linear for values and autoencoders; config.output and config.loss override
/// output and loss. The task must be settled (resolve_task). `classes` are the classes that occur
/// in the rows to train on, ascending; empty means all of the data set's. Throws UsageError for an
/// output or a loss that the data cannot have.
[[nodiscard]] Network make_network(const Experiment& experiment, const Config& config,
                                   const Dataset& dataset, std::vector<std::int32_t> classes = {});

}  // namespace mlpgrid
