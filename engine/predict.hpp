// What a trained network says about rows, and how good that is: the same passes that scored it
// after its training, so that the same rows give the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/data_view.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// Outputs of a trained model for some rows, rows x n_outputs row-major: class probabilities
/// (softmax), P(class 1) (logistic), or predicted values. On the calling thread, as score_model();
/// any number of threads may call both at once. `features` has to have the model's columns.
[[nodiscard]] std::vector<double> predict_outputs(const Model& model, const FeatureView& features,
                                                  std::span<const std::int32_t> rows);

/// The class of one row by its outputs, as scikit-learn decides: of several the first of the
/// largest; of one column the second above 0.5 (logistic, linear) or above 0 (tanh), else the
/// first.
[[nodiscard]] std::int32_t predicted_class(const Network& network, std::span<const double> outputs);

/// `scoring` over data.test, as FitResult::test_score. Throws std::invalid_argument where the model
/// does not fit the data or the scoring not the targets.
[[nodiscard]] double score_model(const Model& model, Scoring scoring, const FitData& data);

}  // namespace mlpgrid
