// Parses the arguments of each command; see the header.
#include "experiments/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <map>
#include <sstream>
#include <utility>

#include "data/nearest_name.hpp"
#include "data/public_sets.hpp"
#include "experiments/experiment_file.hpp"
#include "experiments/option_values.hpp"
#include "experiments/options.hpp"
#include "experiments/presets.hpp"
#include "experiments/resolve.hpp"
#include "experiments/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

constexpr int kMaxJobs = 4096;
constexpr int kMaxTimeout = 3600;  // seconds
constexpr const char* kDefaultExperiment = "quickstart";
constexpr unsigned kHelpWidth = 100;

po::options_description describe_run_options() {
  po::options_description description("How and where to run", kHelpWidth);
  description.add_options()                                                                     //
      (",o", po::value<std::string>()->value_name("RUN.h5"), "the results file (NAME.h5)")      //
      ("jobs,j", po::value<std::string>()->value_name("N"), "fits at once (the CPUs at hand)")  //
      ("resume", po::bool_switch(), "go on with an interrupted run")                            //
      ("force", po::bool_switch(), "replace an existing results file")                          //
      ("dry-run", po::bool_switch(), "say what would run, train nothing")                       //
      ("quiet", po::bool_switch(), "no progress")                                               //
      ("isa", po::value<std::string>()->value_name("NAME"), "instruction set to use (the best)");
  return description;
}

// Where the data lie is the machine's affair, not the experiment's, but `show` takes it, too, so
// that a run's command line can be shown.
po::options_description describe_data_dir() {
  po::options_description description("Where the data lie", kHelpWidth);
  description.add_options()("data-dir", po::value<std::string>()->value_name("DIR"),
                            "folder of the public data sets, each in a folder of its name");
  return description;
}

po::options_description describe_table_options() {
  po::options_description description("Table", kHelpWidth);
  description.add_options()  //
      ("format", po::value<std::string>()->default_value("text")->value_name("NAME"),
       "text markdown csv latex json")  //
      ("pivot", po::value<std::string>()->value_name("ROWAXIS,COLAXIS"),
       "mean score of each pair of values of two axes")                                        //
      ("sort", po::value<std::string>()->value_name("COLUMN"), "order of the rows (by rank)")  //
      ("top", po::value<std::string>()->value_name("N"), "only the first N rows")              //
      ("trace", po::bool_switch(), "every step of a run with --trace true, instead of the ranking");
  return description;
}

po::options_description describe_bench_options() {
  po::options_description description("Benchmark", kHelpWidth);
  description.add_options()  //
      ("kernel", po::value<std::string>()->default_value("")->value_name("REGEX"),
       "only operations whose names match, e.g. 'float32 64x' or step")  //
      ("runs", po::value<std::string>()->default_value("15")->value_name("N"),
       "how often each is measured; the median is shown")     //
      ("json", po::bool_switch(), "JSON instead of a table")  //
      ("isa", po::value<std::string>()->value_name("NAME"), "instruction set to use (the best)");
  return description;
}

po::options_description describe_fetch_options() {
  po::options_description description("Download (data fetch)", kHelpWidth);
  description.add_options()  //
      ("mirror", po::value<std::string>()->value_name("URL"),
       "download from here instead of the known mirrors; has URL/NAME/FILE.gz")  //
      ("timeout", po::value<std::string>()->default_value("30")->value_name("SECONDS"),
       "give up a mirror that sends nothing for so long")                     //
      ("force", po::bool_switch(), "replace files that are there and wrong")  //
      ("quiet", po::bool_switch(), "no progress");
  return description;
}

struct Parsed {
  po::variables_map values;
  std::vector<std::string> names;  // of the options that were given
  std::vector<std::string> positional;
};

void throw_unknown_option(const std::string& given, const po::options_description& options) {
  std::vector<std::string> known;
  for (const auto& option : options.options()) known.push_back(option->long_name());
  const std::string name = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  const std::string nearest = nearest_name(name, known);
  throw UsageError(
      fmt::format("unknown option '{}'{}", given,
                  nearest.empty() ? "" : fmt::format(" (did you mean --{}?)", nearest)));
}

Parsed parse(const Arguments& arguments, const po::options_description& options) {
  namespace style = po::command_line_style;
  po::options_description all;
  all.add(options);
  all.add_options()("positional", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("positional", -1);
  Parsed parsed;
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

// --sort and the like: nullptr where it was not given.
const std::string* given_text(const Parsed& parsed, const std::string& name) {
  const auto found = parsed.values.find(name);
  return found == parsed.values.end() ? nullptr : &found->second.as<std::string>();
}

// Empty where --data-dir was not given.
std::filesystem::path existing_data_dir(const Parsed& parsed) {
  const std::string* folder = given_text(parsed, "data-dir");
  if (!folder) return {};
  if (!std::filesystem::is_directory(*folder)) {
    throw UsageError(fmt::format("--data-dir: there is no folder '{}'", *folder));
  }
  return *folder;
}

std::string experiment_name(const Parsed& parsed) {
  if (parsed.positional.size() > 1) {
    throw UsageError(fmt::format("one experiment at a time, but there are '{}' and '{}'",
                                 parsed.positional[0], parsed.positional[1]));
  }
  return parsed.positional.empty() ? kDefaultExperiment : parsed.positional[0];
}

// Data named on the command line, and no experiment: every other option is at its default, not at
// the quickstart's, whose grid was made for its own data.
ExperimentSource choose_source(const Parsed& parsed, const std::filesystem::path& preset_folder) {
  if (parsed.positional.empty()) {
    for (const char* option : {"csv", "images", "data"}) {
      if (std::find(parsed.names.begin(), parsed.names.end(), option) == parsed.names.end())
        continue;
      return {std::filesystem::path(*given_text(parsed, option)).stem().string(), {}};
    }
  }
  return find_experiment(experiment_name(parsed), preset_folder);
}

Experiment read_experiment(const Parsed& parsed, const ExperimentSource& source) {
  const std::vector<FileEntry> entries =
      source.file.empty() ? std::vector<FileEntry>{} : read_experiment_file(source.file);

  // Boost merges: what is stored first, the command line, wins over the file.
  po::options_description description = describe_experiment_options();
  po::parsed_options from_file(&description);
  std::map<std::string, GivenValue> given;
  for (const FileEntry& entry : entries) {
    from_file.options.emplace_back(entry.key, std::vector<std::string>{entry.value});
    given[entry.key] = {"", fmt::format("{}:{}: {}", source.file.string(), entry.line, entry.key),
                        GivenValue::By::file};
  }
  po::variables_map values = parsed.values;
  po::store(from_file, values);

  for (const std::string& name : parsed.names) {
    if (find_experiment_option(name)) {
      given[name] = {"", fmt::format("--{}", name), GivenValue::By::command_line};
    }
  }
  for (auto& [name, value] : given) value.text = values[name].as<std::string>();

  Experiment experiment = make_experiment(given);
  if (experiment.title.empty()) experiment.title = source.name;
  experiment.data.data_dir = existing_data_dir(parsed);
  return experiment;
}

int parse_jobs(const std::string& text) {
  try {
    return static_cast<int>(parse_integer(text, 1, kMaxJobs));
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("-j: {}", error.what()));
  }
}

int parse_timeout(const std::string& text) {
  try {
    return static_cast<int>(parse_integer(text, 1, kMaxTimeout));
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--timeout: {}", error.what()));
  }
}

std::string web_address(std::string url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    throw UsageError(fmt::format("--mirror: '{}' does not begin with https:// or http://", url));
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// How many names each action takes, and that they are names of public sets.
void check_set_names(const DataArguments& data) {
  using Action = DataArguments::Action;
  std::vector<std::string> known;
  for (const PublicSet& set : public_sets()) known.push_back(set.name);
  if (data.action == Action::list && !data.names.empty()) {
    throw UsageError(fmt::format("data list takes no name, but there is '{}'", data.names[0]));
  }
  if (data.action == Action::path && data.names.size() > 1) {
    throw UsageError(
        fmt::format("data path takes one name, but there is also '{}'", data.names[1]));
  }
  if (data.action == Action::fetch && data.names.empty()) {
    throw UsageError(fmt::format("data fetch needs names; known: {}", join(known, " ")));
  }
  for (const std::string& name : data.names) {
    if (!find_public_set(name)) {
      throw UsageError(fmt::format("data: {}", unknown_value(name, known).what()));
    }
  }
}

po::options_description options_of(const std::string& command) {
  po::options_description all;
  if (command == "run") all.add(describe_run_options());
  if (command == "run" || command == "show") {
    all.add(describe_data_dir()).add(describe_experiment_options());
  }
  if (command == "table") all.add(describe_table_options());
  if (command == "bench") all.add(describe_bench_options()).add(describe_data_dir());
  if (command == "data") all.add(describe_data_dir()).add(describe_fetch_options());
  return all;
}

struct CommandHelp {
  const char* name;
  const char* usage;
  const char* what;
};

constexpr CommandHelp kCommands[] = {
    {"run", "run [NAME|FILE.ini] [-o RUN.h5] [OPTIONS]",
     "runs an experiment; without NAME, on the data given, else the quickstart"},
    {"list", "list", "the presets"},
    {"show", "show NAME|FILE.ini [OPTIONS]", "the resolved experiment file"},
    {"table", "table RUN.h5 [OPTIONS]", "the ranking of a run"},
    {"diff", "diff A.h5 B.h5",
     "whether two runs gave the same bits, or what differs (exit 0 or 1)"},
    {"bench", "bench [OPTIONS]",
     "what kernels and training steps reach of this machine's multiply-add peak"},
    {"data", "data list | data fetch NAME... | data path [NAME]",
     "the public data sets: what is here, download them, where they lie"},
};

}  // namespace

RunArguments parse_run(const Arguments& arguments, const std::filesystem::path& preset_folder) {
  const Parsed parsed = parse(arguments, options_of("run"));
  const ExperimentSource source = choose_source(parsed, preset_folder);
  RunArguments run;
  run.name = source.name;
  run.output = run.name + ".h5";
  if (const std::string* output = given_text(parsed, "-o")) {
    if (output->empty()) throw UsageError("-o: the file name is empty");
    run.output = *output;
  }
  if (const std::string* jobs = given_text(parsed, "jobs")) run.jobs = parse_jobs(*jobs);
  if (const std::string* isa = given_text(parsed, "isa")) run.isa = *isa;
  const bool resume = parsed.values["resume"].as<bool>();
  const bool force = parsed.values["force"].as<bool>();
  if (resume && force) throw UsageError("--resume and --force contradict each other");
  run.mode = resume ? OutputMode::resume : force ? OutputMode::force : OutputMode::create;
  run.dry_run = parsed.values["dry-run"].as<bool>();
  run.quiet = parsed.values["quiet"].as<bool>();
  for (const char* name : {"data-dir", "jobs", "isa"}) {
    if (const std::string* text = given_text(parsed, name)) {
      run.of_machine.insert(run.of_machine.end(), {std::string("--") + name, *text});
    }
  }
  if (run.quiet) run.of_machine.emplace_back("--quiet");
  run.experiment = read_experiment(parsed, source);
  return run;
}

Experiment parse_show(const Arguments& arguments, const std::filesystem::path& preset_folder) {
  const Parsed parsed = parse(arguments, options_of("show"));
  if (parsed.positional.empty()) throw UsageError("show needs a preset or an experiment file");
  return read_experiment(parsed, find_experiment(experiment_name(parsed), preset_folder));
}

TableArguments parse_table(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options_of("table"));
  if (parsed.positional.size() != 1) throw UsageError("table needs one results file");
  TableArguments table;
  table.file = parsed.positional[0];
  table.trace = parsed.values["trace"].as<bool>();

  const std::vector<std::pair<std::string, TableFormat>> formats = {
      {"text", TableFormat::text},
      {"markdown", TableFormat::markdown},
      {"csv", TableFormat::csv},
      {"latex", TableFormat::latex},
      {"json", TableFormat::json}};
  const std::string& wanted = *given_text(parsed, "format");
  std::vector<std::string> known;
  bool found = false;
  for (const auto& [name, format] : formats) {
    known.push_back(name);
    if (name != wanted) continue;
    table.options.format = format;
    found = true;
  }
  try {
    if (!found) throw UsageError(fmt::format("--format: {}", unknown_value(wanted, known).what()));
    if (const std::string* sort = given_text(parsed, "sort")) {
      if (sort->empty()) throw UsageError("--sort: the name is empty");
      table.options.sort = *sort;
    }
    if (const std::string* top = given_text(parsed, "top")) {
      table.options.top = static_cast<std::size_t>(parse_integer(*top, 1, 1'000'000'000));
    }
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--top: {}", error.what()));
  }
  if (const std::string* pivot = given_text(parsed, "pivot")) {
    const std::size_t comma = pivot->find(',');
    const bool two = comma != std::string::npos && comma > 0 && comma + 1 < pivot->size() &&
                     pivot->find(',', comma + 1) == std::string::npos;
    if (!two) throw UsageError("--pivot: expected two axes, e.g. activation,init");
    table.options.pivot_row = pivot->substr(0, comma);
    table.options.pivot_column = pivot->substr(comma + 1);
  }
  return table;
}

DiffArguments parse_diff(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options_of("diff"));
  if (parsed.positional.size() != 2) throw UsageError("diff needs two results files");
  return {parsed.positional[0], parsed.positional[1]};
}

BenchArguments parse_bench(const Arguments& arguments) {
  constexpr int kMaxRuns = 10'000;
  const Parsed parsed = parse(arguments, options_of("bench"));
  if (!parsed.positional.empty()) {
    throw UsageError(fmt::format("bench takes no argument, but there is '{}'; --kernel chooses",
                                 parsed.positional[0]));
  }
  BenchArguments bench;
  bench.json = parsed.values["json"].as<bool>();
  if (const std::string* isa = given_text(parsed, "isa")) bench.isa = *isa;
  bench.data_dir = existing_data_dir(parsed);
  try {
    bench.runs = static_cast<int>(parse_integer(*given_text(parsed, "runs"), 3, kMaxRuns));
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--runs: {}", error.what()));
  }
  try {
    bench.filter = std::regex(*given_text(parsed, "kernel"));
  } catch (const std::regex_error& error) {
    throw UsageError(fmt::format("--kernel: no regular expression: {}", error.what()));
  }
  return bench;
}

DataArguments parse_data(const Arguments& arguments) {
  using Action = DataArguments::Action;
  const std::vector<std::string> actions = {"list", "fetch", "path"};  // in Action's order
  const Parsed parsed = parse(arguments, options_of("data"));
  DataArguments data;
  if (parsed.positional.empty()) {
    throw UsageError(fmt::format("data needs one of: {}", join(actions, " ")));
  }
  const std::string& wanted = parsed.positional[0];
  const auto action = std::find(actions.begin(), actions.end(), wanted);
  if (action == actions.end()) {
    throw UsageError(fmt::format("data: {}", unknown_value(wanted, actions).what()));
  }
  data.action = static_cast<Action>(action - actions.begin());
  data.names.assign(parsed.positional.begin() + 1, parsed.positional.end());
  check_set_names(data);
  if (data.action != Action::fetch) {
    for (const std::string& name : parsed.names) {
      if (name == "data-dir") continue;
      throw UsageError(fmt::format("--{} is for data fetch, not for data {}", name, wanted));
    }
    data.data_dir = existing_data_dir(parsed);
    return data;
  }
  if (const std::string* folder = given_text(parsed, "data-dir")) data.data_dir = *folder;
  if (const std::string* mirror = given_text(parsed, "mirror")) data.mirror = web_address(*mirror);
  data.timeout = parse_timeout(*given_text(parsed, "timeout"));
  data.force = parsed.values["force"].as<bool>();
  data.quiet = parsed.values["quiet"].as<bool>();
  return data;
}

void parse_list(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options_of("list"));
  if (!parsed.positional.empty()) {
    throw UsageError(
        fmt::format("list takes no argument, but there is '{}'", parsed.positional[0]));
  }
}

std::string help_text(const std::string& command) {
  if (command.empty()) {
    std::string text = "usage: mlpgrid COMMAND [ARGUMENTS]\n\n";
    for (const CommandHelp& c : kCommands) text += fmt::format("  {:<8}{}\n", c.name, c.what);
    return text +
           "\n`mlpgrid COMMAND --help` shows a command's options, `mlpgrid --version` the "
           "version.\n"
           "Exit codes: 0 done, 1 an error, 2 wrong usage, 3 incomplete and resumable.\n";
  }
  std::ostringstream text;
  for (const CommandHelp& c : kCommands) {
    if (command == c.name) text << fmt::format("usage: mlpgrid {}\n\n{}\n", c.usage, c.what);
  }
  text << options_of(command);
  return text.str();
}

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const CommandHelp& c : kCommands) names.emplace_back(c.name);
    return names;
  }();
  return kNames;
}

}  // namespace mlpgrid
