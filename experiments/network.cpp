// Chooses the output layer; see the header.
#include "experiments/network.hpp"

#include <fmt/format.h>

#include "experiments/option_values.hpp"
#include "experiments/usage_error.hpp"

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
  if (output != Output::softmax && n_classes != 2) {
    refuse("output", name,
           fmt::format("needs two classes, but the data set has {}; use softmax", n_classes));
  }
}

}  // namespace

Network output_layer(const Experiment& experiment, const Dataset& dataset) {
  const bool has_classes = experiment.data.task == Task::classification;
  const std::size_t n_classes = dataset.class_names.size();
  if (has_classes && n_classes < 2) {
    throw UsageError("the data set has a single class; classification needs at least two");
  }

  Network network;
  network.n_features = dataset.n_features;
  network.output = experiment.output.value_or(!has_classes     ? Output::linear
                                              : n_classes == 2 ? Output::logistic
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
  network.loss =
      experiment.loss.value_or(gives_probabilities ? Loss::log_loss : Loss::squared_error);
  if (network.loss == Loss::log_loss && !gives_probabilities) {
    refuse("loss", name_of(network.loss),
           "needs classes and output softmax or logistic; use squared_error");
  }
  if (network.loss != Loss::log_loss && network.output == Output::softmax) {
    refuse("loss", name_of(network.loss), "does not go with output softmax; use log_loss");
  }
  if (experiment.scoring == Scoring::neg_log_loss && network.loss != Loss::log_loss) {
    refuse("scoring", name_of(*experiment.scoring), "needs loss log_loss");
  }
  return network;
}

}  // namespace mlpgrid
