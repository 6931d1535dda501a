// What a user asks for, as plain values: what to vary, on which data, how to score.
// Options fill it in (options.hpp); the grid, the fits and the data are made from it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "data/load.hpp"
#include "data/scaler.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// Rows per batch as a user writes it: a number, or a rule that needs the number of training rows.
struct BatchSize {
  enum class Rule { rows, automatic, full };  // automatic: min(200, training rows)
  Rule rule = Rule::automatic;
  std::size_t rows = 0;
  bool operator==(const BatchSize&) const = default;
};

/// Losses by name, m the rows of a batch, n the outputs, e the errors. The summed ones are sums
/// over rows wherever a loss stands: of a batch, an epoch, the held-out rows.
enum class LossName {
  log_loss,                // mean cross-entropy
  log_loss_sum,            // its sum
  squared_error,           // 0.5*mean of e^2 over rows and outputs; gradient as scikit-learn's
  mean_squared_error,      // mean of e^2 over rows and outputs
  half_squared_error_sum,  // 0.5*sum of e^2
  squared_error_sum        // sum of e^2
};

/// The part of the plane that a decision map shows.
struct MapRange {
  double low[2], high[2];  // of the first and the second feature
};

/// An initializer, with a scale of its own ("normal:0.1") or that of the axis init-scale.
struct InitChoice {
  Initializer initializer = Initializer::sklearn;
  std::optional<double> scale;
  bool operator==(const InitChoice&) const = default;
};

using HiddenLayerSizes = std::vector<std::size_t>;

/// The lists whose product is the grid, in the order of the product: the last varies fastest.
struct Axes {
  std::vector<HiddenLayerSizes> hidden_layer_sizes;
  std::vector<Activation> activation;
  std::vector<InitChoice> init;
  std::vector<double> init_scale;
  std::vector<Solver> solver;
  std::vector<double> learning_rate_init;
  std::vector<BatchSize> batch_size;
  std::vector<double> alpha;
  std::vector<double> l1;
  std::vector<double> l2_sum;
  std::vector<double> momentum;
  std::vector<LearningRate> learning_rate;
  std::vector<Regularization> regularization;
  std::vector<std::int32_t> features_config;  // empty: no axis, as there is no features_from
};

/// Where a value is not given it follows from others: nullopt here, filled in by resolve().
struct Experiment {
  std::string title;
  Axes axes;
  Training training;              // the single values; members that are axes are set per config
  Initialization initialization;  // bias and order of drawing; likewise
  Precision precision = Precision::float32;
  std::optional<Scoring> scoring;
  std::optional<Output> output;
  std::optional<LossName> loss;
  bool squared_error_gradient = false;
  int eval_every = 1;
  std::optional<bool> refit;
  bool keep_all_models = false;
  bool trace = false;
  std::size_t map_size = 0;  // points on each side; 0: no decision maps
  std::optional<MapRange> map_range;
  int repeats = 1;

  std::string features_from;  // a results file, or the experiment that makes it; empty: none
  std::size_t features_layer = 0;

  DataOptions data;
  SplitOptions split;
  std::optional<Scale> scale;
  bool scale_on_all = false;  // else statistics of each fold's training rows
  Scale target_scale = Scale::none;
};

}  // namespace mlpgrid
