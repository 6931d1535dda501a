// Reads the arguments of `run` and `show`. Checks that concern the experiment as a whole are in
// options/resolve.cpp.
#include "experiments/commands/arguments/run_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "experiments/options/experiment_file.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

constexpr int kMaxJobs = 4096;
constexpr const char* kDefaultExperiment = "quickstart";

OptionsDescription describe_run_options() {
  OptionsDescription description("How and where to run", kHelpWidth);
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

std::string experiment_name(const ParsedArguments& parsed) {
  if (parsed.positional.size() > 1) {
    throw UsageError(fmt::format("one experiment at a time, but there are '{}' and '{}'",
                                 parsed.positional[0], parsed.positional[1]));
  }
  return parsed.positional.empty() ? kDefaultExperiment : parsed.positional[0];
}

// A name for the data that --csv, --images or --data names; empty where none of them is given.
std::string data_on_command_line(const ParsedArguments& parsed) {
  for (const char* option : {"csv", "images", "data"}) {
    if (!parsed.has(option)) continue;
    const std::string& text = *parsed.text(option);
    return text == "-" ? "stdin" : std::filesystem::path(text).stem().string();
  }
  return {};
}

// Where data are named on the command line and no experiment is, every other option has its default
// value. The quickstart's options are not used, as its grid was made for its own data.
ExperimentSource choose_source(const ParsedArguments& parsed,
                               const std::filesystem::path& preset_folder) {
  const std::string data = data_on_command_line(parsed);
  if (parsed.positional.empty() && !data.empty()) return {data, {}, false};
  return find_experiment(experiment_name(parsed), preset_folder);
}

Experiment read_experiment(const ParsedArguments& parsed, const ExperimentSource& source) {
  GivenValues given;
  if (!source.file.empty()) {
    given = given_by(read_experiment_file(source.file), source.file.string());
  }
  for (const std::string& name : parsed.names) {  // the command line wins over the file
    if (!find_experiment_option(name)) continue;
    given[name] = {*parsed.text(name), fmt::format("--{}", name), GivenValue::By::command_line};
  }
  Experiment experiment = make_experiment(given);
  if (experiment.title.empty()) experiment.title = source.name;
  const std::string other_data = data_on_command_line(parsed);
  if (!source.file.empty() && !other_data.empty() && !parsed.has("title")) {
    // The file's title describes the file's data.
    experiment.title = fmt::format("{} on {}", source.name, other_data);
  }
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

RunArguments run_of(const ExperimentSource& source) {
  RunArguments run;
  run.name = source.name;
  run.file = run.features_said_by = source.file;
  if (source.is_preset) run.preset = source.name;
  return run;
}

}  // namespace

OptionsDescription describe_show() {
  OptionsDescription all;
  all.add(describe_data_dir()).add(describe_experiment_options());
  return all;
}

OptionsDescription describe_run() {
  OptionsDescription all;
  all.add(describe_run_options()).add(describe_show());
  return all;
}

RunArguments parse_run(const Arguments& arguments, const std::filesystem::path& preset_folder) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_run());
  const ExperimentSource source = choose_source(parsed, preset_folder);
  RunArguments run = run_of(source);
  run.given = arguments;
  if (parsed.has("features-from")) run.features_said_by.clear();
  run.output = run.name + ".h5";
  if (const std::string* output = parsed.text("-o")) {
    if (output->empty()) throw UsageError("-o: the file name is empty");
    if (*output == "-") {
      throw UsageError("-o -: a results file cannot go to standard output; name a file");
    }
    run.output = *output;
  }
  if (const std::string* jobs = parsed.text("jobs")) run.jobs = parse_jobs(*jobs);
  if (const std::string* isa = parsed.text("isa")) run.isa = *isa;
  const bool resume = parsed.is_on("resume");
  const bool force = parsed.is_on("force");
  if (resume && force) throw UsageError("--resume and --force contradict each other");
  run.mode = resume ? OutputMode::resume : force ? OutputMode::force : OutputMode::create;
  run.dry_run = parsed.is_on("dry-run");
  run.quiet = parsed.is_on("quiet");
  for (const char* name : {"data-dir", "jobs", "isa"}) {
    if (const std::string* text = parsed.text(name)) {
      run.of_machine.insert(run.of_machine.end(), {fmt::format("--{}", name), *text});
    }
  }
  if (run.quiet) run.of_machine.emplace_back("--quiet");
  run.experiment = read_experiment(parsed, source);
  return run;
}

RunArguments run_before(const RunArguments& run, const ExperimentSource& from,
                        const std::filesystem::path& output, OutputMode mode) {
  RunArguments before = run_of(from);
  before.experiment = read_experiment(from);
  before.experiment.data.data_dir = run.experiment.data.data_dir;
  before.output = output;
  before.mode = mode;
  before.jobs = run.jobs;
  before.quiet = run.quiet;
  before.isa = run.isa;
  before.of_machine = run.of_machine;
  before.given = {from.is_preset ? from.name : from.file.string(), "-o", output.string()};
  before.given.insert(before.given.end(), run.of_machine.begin(), run.of_machine.end());
  if (mode == OutputMode::resume) before.given.emplace_back("--resume");
  return before;
}

Experiment parse_show(const Arguments& arguments, const std::filesystem::path& preset_folder) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_show());
  if (parsed.positional.empty()) throw UsageError("show needs a preset or an experiment file");
  return read_experiment(parsed, find_experiment(experiment_name(parsed), preset_folder));
}

}  // namespace mlpgrid
