// Makes networks of the first layers of stored models and passes rows through them. Reading the
// models is results/hdf5/read.cpp's.
#include "experiments/stored/model_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "data/sha256.hpp"
#include "data/text/printable.hpp"
#include "data/value_range.hpp"
#include "engine/predict.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/stored_run.hpp"
#include "results/hdf5/read.hpp"
#include "results/journal/read_results.hpp"

namespace mlpgrid {

namespace {

// Layers 1 to `layer` of a stored model as a network. Its output has the activation only where that
// exists as an output function; features() applies the others.
Model first_layers(const StoredModel& stored, std::size_t layer) {
  Model model = engine_model(stored, Task::regression);
  model.network.hidden_layer_sizes.resize(layer - 1);
  model.network.n_outputs = static_cast<std::size_t>(stored.layer_sizes[layer]);
  model.network.output = Output::linear;
  model.weights.resize(layer);
  model.biases.resize(layer);
  // Logistic and tanh exist as output functions.
  if (model.network.activation == Activation::logistic) model.network.output = Output::logistic;
  if (model.network.activation == Activation::tanh) model.network.output = Output::tanh;
  return model;
}

constexpr std::size_t kNamesShown = 12;

std::vector<double> features(const Dataset& dataset, const StoredModel& stored,
                             const Model& model) {
  ValueRange::of_features(dataset).require({stored.feature_shift, stored.feature_divisor},
                                           model.precision);
  std::vector<std::int32_t> rows(dataset.n_rows);
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<double> values = predict_outputs(
      model, feature_view(dataset, stored.feature_shift, stored.feature_divisor), rows);
  if (model.network.activation == Activation::relu) {
    for (double& x : values) x = std::max(x, 0.0);
  } else if (model.network.activation == Activation::leaky_relu) {
    for (double& x : values) x = x > 0.0 ? x : kLeakySlope * x;
  }
  return values;
}

template <class T>
void add(Sha256& hash, const std::vector<T>& values) {
  hash.add(values.data(), values.size() * sizeof(T));
}

// Adds to the hash what features() depends on, except the rows.
void add_first_layers(Sha256& hash, const StoredModel& stored, const Model& model) {
  for (const std::string* name : {&stored.activation, &stored.precision}) {
    hash.add(name->data(), name->size());
  }
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    add(hash, model.weights[i]);
    add(hash, model.biases[i]);
  }
  add(hash, stored.feature_shift);
  add(hash, stored.feature_divisor);
}

void require_same_columns(const ResultsFile& results, const std::vector<std::string>& columns) {
  const std::vector<std::string>& own = results.run.feature_names;
  if (own.empty() || columns.empty() || own == columns) return;
  throw UsageError(fmt::format(
      "features-from: the models of {} take the columns {}, in this order, but the "
      "data has {}; choose them with --columns",
      printable(results.path.string(), kNoLimit), printable_list(own), printable_list(columns)));
}

}  // namespace

std::filesystem::path features_file(const Experiment& experiment,
                                    const std::filesystem::path& output) {
  std::filesystem::path from = experiment.features_from;
  if (from.extension() == ".h5") return from;
  return output.parent_path() / (from.stem().string() + ".h5");
}

void refuse_circle(const std::vector<std::string>& chain) {
  std::string text;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const bool is_left_out = i >= kNamesShown && i + 2 < chain.size();
    if (is_left_out && i > kNamesShown) continue;
    if (i > 0) text += " -> ";
    text += is_left_out ? fmt::format("... {} more ...", chain.size() - kNamesShown - 2)
                        : printable(chain[i], kNoLimit);
  }
  throw UsageError(fmt::format(
      "features-from goes in a circle, so that nothing could run first: {}; let one of them take "
      "its features from its data or from a results file of another name",
      text));
}

namespace {

void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& output, std::vector<std::string>& chain);

// The file from which the run with the results file `output` takes its features. Adds the run to
// `chain`, and throws where the file is in it already.
std::filesystem::path follow(const Experiment& experiment, const std::filesystem::path& output,
                             std::vector<std::string>& chain) {
  std::filesystem::path file = features_file(experiment, output);
  chain.push_back(std::filesystem::weakly_canonical(output).string());
  const std::string next = std::filesystem::weakly_canonical(file).string();
  if (std::find(chain.begin(), chain.end(), next) != chain.end()) {
    chain.push_back(next);
    refuse_circle(chain);
  }
  return file;
}

// The inputs of a run's models where these are not the rows as they are, but what the models of an
// earlier run make of them.
std::optional<LoadedData> inputs_for(const ResultsFile& results, std::int32_t config,
                                     const Dataset& dataset, std::vector<std::string>& chain) {
  Experiment own = stored_experiment(results);
  if (own.features_from.empty()) {
    require_same_columns(results, dataset.feature_names);
    return std::nullopt;
  }
  own.config.features_config = stored_features_config(results.run, own, config);
  own.varied.erase("features-config");
  LoadedData inner;
  inner.dataset = dataset;
  take_features(inner, own, results.path, chain);
  return inner;
}

void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& output, std::vector<std::string>& chain) {
  const ResultsFile results = open_run(follow(experiment, output, chain));
  const std::size_t layer = experiment.features_layer;
  Sha256 models;
  std::size_t width = 0;
  for (const std::int32_t config : features_configs(experiment)) {
    const StoredModel stored = read_config_model(results, config);
    const std::optional<LoadedData> made = inputs_for(results, config, data.dataset, chain);
    const Dataset& inputs = made ? made->dataset : data.dataset;
    const std::size_t hidden = stored.layer_sizes.size() - 2;
    if (layer > hidden) {
      throw UsageError(
          fmt::format("features-layer = {}: the model of config {} has {} hidden "
                      "layer(s)",
                      layer, config, hidden));
    }
    if (static_cast<std::size_t>(stored.layer_sizes[0]) != inputs.n_features) {
      throw UsageError(
          fmt::format("features-from: the model of config {} takes {} features, but "
                      "the data set has {}",
                      config, stored.layer_sizes[0], inputs.n_features));
    }
    const Model model = first_layers(stored, layer);
    if (width != 0 && model.network.n_outputs != width) {
      throw UsageError(
          fmt::format("features-config: layer {} has {} units in config {}, but {} in "
                      "the ones before",
                      layer, model.network.n_outputs, config, width));
    }
    width = model.network.n_outputs;
    data.feature_sets.push_back(features(inputs, stored, model));
    if (made) models.add(made->features_sha256.data(), made->features_sha256.size());
    add_first_layers(models, stored, model);
  }
  chain.pop_back();

  Dataset& dataset = data.dataset;
  dataset.bytes.clear();
  dataset.n_features = width;
  dataset.feature_names.clear();
  dataset.image_height = dataset.image_width = 0;
  Sha256 hash;
  // Backwards, so that `dataset` keeps the first.
  for (std::size_t i = data.feature_sets.size(); i-- > 0;) {
    dataset.values = data.feature_sets[i];
    check(dataset);
    const std::string content = content_sha256(dataset);
    hash.add(content.data(), content.size());
  }
  data.sha256 = hash.hex();
  data.features_sha256 = models.hex();
}

std::vector<std::string> columns_of_features(const Experiment& experiment,
                                             const std::filesystem::path& output,
                                             std::vector<std::string>& chain) {
  const ResultsFile results = read_results(follow(experiment, output, chain));
  const Experiment own = stored_experiment(results);
  if (own.features_from.empty()) return results.run.feature_names;
  return columns_of_features(own, results.path, chain);
}

}  // namespace

void take_features(LoadedData& data, const Experiment& experiment,
                   const std::filesystem::path& output) {
  std::vector<std::string> chain;
  take_features(data, experiment, output, chain);
}

std::vector<std::string> columns_of_features(const Experiment& experiment,
                                             const std::filesystem::path& output) {
  std::vector<std::string> chain;
  return columns_of_features(experiment, output, chain);
}

}  // namespace mlpgrid
