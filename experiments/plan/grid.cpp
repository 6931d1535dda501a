// Makes labels, aliases and columns from the table of options. Which axes there are is not known
// here.
#include "experiments/plan/grid.hpp"

#include <unordered_map>

#include "experiments/options/options.hpp"

namespace mlpgrid {

namespace {

std::vector<std::int32_t> find_aliases(const std::vector<Config>& configs, const NamedAxes& axes,
                                       std::size_t max_train_rows) {
  std::unordered_map<std::string, std::int32_t> first;
  std::vector<std::int32_t> alias_of;
  alias_of.reserve(configs.size());
  for (const Config& config : configs) {
    std::string key;
    for (const ExperimentOption* axis : axes) {
      key += axis->axis->key(config, max_train_rows);
      key += '\n';
    }
    const auto here = static_cast<std::int32_t>(alias_of.size());
    alias_of.push_back(first.emplace(std::move(key), here).first->second);
  }
  return alias_of;
}

}  // namespace

Grid make_grid(const Experiment& experiment, std::size_t max_train_rows) {
  Grid grid;
  grid.configs.reserve(grid_size(experiment));
  for_each_config(experiment, [&](const Config& config) { grid.configs.push_back(config); });
  const NamedAxes axes = named_axes(experiment);
  for (const Config& config : grid.configs) grid.label.push_back(config_label(axes, config));
  grid.alias_of = find_aliases(grid.configs, axes, max_train_rows);
  for (const ExperimentOption& option : experiment_options()) {
    if (!option.axis || option.axis->text(grid.configs[0]).empty()) continue;
    if (!option.axis->has_column && !experiment.varied.contains(option.name)) continue;
    grid.params.push_back(option.axis->column(param_name(option), grid.configs, max_train_rows));
  }
  return grid;
}

}  // namespace mlpgrid
