// The output layer that data and options call for: its width, its function, its loss.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "engine/fit.hpp"
#include "experiments/experiment.hpp"

namespace mlpgrid {

/// The network of every config, its hidden layers and activation aside. Up to two classes: one
/// logistic unit; more: softmax; values and autoencoders: linear. `output` and `loss` override
/// these. Needs the task settled (resolve_task). Throws UsageError for an output or loss that the
/// data cannot have.
///
/// `classes` are those that occur in the rows to train on, ascending; empty: all of the data set's.
[[nodiscard]] Network output_layer(const Experiment& experiment, const Dataset& dataset,
                                   std::vector<std::int32_t> classes = {});

}  // namespace mlpgrid
