// The arguments of a command, split by Boost.ProgramOptions without its guessing, and what several
// commands read from them. What each command takes is said beside the command.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mlpgrid {

using Arguments = std::vector<std::string>;
using OptionsDescription = boost::program_options::options_description;

inline constexpr unsigned kHelpWidth = 100;

struct ParsedArguments {
  boost::program_options::variables_map values;
  std::vector<std::string> names;  // of the options that were given
  std::vector<std::string> positional;

  /// Whether the user gave the option, rather than its default.
  [[nodiscard]] bool has(const std::string& name) const;
  /// The text of an option that takes one; nullptr where it was not given and has no default.
  [[nodiscard]] const std::string* text(const std::string& name) const;
  /// A switch.
  [[nodiscard]] bool is_on(const std::string& name) const;
  /// An option that was given or has a default, as a whole number in [low, high]. Throws
  /// UsageError.
  [[nodiscard]] int integer(const std::string& name, int low, int high) const;
};

/// Throws UsageError: unknown option (with the nearest name), missing or empty value, option given
/// twice.
[[nodiscard]] ParsedArguments parse_arguments(const Arguments& arguments,
                                              const OptionsDescription& options);

/// The one results file that `command` takes. Throws UsageError where there is none or another.
[[nodiscard]] std::filesystem::path results_file_argument(const ParsedArguments& parsed,
                                                          const std::string& command);

/// --config, or -1. Throws UsageError.
[[nodiscard]] std::int32_t config_argument(const ParsedArguments& parsed);

/// -o, or `fallback`. Throws UsageError where it is empty.
[[nodiscard]] std::filesystem::path output_argument(const ParsedArguments& parsed,
                                                    const std::filesystem::path& fallback);

/// --data-dir. Where the data lie is the machine's affair, not the experiment's.
[[nodiscard]] OptionsDescription describe_data_dir();

/// Empty where --data-dir was not given. Throws UsageError where there is no such folder.
[[nodiscard]] std::filesystem::path existing_data_dir(const ParsedArguments& parsed);

}  // namespace mlpgrid
