// The product of the axes as a list of configs, and which of them are the same fit in disguise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/experiment.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// One value of every axis.
struct Config {
  HiddenLayerSizes hidden_layer_sizes;
  Activation activation = Activation::relu;
  InitChoice init;
  double init_scale = 1.0;
  Solver solver = Solver::adam;
  double learning_rate_init = 1e-3;
  BatchSize batch_size;
  double alpha = 1e-4;
  double l1 = 0.0;
  double l2_sum = 0.0;
  double momentum = 0.9;
  LearningRate learning_rate = LearningRate::constant;
  Regularization regularization = Regularization::none;
  std::int32_t features_config = 0;

  /// Of the initializer: its own, or that of the axis.
  [[nodiscard]] double scale_of_init() const { return init.scale.value_or(init_scale); }
};

struct Grid {
  std::vector<Config> configs;
  std::vector<std::string> label;      // the varied axes: "solver=adam learning_rate_init=0.002"
  std::vector<std::int32_t> alias_of;  // the first config whose fits are the same; itself else
  std::vector<ParamColumn> params;     // every axis, batch sizes in rows
};

/// Number of configs, saturating; a grid beyond kMaxConfigs is a mistake.
inline constexpr std::size_t kMaxConfigs = 10'000'000;
[[nodiscard]] std::size_t grid_size(const Axes& axes);

/// Rows of a batch when `train_rows` rows train: auto is min(200, train_rows), more than all is
/// all.
[[nodiscard]] std::size_t resolve_batch_size(const BatchSize& size, std::size_t train_rows);

/// `max_train_rows` is the largest number of training rows of any fold: two batch sizes that both
/// reach it are one. Throws UsageError beyond kMaxConfigs.
[[nodiscard]] Grid make_grid(const Axes& axes, std::size_t max_train_rows);

}  // namespace mlpgrid
