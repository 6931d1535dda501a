// The configs of an experiment with their names, and which of them are the same fit in disguise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/options/experiment.hpp"
#include "results/run.hpp"

namespace mlpgrid {

struct Grid {
  std::vector<Config> configs;
  std::vector<std::string> label;      // the varied axes: "solver=adam learning_rate_init=0.002"
  std::vector<std::int32_t> alias_of;  // the first config whose fits are the same; itself else
  std::vector<ParamColumn> params;     // the usual axes and those that vary, batch sizes in rows
};

/// `max_train_rows` is the largest number of training rows of any fold: two batch sizes that both
/// reach it are one.
[[nodiscard]] Grid make_grid(const Experiment& experiment, std::size_t max_train_rows);

}  // namespace mlpgrid
