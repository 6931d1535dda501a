// Every option of an experiment, stated once: name, default, help, how it is read and printed, and
// of an axis all that a grid does with it. Experiment files and the command line both go through
// this table; where the text came from and whether the values go together is resolve.cpp's.
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

/// The data sets that an option is about.
enum class AppliesTo {
  every_source,
  csv,
  idx,
  public_sets,
  generators,
  public_sets_and_generators
};

/// What makes an option an axis, whose list multiplies the grid. The functions are about its one
/// member of Config.
struct Axis {
  std::function<void(Config&, std::string_view)> set;  // throws ValueError
  std::function<void(Config& to, const Config& from)> copy;
  /// The value as set() reads it; empty: not given.
  std::function<std::string(const Config&)> text;
  /// Configs that it gives the same key train alike as far as this axis goes; `rows` are those of
  /// the longest training set.
  std::function<std::string(const Config&, std::size_t rows)> key;
  /// The column param_* of all configs.
  std::function<ParamColumn(std::string name, const std::vector<Config>&, std::size_t rows)> column;
  bool is_main = false;     // named where nothing varies
  bool has_column = false;  // also where it does not vary
};

struct ExperimentOption {
  std::string name;
  std::optional<std::string> default_value;  // nullopt: not given unless the user gives it
  std::string help;
  /// Throws ValueError for a text that is no value of this option.
  std::function<void(Experiment&, std::string_view)> set;
  /// The value as set() reads it; nullopt where there is none.
  std::function<std::optional<std::string>(const Experiment&)> get;
  std::optional<Axis> axis = std::nullopt;  // none: one value for the whole run
  AppliesTo applies_to = AppliesTo::every_source;
  bool is_switch = false;  // true or false; on the command line its name alone means true
  bool is_names = false;   // a list whose items may stand in double quotes, in a file too
};

[[nodiscard]] bool applies(const ExperimentOption& option, DataSource source);

/// In the order in which they are documented and printed. That of the axes is the grid's: the last
/// one varies fastest.
[[nodiscard]] const std::vector<ExperimentOption>& experiment_options();

/// nullptr for an unknown name.
[[nodiscard]] const ExperimentOption* find_experiment_option(std::string_view name);

/// The name of an axis in files and tables, as scikit-learn writes it: "learning_rate_init".
[[nodiscard]] std::string param_name(const ExperimentOption& axis);

/// Number of configs, saturating; a grid beyond kMaxConfigs is a mistake.
inline constexpr std::size_t kMaxConfigs = 10'000'000;
[[nodiscard]] std::size_t grid_size(const Experiment& experiment);

/// The configs of the grid in their order, one after the other.
void for_each_config(const Experiment& experiment, const std::function<void(const Config&)>& visit);

/// The values of features-config; none without features-from.
[[nodiscard]] std::vector<std::int32_t> features_configs(const Experiment& experiment);

/// The table as Boost.ProgramOptions wants it.
[[nodiscard]] boost::program_options::options_description describe_experiment_options();

/// What applies to the experiment's data, as a file that read_experiment_file() accepts and that
/// gives the same experiment.
[[nodiscard]] std::string experiment_text(const Experiment& experiment);

}  // namespace mlpgrid
