// What a stored model's outputs mean to its user: classes by name, their probabilities, or values
// in the units of the data. The passes are the engine's, the file is results'.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/options/experiment.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// A model with what is needed to say what it says.
struct Predictor {
  StoredModel stored;
  Model model;  // the same for the engine
  Task task = Task::classification;
  std::vector<std::string> class_names;  // of the run, whose numbers are the labels
  std::vector<std::string> known_names;  // of these, the ones that the model knows: its answers
  std::vector<std::string> value_names;  // of the outputs; regression and autoencoders
  // value = output * divisor + shift, per output; both may be empty; not for classification
  std::vector<double> value_shift, value_divisor;

  [[nodiscard]] bool has_classes() const { return task == Task::classification; }
  [[nodiscard]] bool is_float() const { return model.precision == Precision::float32; }
  [[nodiscard]] std::size_t n_features() const { return model.network.n_features; }
};

/// Of the model of `config`, or of the best one where that is below 0. `experiment` is the run's.
/// Throws what find_stored_model() throws.
[[nodiscard]] Predictor make_predictor(const ResultsFile& results, const Experiment& experiment,
                                       std::int32_t config);

/// From rows of outputs, row-major, as predict_outputs() gives them:
/// ... the class of each row;
[[nodiscard]] std::vector<std::int32_t> classes_of(const Predictor& predictor,
                                                   std::span<const double> outputs);
/// ... rows x known classes, probabilities. Of one logistic output p: 1 - p and p. Of one tanh
/// output y, which was trained on -1 and 1 and so estimates P(1) - P(0): (1 - y)/2 and (1 + y)/2;
[[nodiscard]] std::vector<double> probabilities_of(const Predictor& predictor,
                                                   std::vector<double> outputs);
/// ... the values in the units of the data.
[[nodiscard]] std::vector<double> values_of(const Predictor& predictor,
                                            std::vector<double> outputs);

}  // namespace mlpgrid
