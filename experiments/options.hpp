// Every option of an experiment, stated once: name, default, help, how it is read and printed.
// Experiment files and the command line both go through this table; where the text came from and
// whether the values go together is left to request.cpp and resolve.cpp.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/experiment.hpp"

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

struct ExperimentOption {
  std::string name;
  std::optional<std::string> default_value;  // nullopt: not given unless the user gives it
  std::string help;
  /// Throws ValueError for a text that is no value of this option.
  std::function<void(Experiment&, std::string_view)> set;
  /// The value as set() reads it; nullopt where there is none.
  std::function<std::optional<std::string>(const Experiment&)> get;
  AppliesTo applies_to = AppliesTo::every_source;
  bool is_switch = false;  // true or false; on the command line its name alone means true
  bool is_names = false;   // a list whose items may stand in double quotes, in a file too
};

[[nodiscard]] bool applies(const ExperimentOption& option, DataSource source);

/// In the order in which they are documented and printed; the axes first, in the grid's order.
[[nodiscard]] const std::vector<ExperimentOption>& experiment_options();

/// nullptr for an unknown name.
[[nodiscard]] const ExperimentOption* find_experiment_option(std::string_view name);

/// The table as Boost.ProgramOptions wants it.
[[nodiscard]] boost::program_options::options_description describe_experiment_options();

/// What applies to the experiment's data, as a file that read_experiment_file() accepts and that
/// gives the same experiment.
[[nodiscard]] std::string experiment_text(const Experiment& experiment);

}  // namespace mlpgrid
