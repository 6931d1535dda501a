// The first layers of stored models as networks of their own; see the header.
#include "experiments/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "data/sha256.hpp"
#include "data/value_range.hpp"
#include "engine/predict.hpp"
#include "experiments/stored_run.hpp"
#include "experiments/usage_error.hpp"
#include "results/hdf5_file.hpp"

namespace mlpgrid {

namespace {

// Layers 1 to `layer` of a stored model; the last of them has no function yet.
Model first_layers(const StoredModel& stored, std::size_t layer) {
  Model model = engine_model(stored, Task::regression);
  model.network.hidden_layer_sizes.resize(layer - 1);
  model.network.n_outputs = static_cast<std::size_t>(stored.layer_sizes[layer]);
  model.network.output = Output::linear;
  model.weights.resize(layer);
  model.biases.resize(layer);
  // Logistic and tanh exist as outputs, too; the others are applied to the values.
  if (model.network.activation == Activation::logistic) model.network.output = Output::logistic;
  if (model.network.activation == Activation::tanh) model.network.output = Output::tanh;
  return model;
}

std::vector<double> features(const Dataset& dataset, const StoredModel& stored,
                             const Model& model) {
  ValueRange::of_features(dataset).require({stored.feature_shift, stored.feature_divisor},
                                           model.precision);
  std::vector<std::int32_t> rows(dataset.n_rows);
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<double> values = predict_outputs(model, feature_view(dataset, stored), rows);
  if (model.network.activation == Activation::relu) {
    for (double& x : values) x = std::max(x, 0.0);
  } else if (model.network.activation == Activation::leaky_relu) {
    for (double& x : values) x = x > 0.0 ? x : kLeakySlope * x;
  }
  return values;
}

}  // namespace

std::filesystem::path features_file(const Experiment& experiment,
                                    const std::filesystem::path& output) {
  std::filesystem::path from = experiment.features_from;
  if (from.extension() == ".h5") return from;
  return output.parent_path() / (from.stem().string() + ".h5");
}

void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& file) {
  const std::size_t layer = experiment.features_layer;
  const ResultsFile results = open_run(file);
  std::size_t width = 0;
  for (const std::int32_t config : experiment.axes.features_config) {
    const StoredModel stored = read_config_model(results, config);
    const std::size_t hidden = stored.layer_sizes.size() - 2;
    if (layer > hidden) {
      throw UsageError(
          fmt::format("features-layer = {}: the model of config {} has {} hidden "
                      "layer(s)",
                      layer, config, hidden));
    }
    if (static_cast<std::size_t>(stored.layer_sizes[0]) != data.dataset.n_features) {
      throw UsageError(
          fmt::format("features-from: the model of config {} takes {} features, but "
                      "the data set has {}",
                      config, stored.layer_sizes[0], data.dataset.n_features));
    }
    const Model model = first_layers(stored, layer);
    if (width != 0 && model.network.n_outputs != width) {
      throw UsageError(
          fmt::format("features-config: layer {} has {} units in config {}, but {} in "
                      "the ones before",
                      layer, model.network.n_outputs, config, width));
    }
    width = model.network.n_outputs;
    data.feature_sets.push_back(features(data.dataset, stored, model));
  }

  Dataset& dataset = data.dataset;
  dataset.bytes.clear();
  dataset.n_features = width;
  dataset.feature_names.clear();
  dataset.image_height = dataset.image_width = 0;
  Sha256 hash;
  for (std::size_t i = data.feature_sets.size(); i-- > 0;) {  // the first stays
    dataset.values = data.feature_sets[i];
    check(dataset);
    const std::string content = content_sha256(dataset);
    hash.add(content.data(), content.size());
  }
  data.sha256 = hash.hex();
}

}  // namespace mlpgrid
