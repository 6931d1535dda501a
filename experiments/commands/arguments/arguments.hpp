// Splits the arguments of a command with Boost.ProgramOptions, but without its guessing, and reads
// what several commands share. Which options a command takes is said beside that command.
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

/// The arguments of a command, split but not interpreted.
struct ParsedArguments {
  boost::program_options::variables_map values;
  std::vector<std::string> names;  // of the options that were given
  std::vector<std::string> positional;

  /// Whether the user gave the option; a default does not count.
  [[nodiscard]] bool has(const std::string& name) const;
  /// The text of an option that takes one, which this object owns; nullptr where it was not given
  /// and has no default.
  [[nodiscard]] const std::string* text(const std::string& name) const;
  /// Whether a switch was given.
  [[nodiscard]] bool is_on(const std::string& name) const;
  /// The value of an option, which must have been given or have a default, as a whole number.
  /// Throws UsageError unless it is one in [low, high].
  [[nodiscard]] int integer(const std::string& name, int low, int high) const;
};

/// Splits `arguments`. Throws UsageError for an unknown option (with the nearest name), a missing
/// or empty value, and an option that is given twice.
[[nodiscard]] ParsedArguments parse_arguments(const Arguments& arguments,
                                              const OptionsDescription& options);

/// The one results file that `command` takes. Throws UsageError unless exactly one is named.
[[nodiscard]] std::filesystem::path results_file_argument(const ParsedArguments& parsed,
                                                          const std::string& command);

/// The number after --config, -1 where it was not given. Throws UsageError.
[[nodiscard]] std::int32_t config_argument(const ParsedArguments& parsed);

/// The file after -o, or `fallback` where it was not given. Throws UsageError where it is empty.
[[nodiscard]] std::filesystem::path output_argument(const ParsedArguments& parsed,
                                                    const std::filesystem::path& fallback);

/// The option --data-dir. It is not an option of experiments, because data lie in different places
/// on different machines.
[[nodiscard]] OptionsDescription describe_data_dir();

/// The folder after --data-dir; empty where it was not given. Throws UsageError where there is no
/// such folder.
[[nodiscard]] std::filesystem::path existing_data_dir(const ParsedArguments& parsed);

}  // namespace mlpgrid
