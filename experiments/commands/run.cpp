// `mlpgrid run`: an experiment from its options to its results file. The steps are elsewhere; this
// is their order, and what the user is told.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "engine/simd/dispatch.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/dry_run.hpp"
#include "experiments/cpu_budget.hpp"
#include "experiments/environment.hpp"
#include "experiments/features.hpp"
#include "experiments/interrupt.hpp"
#include "experiments/memory_budget.hpp"
#include "experiments/plan.hpp"
#include "experiments/presets.hpp"
#include "experiments/progress.hpp"
#include "experiments/records.hpp"
#include "experiments/run_arguments.hpp"
#include "experiments/runner.hpp"
#include "experiments/terminal.hpp"
#include "experiments/usage_error.hpp"
#include "results/recorder.hpp"
#include "results/table.hpp"

namespace mlpgrid {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRowsAfterRun = 20;

// What the recorder would refuse, before the data are loaded. A journal beside the output is left
// to it: only its lock tells whether another run is at work.
void check_output(const fs::path& output, OutputMode mode) {
  const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) {
    throw std::runtime_error(
        fmt::format("{}: the folder {} does not exist; create it or choose another with -o",
                    output.string(), folder.string()));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw std::runtime_error(
        fmt::format("{}: the folder {} is not writable; choose another with -o", output.string(),
                    folder.string()));
  }
  if (fs::is_directory(output)) {
    throw std::runtime_error(
        fmt::format("{} is a folder; name the results file with -o", output.string()));
  }
  if (mode == OutputMode::create && fs::exists(output) &&
      !fs::exists(output.string() + ".journal")) {
    throw std::runtime_error(
        fmt::format("{} exists already; --force replaces it, -o names another file, "
                    "--resume goes on where it stopped",
                    output.string()));
  }
}

std::string shell_quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./:=,+@%") == std::string::npos;
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command_line(const std::string& program, const Arguments& arguments) {
  std::string line = shell_quoted(program) + " run";
  for (const std::string& argument : arguments) line += fmt::format(" {}", shell_quoted(argument));
  return line;
}

std::string resume_command(const std::string& program, Arguments arguments) {
  std::erase(arguments, "--force");
  if (std::find(arguments.begin(), arguments.end(), "--resume") == arguments.end()) {
    arguments.emplace_back("--resume");
  }
  return command_line(program, arguments);
}

void print_ranking(const ResultsFile& results, const fs::path& output) {
  TableOptions options;
  options.terminal = stdout_shows_bold();
  const std::size_t configs = results.run.n_configs();
  if (configs > kRowsAfterRun) options.top = kRowsAfterRun;
  to_stdout("{}", format_table(results, options));
  if (options.top > 0) {
    to_stderr("The best {} of {} configs; `mlpgrid table {}` shows all.\n", options.top, configs,
              shell_quoted(output.string()));
  }
}

void print_where_to_look(const fs::path& output) {
  const std::string file = shell_quoted(output.string());
  to_stderr(
      "Results: {0}\nLook further:\n  mlpgrid report {0}\n  mlpgrid table {0} --format "
      "csv\n  h5dump -H {0}\n",
      file);
}

// Runs the fits and prints how they rank; false when it was interrupted.
bool run_plan(const Plan& plan, const RunArguments& run, int jobs, const std::string& command) {
  InterruptFlag interrupt;
  Progress progress(plan, jobs, interrupt.raised(), run.quiet);
  Recorder recorder(
      run.output, describe_run(plan), describe_environment(command, jobs, run.preset), run.mode,
      [&progress](const FitRecord& record) { progress.on_durable(record); }, jobs);
  if (recorder.already_complete()) {
    to_stderr("{} is already complete: nothing left to run.\n", run.output.string());
    print_ranking(recorder.finish(), run.output);
    return true;
  }
  for (const FitRecord& record : recorder.resumed()) progress.on_durable(record, true);
  const bool complete = run_fits(plan, jobs, interrupt.raised(), recorder, progress);
  progress.finish();
  if (!complete) {
    recorder.stop_incomplete();
    return false;
  }
  const ResultsFile& results = recorder.finish();
  try {
    print_ranking(results, run.output);
  } catch (const FileError&) {
    to_stderr("The run is complete: {}\n", run.output.string());
    throw;
  }
  return true;
}

// An experiment that has to run first, and its results file.
struct FeaturesRun {
  std::string experiment;
  fs::path file;
  bool begun;
};

// The experiments whose models give the features and whose results are missing or incomplete: the
// run's own, the one that this one takes its features from, and so on. Throws UsageError where
// they go in a circle or would write one file.
std::vector<FeaturesRun> missing_features(const RunArguments& run) {
  std::vector<FeaturesRun> missing;
  std::vector<fs::path> files = {fs::weakly_canonical(run.output)};
  std::vector<std::string> names;     // of the experiments, as they stand in messages
  std::vector<fs::path> experiments;  // and the same as files
  if (!run.features_said_by.empty()) {
    names.push_back(run.features_said_by.string());
    experiments.push_back(fs::canonical(run.features_said_by));
  }
  Experiment experiment = run.experiment;
  fs::path output = run.output;
  while (!experiment.features_from.empty()) {
    const std::string from = experiment.features_from;
    const fs::path file = features_file(experiment, output);
    if (fs::path(from).extension() == ".h5") break;
    const fs::path source = fs::weakly_canonical(find_experiment(from, preset_folder()).file);
    names.push_back(from);
    const auto seen = std::find(experiments.begin(), experiments.end(), source);
    if (seen != experiments.end()) {
      refuse_circle({names.begin() + (seen - experiments.begin()), names.end()});
    }
    experiments.push_back(source);
    if (std::find(files.begin(), files.end(), fs::weakly_canonical(file)) != files.end()) {
      throw UsageError(
          fmt::format("features-from: {} would write {}, which another experiment of this run "
                      "writes; name one of the two experiments otherwise",
                      from, file.string()));
    }
    files.push_back(fs::weakly_canonical(file));
    const bool begun = fs::exists(file.string() + ".journal");
    if (fs::exists(file) && !begun) break;
    missing.push_back({from, file, begun});
    experiment = parse_run({from, "-o", file.string()}, preset_folder()).experiment;
    output = file;
  }
  return missing;
}

// Runs what has to run first. The exit code of the first of these runs that is not done.
int make_features(const std::string& program, const RunArguments& run) {
  std::vector<FeaturesRun> missing = missing_features(run);
  std::reverse(missing.begin(), missing.end());
  for (const auto& [from, file, begun] : missing) {
    if (run.dry_run) {
      throw UsageError(fmt::format("features-from: {} is not there yet; `{} run {} -o {}` makes it",
                                   file.string(), program, shell_quoted(from),
                                   shell_quoted(file.string())));
    }
    Arguments arguments = {from, "-o", file.string()};
    arguments.insert(arguments.end(), run.of_machine.begin(), run.of_machine.end());
    if (begun) arguments.emplace_back("--resume");
    to_stderr("First {}, whose models give the features:\n  {}\n", from,
              command_line(program, arguments));
    const int code = run_command(program, arguments);
    if (code != kExitDone) return code;
  }
  return kExitDone;
}

}  // namespace

void choose_isa(const std::string& name) {
  try {
    if (!name.empty()) force_isa(name);
    (void)active_isa();
  } catch (const std::invalid_argument& error) {
    throw UsageError(fmt::format("{}: {}", name.empty() ? "MLPGRID_ISA" : "--isa", error.what()));
  }
}

int run_command(const std::string& program, const Arguments& arguments) {
  RunArguments run = parse_run(arguments, preset_folder());
  choose_isa(run.isa);
  if (!run.dry_run) check_output(run.output, run.mode);
  const bool has_features_from = !run.experiment.features_from.empty();
  if (has_features_from) {
    const int code = make_features(program, run);
    if (code == kExitIncomplete) {
      to_stderr("Then, for the features' own experiment:\n  {}\n",
                command_line(program, arguments));
    }
    if (code != kExitDone) return code;
  }
  const int jobs = run.jobs > 0 ? run.jobs : cpu_budget();
  const auto available = available_memory();
  if (available) check_memory_before_loading(run.experiment, *available);

  LoadedData data = load_data(run.experiment.data);
  if (has_features_from) take_features(data, run.experiment, run.output);
  const Plan plan = make_plan(std::move(run.experiment), std::move(data));
  if (run.dry_run) {
    to_stdout("{}", describe_dry_run(plan, memory_need(plan, jobs), jobs));
    return kExitDone;
  }
  if (available) check_memory(memory_need(plan, jobs), jobs, *available_memory());

  if (!run_plan(plan, run, jobs, command_line(program, arguments))) {
    to_stderr("Stopped. Every finished fit is kept; go on with\n  {}\n",
              resume_command(program, arguments));
    return kExitIncomplete;
  }
  if (!run.quiet) print_where_to_look(run.output);
  return kExitDone;
}

}  // namespace mlpgrid
