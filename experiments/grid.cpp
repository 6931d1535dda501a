// Multiplies the axes out; see the header.
#include "experiments/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "experiments/option_values.hpp"
#include "experiments/usage_error.hpp"

namespace mlpgrid {

namespace {

// Appends an axis to the product: every config so far once with each value.
template <class T>
void multiply(std::vector<Config>& configs, const std::vector<T>& values, T Config::*member) {
  if (values.size() == 1) {
    for (Config& config : configs) config.*member = values.front();
    return;
  }
  std::vector<Config> product;
  product.reserve(configs.size() * values.size());
  for (const Config& config : configs) {
    for (const T& value : values) {
      product.push_back(config);
      product.back().*member = value;
    }
  }
  configs = std::move(product);
}

struct AxisName {
  const char* name;
  bool varied;
  bool main;  // named when nothing is varied
  std::string (*text)(const Config&);
};

std::vector<AxisName> axis_names(const Axes& axes) {
  return {
      {"hidden_layer_sizes", axes.hidden_layer_sizes.size() > 1, true,
       [](const Config& c) { return print_hidden_layer_sizes(c.hidden_layer_sizes); }},
      {"activation", axes.activation.size() > 1, true,
       [](const Config& c) { return name_of(c.activation); }},
      {"init", axes.init.size() > 1, false, [](const Config& c) { return print_init(c.init); }},
      {"init_scale", axes.init_scale.size() > 1, false,
       [](const Config& c) { return print_real(c.init_scale); }},
      {"solver", axes.solver.size() > 1, true, [](const Config& c) { return name_of(c.solver); }},
      {"learning_rate_init", axes.learning_rate_init.size() > 1, false,
       [](const Config& c) { return print_real(c.learning_rate_init); }},
      {"batch_size", axes.batch_size.size() > 1, false,
       [](const Config& c) { return print_batch_size(c.batch_size); }},
      {"alpha", axes.alpha.size() > 1, false, [](const Config& c) { return print_real(c.alpha); }},
      {"l1", axes.l1.size() > 1, false, [](const Config& c) { return print_real(c.l1); }},
      {"l2_sum", axes.l2_sum.size() > 1, false,
       [](const Config& c) { return print_real(c.l2_sum); }},
      {"momentum", axes.momentum.size() > 1, false,
       [](const Config& c) { return print_real(c.momentum); }},
      {"learning_rate", axes.learning_rate.size() > 1, false,
       [](const Config& c) { return name_of(c.learning_rate); }},
      {"regularization", axes.regularization.size() > 1, false,
       [](const Config& c) { return name_of(c.regularization); }},
      {"features_config", axes.features_config.size() > 1, false,
       [](const Config& c) { return fmt::format("{}", c.features_config); }},
  };
}

std::string make_label(const Config& config, const std::vector<AxisName>& axes) {
  const bool any_varied =
      std::any_of(axes.begin(), axes.end(), [](const AxisName& a) { return a.varied; });
  std::vector<std::string> parts;
  for (const AxisName& axis : axes) {
    if (any_varied ? axis.varied : axis.main) {
      parts.push_back(fmt::format("{}={}", axis.name, axis.text(config)));
    }
  }
  return join(parts, " ");
}

// All that decides a config's fits; a parameter that its solver or initializer ignores is left out.
auto effective_values(const Config& c, std::size_t max_train_rows) {
  const bool in_batches = c.solver != Solver::lbfgs;
  const bool sgd = c.solver == Solver::sgd;
  return std::tuple(c.hidden_layer_sizes, c.activation, c.init.initializer,
                    c.init.initializer == Initializer::zero ? 0.0 : c.scale_of_init(), c.solver,
                    in_batches ? c.learning_rate_init : 0.0,
                    in_batches ? resolve_batch_size(c.batch_size, max_train_rows) : 0, c.alpha,
                    c.l1, c.l2_sum, sgd ? c.momentum : 0.0,
                    sgd ? c.learning_rate : LearningRate::constant, c.regularization,
                    c.features_config);
}

std::vector<std::int32_t> find_aliases(const std::vector<Config>& configs,
                                       std::size_t max_train_rows) {
  std::map<decltype(effective_values(configs[0], 0)), std::int32_t> first;
  std::vector<std::int32_t> alias_of;
  alias_of.reserve(configs.size());
  for (const Config& config : configs) {
    const auto here = static_cast<std::int32_t>(alias_of.size());
    alias_of.push_back(first.emplace(effective_values(config, max_train_rows), here).first->second);
  }
  return alias_of;
}

template <class T, class Value>
ParamColumn column(const char* name, const std::vector<Config>& configs, Value value) {
  std::vector<T> values;
  values.reserve(configs.size());
  for (const Config& config : configs) values.push_back(value(config));
  return {name, std::move(values)};
}

std::vector<ParamColumn> make_params(const std::vector<Config>& configs,
                                     std::size_t max_train_rows) {
  using Text = std::string;
  const auto rows = [=](const Config& c) {
    return static_cast<std::int32_t>(resolve_batch_size(c.batch_size, max_train_rows));
  };
  return {
      column<Text>("hidden_layer_sizes", configs,
                   [](const Config& c) { return print_hidden_layer_sizes(c.hidden_layer_sizes); }),
      column<Text>("activation", configs, [](const Config& c) { return name_of(c.activation); }),
      column<Text>("init", configs, [](const Config& c) { return print_init(c.init); }),
      column<double>("init_scale", configs, [](const Config& c) { return c.scale_of_init(); }),
      column<Text>("solver", configs, [](const Config& c) { return name_of(c.solver); }),
      column<double>("learning_rate_init", configs,
                     [](const Config& c) { return c.learning_rate_init; }),
      column<std::int32_t>("batch_size", configs, rows),
      column<double>("alpha", configs, [](const Config& c) { return c.alpha; }),
      column<double>("l1", configs, [](const Config& c) { return c.l1; }),
      column<double>("l2_sum", configs, [](const Config& c) { return c.l2_sum; }),
      column<double>("momentum", configs, [](const Config& c) { return c.momentum; }),
      column<Text>("learning_rate", configs,
                   [](const Config& c) { return name_of(c.learning_rate); }),
      column<Text>("regularization", configs,
                   [](const Config& c) { return name_of(c.regularization); }),
  };
}

}  // namespace

std::size_t grid_size(const Axes& axes) {
  std::size_t size = 1;
  for (const std::size_t n :
       {axes.hidden_layer_sizes.size(), axes.activation.size(), axes.init.size(),
        axes.init_scale.size(), axes.solver.size(), axes.learning_rate_init.size(),
        axes.batch_size.size(), axes.alpha.size(), axes.l1.size(), axes.l2_sum.size(),
        axes.momentum.size(), axes.learning_rate.size(), axes.regularization.size(),
        std::max<std::size_t>(1, axes.features_config.size())}) {
    if (__builtin_mul_overflow(size, n, &size)) return static_cast<std::size_t>(-1);
  }
  return size;
}

std::size_t resolve_batch_size(const BatchSize& size, std::size_t train_rows) {
  switch (size.rule) {
    case BatchSize::Rule::automatic:
      return std::min<std::size_t>(200, train_rows);
    case BatchSize::Rule::full:
      return train_rows;
    case BatchSize::Rule::rows:
      break;
  }
  return std::min(size.rows, train_rows);
}

Grid make_grid(const Axes& axes, std::size_t max_train_rows) {
  if (grid_size(axes) > kMaxConfigs) {
    throw UsageError(
        fmt::format("the grid has more than {} configs; shorten its lists", kMaxConfigs));
  }
  Grid grid;
  std::vector<Config>& configs = grid.configs;
  configs.emplace_back();
  multiply(configs, axes.hidden_layer_sizes, &Config::hidden_layer_sizes);
  multiply(configs, axes.activation, &Config::activation);
  multiply(configs, axes.init, &Config::init);
  multiply(configs, axes.init_scale, &Config::init_scale);
  multiply(configs, axes.solver, &Config::solver);
  multiply(configs, axes.learning_rate_init, &Config::learning_rate_init);
  multiply(configs, axes.batch_size, &Config::batch_size);
  multiply(configs, axes.alpha, &Config::alpha);
  multiply(configs, axes.l1, &Config::l1);
  multiply(configs, axes.l2_sum, &Config::l2_sum);
  multiply(configs, axes.momentum, &Config::momentum);
  multiply(configs, axes.learning_rate, &Config::learning_rate);
  multiply(configs, axes.regularization, &Config::regularization);
  if (!axes.features_config.empty()) {
    multiply(configs, axes.features_config, &Config::features_config);
  }

  const std::vector<AxisName> names = axis_names(axes);
  for (const Config& config : configs) grid.label.push_back(make_label(config, names));
  grid.alias_of = find_aliases(configs, max_train_rows);
  grid.params = make_params(configs, max_train_rows);
  if (!axes.features_config.empty()) {
    grid.params.push_back(column<std::int32_t>("features_config", configs,
                                               [](const Config& c) { return c.features_config; }));
  }
  return grid;
}

}  // namespace mlpgrid
