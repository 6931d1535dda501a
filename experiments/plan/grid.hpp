// The configs of an experiment with their names, and which of them train exactly alike. The axes
// themselves are options/options.hpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/options/experiment.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// One entry per config in every list, in the order of the grid.
struct Grid {
  std::vector<Config> configs;
  std::vector<std::string> label;      // the varied axes: "solver=adam learning_rate_init=0.002"
  std::vector<std::int32_t> alias_of;  // the first config that trains alike; else itself
  std::vector<ParamColumn> params;     // columns; batch sizes as numbers of rows
};

/// `max_train_rows` is the number of training rows of the largest fold: batch sizes that reach it
/// are the same.
[[nodiscard]] Grid make_grid(const Experiment& experiment, std::size_t max_train_rows);

}  // namespace mlpgrid
