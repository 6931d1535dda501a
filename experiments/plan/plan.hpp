// An experiment with its data loaded: which fits there are, and what the engine needs for each. All
// decisions are made here; fits/runner.hpp only executes the plan.
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
  bool on_all = false;  // statistics of all rows, not only of the training rows
  Scale targets = Scale::none;
  bool operator==(const Scaling&) const = default;
};

/// One entry of the fold dimension: a split, its scalers and its seed.
struct Fold {
  RowList train, held_out;
  std::vector<std::int32_t> classes;      // those with training rows; empty: all classes
  std::vector<Scaler> features, targets;  // a scaler per entry of Plan::scalings
  std::uint32_t seed = 0;                 // random_state of its fits
  std::int32_t repeat = 0;
};

/// Everything that is known before the first fit. Does not change while fits run, so that they may
/// share it.
struct Plan {
  Experiment experiment;  // resolved
  LoadedData data;
  Grid grid;
  std::vector<Scaling> scalings;        // the different ones among the configs
  std::vector<std::size_t> scaling_of;  // per config, its place in `scalings`
  std::vector<Fold> folds;              // repeat by repeat
  bool refit = false;
  Fold refit_fold;  // the whole pool, nothing held out
};

/// Splits the pool, fits scalers and multiplies the axes out. Throws UsageError for options that
/// the data contradict (also from check_stopping_rows()), std::invalid_argument for splits that the
/// data do not allow, std::runtime_error for numbers that scaling or the precision makes infinite.
[[nodiscard]] Plan make_plan(Experiment experiment, LoadedData data);

/// In all functions `fold` counts from 0 or is kRefitFold. The references point into `plan`.
[[nodiscard]] const Fold& fold_of(const Plan& plan, std::int32_t fold);
[[nodiscard]] const Scaler& feature_scaler(const Plan& plan, std::int32_t config,
                                           std::int32_t fold);
[[nodiscard]] const Scaler& target_scaler(const Plan& plan, std::int32_t config, std::int32_t fold);
[[nodiscard]] Network network_of(const Plan& plan, std::int32_t config, std::int32_t fold);

/// The rows of a fold as plain lists, which the engine takes; made for the time of a fit, because
/// those of all folds would take much memory.
struct FitRows {
  std::vector<std::int32_t> train, held_out;
};
[[nodiscard]] FitRows fit_rows(const Plan& plan, std::int32_t fold);

/// Description and data of one fit for the engine. The views of fit_data() point into `plan` and
/// `rows`, which must be fit_rows() of the same fold.
[[nodiscard]] FitSpec fit_spec(const Plan& plan, std::int32_t config, std::int32_t fold);
[[nodiscard]] FitData fit_data(const Plan& plan, std::int32_t config, std::int32_t fold,
                               const FitRows& rows);

/// Whether the trained models of a fold are stored in the results.
[[nodiscard]] bool stores_model(const Plan& plan, std::int32_t fold);

/// Per fold, the classes of the data set that its training rows lack; empty where no fold lacks
/// any.
[[nodiscard]] std::vector<std::vector<std::int32_t>> missing_classes(const Plan& plan);

/// The most epochs that any config may train.
[[nodiscard]] std::int32_t max_epochs(const Plan& plan);

/// A rough measure of a fit's work in arbitrary units, good enough to order fits and to estimate
/// the time left.
[[nodiscard]] double fit_cost(const Plan& plan, std::int32_t config, std::int32_t fold);

/// The number of fits to train: those of the grid, without aliases, and the refit.
[[nodiscard]] std::size_t number_of_fits(const Plan& plan);

}  // namespace mlpgrid
