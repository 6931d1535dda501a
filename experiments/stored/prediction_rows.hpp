// Loads the rows that `predict` is asked about in the form that the model takes: columns in its
// order, classes by its numbers. Refuses what does not fit, saying what is there, what is needed
// and the remedy. Predicting is prediction.hpp's.
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

/// The rows that a user asks about.
struct RowsWanted {
  std::optional<DataSource> source;  // nullopt: the run's own test set
  DataOptions options;               // without `source`; an empty csv target means the run's
  bool has_data_seed = false;        // false: a seed other than the run's, for new rows
  bool with_targets = true;          // false: ignore targets, so that there is no score
};

/// Rows ready for the model.
struct PredictionRows {
  Dataset dataset;
  std::vector<std::int32_t> rows;  // of the data set, in the order of the answers
  bool has_targets = false;        // if so, labels are numbers of the run's classes
  std::string description;         // what the rows are, for messages
};

/// `config` as for make_predictor(). Throws UsageError for options that do not go with the run,
/// std::runtime_error and std::invalid_argument for data that do not go with the model.
[[nodiscard]] PredictionRows load_prediction_rows(const RowsWanted& wanted,
                                                  const ResultsFile& results,
                                                  const Experiment& experiment,
                                                  const Predictor& predictor, std::int32_t config);

/// The engine's view of these rows: features, targets where there are any, and the rows as its test
/// set. Points into `rows` and `predictor`, which must outlive it.
[[nodiscard]] FitData prediction_data(const PredictionRows& rows, const Predictor& predictor);

}  // namespace mlpgrid
