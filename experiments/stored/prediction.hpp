// What the outputs of a stored model mean to a user: classes by name, their probabilities, or
// values in the units of the data. The engine computes the outputs; results/hdf5/ reads the model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/options/experiment.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// A model with everything that is needed to interpret its outputs.
struct Predictor {
  StoredModel stored;
  Model model;  // `stored` as the engine takes it
  Task task = Task::classification;
  std::vector<std::string> class_names;  // all classes of the run, by label
  std::vector<std::string> known_names;  // those of them that the model can answer
  std::vector<std::string> value_names;  // of the outputs, for regression and autoencoders
  // value = output * divisor + shift, per output. Both may be empty; they are for classification.
  std::vector<double> value_shift, value_divisor;

  [[nodiscard]] bool has_classes() const { return task == Task::classification; }
  [[nodiscard]] bool is_float() const { return model.precision == Precision::float32; }
  [[nodiscard]] std::size_t n_features() const { return model.network.n_features; }
};

/// The predictor of the model of `config`, or of the best model where that is below 0. `experiment`
/// is the run's. Throws as find_stored_model() does, and std::runtime_error where the file is
/// damaged.
[[nodiscard]] Predictor make_predictor(const ResultsFile& results, const Experiment& experiment,
                                       std::int32_t config);

/// The class of each row, as a number of the run's classes. `outputs` of this and the next two
/// functions are rows x n_outputs, row-major, as predict_outputs() gives them.
[[nodiscard]] std::vector<std::int32_t> classes_of(const Predictor& predictor,
                                                   std::span<const double> outputs);
/// Probabilities, rows x known_names. Of one logistic output p: 1 - p and p. Of one tanh output y,
/// which was trained on -1 and 1 and so estimates P(1) - P(0): (1 - y)/2 and (1 + y)/2. A model
/// that knows one class has the first of the two only.
[[nodiscard]] std::vector<double> probabilities_of(const Predictor& predictor,
                                                   std::vector<double> outputs);
/// The outputs as values in the units of the data.
[[nodiscard]] std::vector<double> values_of(const Predictor& predictor,
                                            std::vector<double> outputs);

}  // namespace mlpgrid
