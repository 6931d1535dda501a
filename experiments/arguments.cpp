// Splits arguments; see the header.
#include "experiments/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "data/nearest_name.hpp"
#include "experiments/option_values.hpp"
#include "experiments/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

void throw_unknown_option(const std::string& given, const po::options_description& options) {
  std::vector<std::string> known;
  for (const auto& option : options.options()) known.push_back(option->long_name());
  const std::string name = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  const std::string nearest = nearest_name(name, known);
  throw UsageError(
      fmt::format("unknown option '{}'{}", given,
                  nearest.empty() ? "" : fmt::format(" (did you mean --{}?)", nearest)));
}

}  // namespace

bool ParsedArguments::has(const std::string& name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string* ParsedArguments::text(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second.as<std::string>();
}

bool ParsedArguments::is_on(const std::string& name) const { return values[name].as<bool>(); }

int ParsedArguments::integer(const std::string& name, int low, int high) const {
  try {
    return static_cast<int>(parse_integer(*text(name), low, high));
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--{}: {}", name, error.what()));
  }
}

ParsedArguments parse_arguments(const Arguments& arguments, const OptionsDescription& options) {
  namespace style = po::command_line_style;
  po::options_description all;
  all.add(options);
  all.add_options()("positional", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("positional", -1);
  ParsedArguments parsed;
  try {
    const po::parsed_options found = po::command_line_parser(arguments)
                                         .options(all)
                                         .positional(positional)
                                         .style(style::unix_style & ~style::allow_guessing)
                                         .run();
    for (const po::option& option : found.options) {
      if (option.position_key >= 0) {
        parsed.positional.insert(parsed.positional.end(), option.value.begin(), option.value.end());
      } else if (option.string_key == "positional") {
        throw_unknown_option("--positional", options);
      } else {
        parsed.names.push_back(option.string_key);
      }
    }
    po::store(found, parsed.values);
  } catch (const po::unknown_option& error) {
    throw_unknown_option(error.get_option_name(), options);
  } catch (const po::multiple_occurrences& error) {
    throw UsageError(fmt::format("option '{}' is given twice", error.get_option_name()));
  } catch (const po::invalid_command_line_syntax& error) {
    if (error.kind() != po::invalid_syntax::empty_adjacent_parameter)
      throw UsageError(error.what());
    throw UsageError(fmt::format("{}: the value is empty", error.get_option_name()));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  return parsed;
}

std::filesystem::path results_file_argument(const ParsedArguments& parsed,
                                            const std::string& command) {
  if (parsed.positional.empty()) {
    throw UsageError(fmt::format("{} needs a results file, e.g. RUN.h5", command));
  }
  if (parsed.positional.size() > 1) {
    throw UsageError(fmt::format("{} takes one results file, but there are '{}' and '{}'", command,
                                 parsed.positional[0], parsed.positional[1]));
  }
  if (parsed.positional[0] == "-") {
    throw UsageError(
        "a results file is read here and there, not from front to end: name a file, "
        "not standard input");
  }
  return parsed.positional[0];
}

OptionsDescription describe_data_dir() {
  po::options_description description("Where the data lie", kHelpWidth);
  description.add_options()("data-dir", po::value<std::string>()->value_name("DIR"),
                            "folder of the public data sets, each in a folder of its name");
  return description;
}

std::filesystem::path existing_data_dir(const ParsedArguments& parsed) {
  const std::string* folder = parsed.text("data-dir");
  if (!folder) return {};
  if (!std::filesystem::is_directory(*folder)) {
    throw UsageError(fmt::format("--data-dir: there is no folder '{}'", *folder));
  }
  return *folder;
}

}  // namespace mlpgrid
