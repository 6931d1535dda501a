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

/// Rows per batch as a user writes them: a number, or a rule that needs the number of training
/// rows.
struct BatchSize {
  enum class Rule { rows, automatic, full };  // automatic: min(200, training rows)
  Rule rule = Rule::automatic;
  std::size_t rows = 0;
  bool operator==(const BatchSize&) const = default;

  /// The rows of a batch when `train_rows` rows train; never more than these.
  [[nodiscard]] std::size_t among(std::size_t train_rows) const {
    if (rule == Rule::full) return train_rows;
    return std::min<std::size_t>(rule == Rule::automatic ? 200 : rows, train_rows);
  }
};

/// Losses by name; e are the errors of all rows and outputs. The summed losses are sums over rows
/// wherever a loss appears: of a batch, of an epoch, of the held-out rows.
enum class LossName {
  log_loss,                // mean of the rows' cross-entropies
  log_loss_sum,            // sum of the rows' cross-entropies
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

/// How biases start, in the engine's terms.
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
  Training training;             // its batch_size and random_state are filled in per fold
  std::optional<Output> output;  // nullopt, as for loss: by task and number of classes
  std::optional<LossName> loss;
  bool squared_error_gradient = false;
  Precision precision = Precision::float32;
  std::optional<Scale> scale;  // filled in by make_experiment()
  bool scale_on_all = false;   // else statistics of each fold's training rows
  Scale target_scale = Scale::none;
  std::int32_t features_config = -1;  // a config of features_from; -1: none

  /// The scale of the initializer: its own or, without one, that of the axis init-scale.
  [[nodiscard]] double scale_of_init() const { return init.scale.value_or(init_scale); }
  /// Whether the solver takes steps batch by batch; lbfgs does not.
  [[nodiscard]] bool in_batches() const { return training.solver != Solver::lbfgs; }
};

/// An experiment. A value that was not given and follows from others is nullopt; make_experiment()
/// and resolve_task() fill these in.
struct Experiment {
  std::string title;
  Config config;  // the value of each axis; of one that varies, the first
  /// The values of each axis that has several, by name of the option, as they are printed.
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
