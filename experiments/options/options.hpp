// Every option of an experiment, in one table: name, default, help, how it is read and printed and,
// for an axis, what a grid does with it. Experiment files and the command line both use it. Where
// the texts come from and whether values go together is resolve.hpp's.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/options/experiment.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// The data sources for which an option has a meaning.
enum class AppliesTo {
  every_source,
  csv,
  idx,
  public_sets,
  generators,
  public_sets_and_generators
};

/// What makes an option an axis, whose list of values multiplies the grid. The functions access the
/// axis' own member of Config.
struct Axis {
  std::function<void(Config&, std::string_view)> set;  // throws ValueError
  std::function<void(Config& to, const Config& from)> copy;
  /// The value as text that set() reads back; empty: not given.
  std::function<std::string(const Config&)> text;
  /// Configs with equal keys train alike as far as this axis is concerned; `rows` is the size of
  /// the largest training set.
  std::function<std::string(const Config&, std::size_t rows)> key;
  /// The column param_* with the values of all configs.
  std::function<ParamColumn(std::string name, const std::vector<Config>&, std::size_t rows)> column;
  bool is_main = false;     // part of a config's label where nothing varies
  bool has_column = false;  // even where it does not vary
};

/// One option of experiments.
struct ExperimentOption {
  std::string name;
  std::optional<std::string> default_value;  // nullopt: not given unless the user gives it
  std::string help;
  /// Throws ValueError for a text that is no value of this option.
  std::function<void(Experiment&, std::string_view)> set;
  /// The value as text that set() reads back; nullopt where there is none.
  std::function<std::optional<std::string>(const Experiment&)> get;
  std::optional<Axis> axis = std::nullopt;  // none: one value for the whole run
  AppliesTo applies_to = AppliesTo::every_source;
  bool is_switch = false;  // true or false; on the command line its name alone means true
  bool is_names = false;   // a list of names, each of which may be quoted
};

/// Whether the option has a meaning for data of this source.
[[nodiscard]] bool applies(const ExperimentOption& option, DataSource source);

/// All options in the order in which they are documented and printed. The order of the axes is that
/// of the grid: the last one varies fastest. The list lives as long as the program.
[[nodiscard]] const std::vector<ExperimentOption>& experiment_options();

/// The option of this name, which lives as long as the program; nullptr for an unknown one.
[[nodiscard]] const ExperimentOption* find_experiment_option(std::string_view name);

/// The name of an axis in files and tables, as scikit-learn writes it: "learning_rate_init".
[[nodiscard]] std::string param_name(const ExperimentOption& axis);

/// The axes that vary; where none does, those that say what kind of net it is.
using NamedAxes = std::vector<const ExperimentOption*>;
[[nodiscard]] NamedAxes named_axes(const Experiment& experiment);

/// What they are for one config: "solver=adam learning_rate_init=0.002".
[[nodiscard]] std::string config_label(const NamedAxes& axes, const Config& config);

/// The number of configs of the grid, SIZE_MAX where that overflows. Grids beyond kMaxConfigs are
/// taken for mistakes.
inline constexpr std::size_t kMaxConfigs = 10'000'000;
[[nodiscard]] std::size_t grid_size(const Experiment& experiment);

/// Calls `visit` with each config of the grid, in order; the reference is valid during the call.
void for_each_config(const Experiment& experiment, const std::function<void(const Config&)>& visit);

/// The values of the axis features-config; empty without features-from.
[[nodiscard]] std::vector<std::int32_t> features_configs(const Experiment& experiment);

/// The table of options as Boost.ProgramOptions needs it.
[[nodiscard]] boost::program_options::options_description describe_experiment_options();

/// The experiment as the text of an experiment file that gives the same experiment again; options
/// that do not apply to its data are left out.
[[nodiscard]] std::string experiment_text(const Experiment& experiment);

}  // namespace mlpgrid
