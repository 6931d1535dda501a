// Chooses output function and loss, and refuses those that do not go together. Computing them is
// the engine's.
#include "experiments/plan/output_layer.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/scoring/scores.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

void refuse(const char* option, const std::string& value, const std::string& why) {
  throw UsageError(fmt::format("{} = {}: {}", option, value, why));
}

void check_output(Output output, bool has_classes, std::size_t n_classes) {
  const std::string name = name_of(output);
  if (!has_classes) {
    if (output == Output::softmax) refuse("output", name, "needs classes, not values; use linear");
    return;
  }
  if (output == Output::linear) refuse("output", name, "needs values, not classes; use auto");
  if (output != Output::softmax && n_classes > 2) {
    refuse("output", name,
           fmt::format("needs two classes, but the data set has {}; use softmax", n_classes));
  }
}

void set_loss(Network& network, LossName name) {
  const auto n = static_cast<double>(network.n_outputs);
  switch (name) {
    case LossName::log_loss:
      network.loss = Loss::log_loss;
      return;
    case LossName::log_loss_sum:
      network.loss = Loss::log_loss;
      network.scaling = {.summed = true};
      return;
    case LossName::squared_error:
      network.loss = Loss::squared_error;
      return;
    case LossName::mean_squared_error:
      network.loss = Loss::squared_error;
      network.scaling = {.loss_factor = 2.0, .gradient_factor = 2.0 / n};
      return;
    case LossName::half_squared_error_sum:
      network.loss = Loss::squared_error;
      network.scaling = {.summed = true, .loss_factor = n};
      return;
    case LossName::squared_error_sum:
      network.loss = Loss::squared_error;
      network.scaling = {.summed = true, .loss_factor = 2.0 * n, .gradient_factor = 2.0};
      return;
  }
}

}  // namespace

Network make_network(const Experiment& experiment, const Config& config, const Dataset& dataset,
                     std::vector<std::int32_t> classes) {
  const bool has_classes = experiment.data.task == Task::classification;
  Network network;
  network.hidden_layer_sizes = config.hidden_layer_sizes;
  network.activation = config.activation;
  network.classes = std::move(classes);
  const std::size_t n_classes = network.n_known(dataset.class_names.size());
  network.n_features = dataset.n_features;
  network.output = config.output.value_or(!has_classes     ? Output::linear
                                          : n_classes <= 2 ? Output::logistic
                                                           : Output::softmax);
  check_output(network.output, has_classes, n_classes);
  if (has_classes) {
    network.n_outputs = network.output == Output::softmax ? n_classes : 1;
  } else {
    network.n_outputs =
        experiment.data.task == Task::autoencoder ? dataset.n_features : dataset.n_outputs;
  }

  const bool gives_probabilities =
      has_classes && (network.output == Output::softmax || network.output == Output::logistic);
  const LossName loss =
      config.loss.value_or(gives_probabilities ? LossName::log_loss : LossName::squared_error);
  set_loss(network, loss);
  network.scaling.squared_error_gradient = config.squared_error_gradient;
  if (network.loss == Loss::log_loss && !gives_probabilities) {
    refuse("loss", name_of(loss),
           "needs classes and output softmax or logistic; use squared_error");
  }
  if (network.loss != Loss::log_loss && network.output == Output::softmax) {
    refuse("loss", name_of(loss), "does not go with output softmax; use log_loss");
  }
  if (config.squared_error_gradient &&
      (network.loss != Loss::log_loss || network.output != Output::logistic)) {
    refuse("gradient-of", "squared_error", "needs loss log_loss and output logistic");
  }
  const bool scores_probabilities =
      experiment.scoring && kind_of(*experiment.scoring).of_probabilities;
  if (scores_probabilities && network.loss != Loss::log_loss) {
    refuse("scoring", name_of(*experiment.scoring), "needs loss log_loss");
  }
  return network;
}

}  // namespace mlpgrid
