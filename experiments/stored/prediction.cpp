// Turns outputs into answers, and checks that a model goes with the names in its file. Writing them
// is results/files/predictions_csv.cpp's.
#include "experiments/stored/prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "engine/predict.hpp"
#include "experiments/stored/stored_run.hpp"

namespace mlpgrid {

namespace {

std::vector<std::string> value_names(const Predictor& predictor, const Experiment& experiment,
                                     const std::vector<std::string>& feature_names) {
  const std::size_t n = predictor.model.network.n_outputs;
  const std::vector<std::string>& known =
      predictor.task == Task::autoencoder ? feature_names : experiment.data.target;
  if (known.size() == n) return known;
  std::vector<std::string> names;
  const char* what = predictor.task == Task::autoencoder ? "feature" : "value";
  for (std::size_t i = 0; i < n; ++i) names.push_back(fmt::format("{}_{}", what, i));
  return n == 1 ? std::vector<std::string>{what} : names;
}

// The numbers among the run's classes (`all`) of the classes that a model knows.
std::vector<std::int32_t> numbers_of(const std::vector<std::string>& names,
                                     const std::vector<std::string>& all,
                                     const std::filesystem::path& file) {
  std::vector<std::int32_t> numbers;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(all, name);
    if (found == all.end()) {
      throw std::runtime_error(
          fmt::format("{}: the model's class '{}' is none of the run's; the file is damaged",
                      file.string(), name));
    }
    numbers.push_back(static_cast<std::int32_t>(found - all.begin()));
  }
  return numbers;
}

// Checks sizes, so that a damaged file cannot lead beyond the end of a list of names.
void require_sense(const ResultsFile& results, const Predictor& predictor) {
  const Network& network = predictor.model.network;
  const std::size_t classes = predictor.known_names.size();
  const std::size_t features = results.run.feature_names.size();
  const bool outputs_fit =
      predictor.has_classes()
          ? (network.output == Output::softmax
                 ? network.n_outputs == classes
                 : network.n_outputs == 1 && (classes == 1 || classes == 2))
          : predictor.task != Task::autoencoder || network.n_outputs == network.n_features;
  if (outputs_fit && (features == 0 || features == network.n_features)) return;
  throw std::runtime_error(fmt::format(
      "{}: the model's {} features and {} outputs do not go with the names of {} features and {} "
      "classes; the file is damaged",
      results.path.string(), network.n_features, network.n_outputs, features, classes));
}

}  // namespace

Predictor make_predictor(const ResultsFile& results, const Experiment& experiment,
                         std::int32_t config) {
  Predictor predictor;
  predictor.stored = find_stored_model(results, config);
  predictor.task = !results.run.class_names.empty()            ? Task::classification
                   : experiment.data.task == Task::autoencoder ? Task::autoencoder
                                                               : Task::regression;
  predictor.model = engine_model(predictor.stored, predictor.task);
  predictor.class_names = results.run.class_names;
  predictor.known_names = predictor.stored.class_names;
  if (predictor.known_names.empty()) predictor.known_names = predictor.class_names;
  if (predictor.known_names != predictor.class_names) {
    predictor.model.network.classes =
        numbers_of(predictor.known_names, predictor.class_names, results.path);
  }
  require_sense(results, predictor);
  if (predictor.has_classes()) return predictor;
  const bool inputs = predictor.task == Task::autoencoder;
  predictor.value_names = value_names(predictor, experiment, results.run.feature_names);
  predictor.value_shift = inputs ? predictor.stored.feature_shift : predictor.stored.target_shift;
  predictor.value_divisor =
      inputs ? predictor.stored.feature_divisor : predictor.stored.target_divisor;
  return predictor;
}

std::vector<std::int32_t> classes_of(const Predictor& predictor, std::span<const double> outputs) {
  const Network& network = predictor.model.network;
  std::vector<std::int32_t> classes;
  for (std::size_t i = 0; i < outputs.size(); i += network.n_outputs) {
    classes.push_back(predicted_class(network, outputs.subspan(i, network.n_outputs)));
  }
  return classes;
}

std::vector<double> probabilities_of(const Predictor& predictor, std::vector<double> outputs) {
  const Network& network = predictor.model.network;
  if (network.output == Output::softmax) return outputs;
  std::vector<double> pairs;
  for (const double y : outputs) {
    const double p = network.output == Output::tanh ? 0.5 * (1.0 + y) : y;
    pairs.push_back(1.0 - p);
    if (predictor.known_names.size() == 2) pairs.push_back(p);
  }
  return pairs;
}

std::vector<double> values_of(const Predictor& predictor, std::vector<double> outputs) {
  if (predictor.value_divisor.empty()) return outputs;
  const std::size_t n = predictor.value_divisor.size();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] = outputs[i] * predictor.value_divisor[i % n] + predictor.value_shift[i % n];
  }
  return outputs;
}

}  // namespace mlpgrid
