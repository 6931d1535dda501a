// What a user asks for, as plain values: what to vary, on which data, how to score.
// Options fill it in (options.hpp); the grid, the fits and the data are made from it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/load/load.hpp"
#include "data/load/make_splits.hpp"
#include "data/scaler.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// Rows per batch as a user writes it: a number, or a rule that needs the number of training rows.
struct BatchSize {
  enum class Rule { rows, automatic, full };  // automatic: min(200, training rows)
  Rule rule = Rule::automatic;
  std::size_t rows = 0;
  bool operator==(const BatchSize&) const = default;

  /// Rows of a batch where `train_rows` rows train; more than all is all.
  [[nodiscard]] std::size_t among(std::size_t train_rows) const {
    if (rule == Rule::full) return train_rows;
    return std::min<std::size_t>(rule == Rule::automatic ? 200 : rows, train_rows);
  }
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

/// How biases are drawn: Initialization's words.
struct BiasInit {
  Initialization::Bias bias = Initialization::Bias::automatic;
  double value = 0.0;  // for Bias::constant
};

/// Everything that may differ between the fits of a run: each is an axis of the grid (options.hpp).
struct Config {
  HiddenLayerSizes hidden_layer_sizes;
  Activation activation = Activation::relu;
  InitChoice init;
  double init_scale = 1.0;
  BiasInit bias_init;
  bool bias_first = false;
  BatchSize batch_size;
  Training training;             // batch_size is the rule's above, random_state the fold's
  std::optional<Output> output;  // these two: by task and number of classes
  std::optional<LossName> loss;
  bool squared_error_gradient = false;
  Precision precision = Precision::float32;
  std::optional<Scale> scale;  // filled in by make_experiment()
  bool scale_on_all = false;   // else statistics of each fold's training rows
  Scale target_scale = Scale::none;
  std::int32_t features_config = -1;  // -1: there is no features_from

  /// Of the initializer: its own, or that of the axis.
  [[nodiscard]] double scale_of_init() const { return init.scale.value_or(init_scale); }
  /// Whether its solver takes steps batch by batch.
  [[nodiscard]] bool in_batches() const { return training.solver != Solver::lbfgs; }
};

/// Where a value is not given it follows from others: nullopt here, filled in by resolve().
struct Experiment {
  std::string title;
  Config config;  // the value of each axis; of one that varies, the first
  /// By option: the values of the axes that have several, as they are printed.
  std::map<std::string, std::vector<std::string>, std::less<>> varied;
  std::optional<Scoring> scoring;
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
};

}  // namespace mlpgrid
