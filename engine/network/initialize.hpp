// The first weights of a network, in NumPy's order of draws.
#pragma once

#include <span>

#include "engine/fit.hpp"
#include "engine/random/random.hpp"

namespace mlpgrid {

/// Draws one layer in double: weights (n_in x n_out, row-major) and n_out biases, in the order that
/// `init` says. `activation` is the hidden activation of the network (scikit-learn uses it for
/// every layer).
void initialize_layer(const Initialization& init, Activation activation, std::size_t n_in,
                      std::size_t n_out, RandomState& random, std::span<double> weights,
                      std::span<double> biases);

}  // namespace mlpgrid
