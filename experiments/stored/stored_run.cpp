// Translates what a results file holds into experiments and networks. Reading the file is
// results/journal/read_results.cpp's.
#include "experiments/stored/stored_run.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "experiments/options/experiment_file.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/system/terminal.hpp"
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
    return make_experiment(given_by(parse_experiment_text(results.run.experiment, name), name));
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
  return experiment.config.features_config;
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
