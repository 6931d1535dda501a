// The rows that `predict` is asked about, as the model wants them: columns in its order, classes by
// its numbers. What does not fit is refused, naming what is there, what is needed and the remedy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/load/load.hpp"
#include "experiments/options/experiment.hpp"
#include "experiments/stored/prediction.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

struct RowsWanted {
  std::optional<DataSource> source;  // nullopt: the run's own test set
  DataOptions options;               // source aside; of csv, target may be empty: the run's columns
  bool has_data_seed = false;        // else: another one than the run's, so that the rows are new
  bool with_targets = true;          // false: look for no targets, so that there is no score
};

struct PredictionRows {
  Dataset dataset;
  std::vector<std::int32_t> rows;  // of the data set, in the order of the answers
  bool has_targets = false;        // labels are numbers of the model's classes
  std::string description;         // in a few words, for people
};

/// `config` as for make_predictor(). Throws UsageError for options that do not go with the run,
/// std::runtime_error and std::invalid_argument for data that do not go with the model.
[[nodiscard]] PredictionRows load_prediction_rows(const RowsWanted& wanted,
                                                  const ResultsFile& results,
                                                  const Experiment& experiment,
                                                  const Predictor& predictor, std::int32_t config);

/// The engine's view of these rows: features, targets where there are any, and the rows as test
/// set. Points into both.
[[nodiscard]] FitData prediction_data(const PredictionRows& rows, const Predictor& predictor);

}  // namespace mlpgrid
