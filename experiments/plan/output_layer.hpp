// The network that data and options call for: its output layer's width, function and loss.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "engine/fit.hpp"
#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The network of a config. Its output layer is for up to two classes one logistic unit, for more
/// softmax, for values and autoencoders linear; `output` and `loss` override these. Needs the task
/// settled (resolve_task). Throws UsageError for an output or loss that the data cannot have.
///
/// `classes` are those that occur in the rows to train on, ascending; empty: all of the data set's.
[[nodiscard]] Network make_network(const Experiment& experiment, const Config& config,
                                   const Dataset& dataset, std::vector<std::int32_t> classes = {});

}  // namespace mlpgrid
