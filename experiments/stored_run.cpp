// Translates what a results file holds; see the header.
#include "experiments/stored_run.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "experiments/experiment_file.hpp"
#include "experiments/option_values.hpp"
#include "experiments/resolve.hpp"
#include "experiments/terminal.hpp"
#include "experiments/usage_error.hpp"
#include "results/hdf5/read.hpp"
#include "results/journal/read_results.hpp"

namespace mlpgrid {

ResultsFile open_run(const std::filesystem::path& file) {
  ResultsFile results = read_results(file);
  for (const std::string& note : results.notes) to_stderr("{}\n", note);
  return results;
}

Experiment stored_experiment(const ResultsFile& results) {
  const std::string name = fmt::format("the experiment in {}", results.path.string());
  try {
    GivenValues given;
    for (const FileEntry& entry : parse_experiment_text(results.run.experiment, name)) {
      given[entry.key] = {entry.value, fmt::format("{}:{}: {}", name, entry.line, entry.key),
                          GivenValue::By::file};
    }
    return make_experiment(given);
  } catch (const UsageError& error) {
    throw std::runtime_error(fmt::format("{}; use the version of mlpgrid that made it ({})",
                                         error.what(), results.run.version));
  }
}

std::int32_t stored_features_config(const RunDescription& run, const Experiment& experiment,
                                    std::int32_t config) {
  for (const ParamColumn& param : run.params) {
    if (param.name != "features_config") continue;
    const auto* values = std::get_if<std::vector<std::int32_t>>(&param.values);
    if (values != nullptr) return values->at(static_cast<std::size_t>(config));
  }
  return experiment.axes.features_config.at(0);
}

Model engine_model(const StoredModel& stored, Task task) {
  Model model;
  Network& network = model.network;
  network.n_features = static_cast<std::size_t>(stored.layer_sizes.front());
  for (std::size_t i = 1; i + 1 < stored.layer_sizes.size(); ++i) {
    network.hidden_layer_sizes.push_back(static_cast<std::size_t>(stored.layer_sizes[i]));
  }
  network.n_outputs = static_cast<std::size_t>(stored.layer_sizes.back());
  network.activation = parse_name<Activation>(stored.activation);
  network.output = parse_name<Output>(stored.output);
  const bool gives_probabilities =
      task == Task::classification &&
      (network.output == Output::softmax || network.output == Output::logistic);
  network.loss = gives_probabilities ? Loss::log_loss : Loss::squared_error;
  model.precision = parse_name<Precision>(stored.precision);
  model.weights = stored.weights;
  model.biases = stored.biases;
  return model;
}

FeatureView feature_view(const Dataset& dataset, const StoredModel& stored) {
  FeatureView view;
  view.cols = dataset.n_features;
  view.type = dataset.values.empty() ? StoredType::uint8 : StoredType::float64;
  view.data = dataset.values.empty() ? static_cast<const void*>(dataset.bytes.data())
                                     : static_cast<const void*>(dataset.values.data());
  view.shift = stored.feature_shift;
  view.divisor = stored.feature_divisor;
  return view;
}

StoredModel find_stored_model(const ResultsFile& results, std::int32_t config) {
  if (config >= 0) return read_config_model(results, config);
  if (results.best_model) return *results.best_model;
  const std::string file = results.path.string();
  if (!results.complete) {
    throw std::runtime_error(fmt::format(
        "{} has no best model yet: its run is incomplete, and the best configuration "
        "is trained on all rows at its end; go on with `mlpgrid run ... -o {} --resume`",
        file, file));
  }
  if (stored_experiment(results).split.folds >= 2 && !results.run.refit) {
    throw std::runtime_error(
        fmt::format("{} has no best model: it was made with refit = false; run it with --refit "
                    "true, or with --keep-models all and name a model with --config N",
                    file));
  }
  throw std::runtime_error(fmt::format(
      "{} has no best model: no fit came to an end with a score; see `mlpgrid table {}`", file,
      file));
}

}  // namespace mlpgrid
