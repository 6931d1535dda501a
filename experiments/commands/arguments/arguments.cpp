// Finds options and their values among the arguments, and words the errors. What values mean is
// read by the callers.
#include "experiments/commands/arguments/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <limits>

#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

bool is_long(const std::string& token) { return token.starts_with("--"); }

// The option that a token names ("--folds", "--folds=3", "-j", "-j4"); nullptr where it names none.
const po::option_description* option_in(const std::string& token,
                                        const po::options_description& options) {
  if (token.size() < 2 || token[0] != '-' || token == "--") return nullptr;
  const std::string name =
      is_long(token) ? token.substr(2, token.find('=') - 2) : token.substr(0, 2);
  return name.empty() ? nullptr : options.find_nothrow(name, false);
}

bool holds_value(const std::string& token) {
  return is_long(token) ? token.find('=') != std::string::npos : token.size() > 2;
}

// Joins options with their values. Boost would take whatever follows as the value, even the next
// option. Here an option's name is never a value, and a switch takes the word after it unless that
// begins with '-'; alone it means true.
Arguments with_values(const Arguments& arguments, const po::options_description& options) {
  Arguments all;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& token = arguments[i];
    if (token == "--") {
      all.insert(all.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
      break;
    }
    all.push_back(token);
    const po::option_description* option = option_in(token, options);
    if (option == nullptr || option->semantic()->max_tokens() == 0 || holds_value(token)) continue;
    const std::string* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
    if (option->semantic()->min_tokens() == 0) {
      if (next == nullptr || next->starts_with('-')) continue;
      all.back() += "=" + *next;
    } else if (next == nullptr) {
      throw UsageError(fmt::format("{}: the value is missing", token));
    } else if (option_in(*next, options) != nullptr) {
      throw UsageError(
          fmt::format("{}: the value is missing; '{}' is an option (to give it as a "
                      "value, say {}{}{})",
                      token, printable(*next), token, is_long(token) ? "=" : "", printable(*next)));
    } else {
      all.push_back(*next);
    }
    ++i;
  }
  return all;
}

void throw_unknown_option(const std::string& given, const po::options_description& options) {
  std::vector<std::string> known;
  for (const auto& option : options.options()) known.push_back(option->long_name());
  const std::string name = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  const std::string nearest = nearest_name(name, known);
  throw UsageError(
      fmt::format("unknown option '{}'{}", printable(given),
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
    const po::parsed_options found = po::command_line_parser(with_values(arguments, options))
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

std::int32_t config_argument(const ParsedArguments& parsed) {
  return parsed.has("config")
             ? parsed.integer("config", 0, std::numeric_limits<std::int32_t>::max())
             : -1;
}

std::filesystem::path output_argument(const ParsedArguments& parsed,
                                      const std::filesystem::path& fallback) {
  const std::string* output = parsed.text("-o");
  if (!output) return fallback;
  if (output->empty()) throw UsageError("-o: the file name is empty");
  return *output;
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
