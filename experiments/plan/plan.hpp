// An experiment with its data in hand: which fits there are, and what the engine needs for each.
// From here on nothing is decided any more; the runner only walks through it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/load/load.hpp"
#include "engine/fit.hpp"
#include "experiments/options/experiment.hpp"
#include "experiments/plan/grid.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// How the numbers of a config are scaled.
struct Scaling {
  Scale features = Scale::none;
  bool on_all = false;  // else by the rows to train on
  Scale targets = Scale::none;
  bool operator==(const Scaling&) const = default;
};

/// One entry of the fold dimension: a split, its scalers, its seed.
struct Fold {
  RowList train, held_out;
  std::vector<std::int32_t> classes;      // of the data set's, those that train; empty: all of them
  std::vector<Scaler> features, targets;  // of each of Plan::scalings
  std::uint32_t seed = 0;                 // of its fits
  std::int32_t repeat = 0;
};

struct Plan {
  Experiment experiment;  // resolved
  LoadedData data;
  Grid grid;
  std::vector<Scaling> scalings;        // those that occur
  std::vector<std::size_t> scaling_of;  // per config, which of them
  std::vector<Fold> folds;              // repeat by repeat
  bool refit = false;
  Fold refit_fold;  // the whole pool, nothing held out
};

/// Splits the pool, fits scalers, multiplies the axes out. Throws UsageError for options that the
/// data contradict (check_stopping_rows() included), std::invalid_argument for splits that they do
/// not allow.
[[nodiscard]] Plan make_plan(Experiment experiment, LoadedData data);

/// `fold` counts from 0, or is kRefitFold.
[[nodiscard]] const Fold& fold_of(const Plan& plan, std::int32_t fold);
[[nodiscard]] const Scaler& feature_scaler(const Plan& plan, std::int32_t config,
                                           std::int32_t fold);
[[nodiscard]] const Scaler& target_scaler(const Plan& plan, std::int32_t config, std::int32_t fold);
[[nodiscard]] Network network_of(const Plan& plan, std::int32_t config, std::int32_t fold);

/// The rows of a fold one by one, as the engine takes them: for as long as a fit runs.
struct FitRows {
  std::vector<std::int32_t> train, held_out;
};
[[nodiscard]] FitRows fit_rows(const Plan& plan, std::int32_t fold);

/// What the engine trains: description and data of one fit. The views point into `plan` and `rows`,
/// which are those of the fold.
[[nodiscard]] FitSpec fit_spec(const Plan& plan, std::int32_t config, std::int32_t fold);
[[nodiscard]] FitData fit_data(const Plan& plan, std::int32_t config, std::int32_t fold,
                               const FitRows& rows);

/// Whether the trained model of a fit goes into the results.
[[nodiscard]] bool stores_model(const Plan& plan, std::int32_t fold);

/// Per fold, the classes of the data set that its training rows lack; empty where none lacks any.
[[nodiscard]] std::vector<std::vector<std::int32_t>> missing_classes(const Plan& plan);

/// The most epochs that any config may train.
[[nodiscard]] std::int32_t max_epochs(const Plan& plan);

/// A rough measure of a fit's work, in arbitrary units: good for an order and for an ETA.
[[nodiscard]] double fit_cost(const Plan& plan, std::int32_t config, std::int32_t fold);

/// Number of fits of the grid (each alias once) and the refit.
[[nodiscard]] std::size_t number_of_fits(const Plan& plan);

}  // namespace mlpgrid
