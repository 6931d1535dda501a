// `mlpgrid run`: an experiment from its options to its results file. Here are the order of the
// steps and what the user is told; the steps are in options/, stored/, plan/ and fits/.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "data/text/printable.hpp"
#include "engine/simd/dispatch.hpp"
#include "experiments/commands/arguments/replacing.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/dry_run.hpp"
#include "experiments/fits/memory_budget.hpp"
#include "experiments/fits/progress.hpp"
#include "experiments/fits/records.hpp"
#include "experiments/fits/runner.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/plan/plan.hpp"
#include "experiments/plan/warnings.hpp"
#include "experiments/stored/model_features.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/cpu_budget.hpp"
#include "experiments/system/environment.hpp"
#include "experiments/system/interrupt.hpp"
#include "experiments/system/terminal.hpp"
#include "results/files/atomic_file.hpp"
#include "results/journal/frames.hpp"
#include "results/journal/journal.hpp"
#include "results/journal/recorder.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRowsAfterRun = 20;

// Refuses outputs that must not be written, before the data are loaded. `outputs`: the results file
// of this run and those of the runs that wait for its models.
void check_outputs(const RunArguments& run, const std::vector<fs::path>& outputs) {
  std::vector<fs::path> inputs = files_read(run.experiment, run.output);
  if (!run.file.empty()) inputs.push_back(run.file);
  for (const fs::path& output : outputs) {
    refuse_inputs(output, inputs);
    refuse_inputs(journal_of(output), inputs);
  }
  if (!run.dry_run) check_run_output(run.output, run.mode);
}

// The number of fits at once: `jobs`, or fewer where the system allows fewer threads, which the
// user is told.
int possible_jobs(int jobs) {
  // Besides one thread per job: two of the recorder, one for progress, one that writes the HDF5
  // file. The main thread, which exists already, is one of the jobs.
  constexpr int kOthers = 3;
  const int threads = startable_threads(jobs + kOthers);
  const int possible = threads - kOthers;
  if (possible == jobs) return jobs;
  if (possible < 1) {
    throw std::runtime_error(fmt::format(
        "a run needs {} more threads, the system allows {}: raise the limit on processes (`ulimit "
        "-u`; of the container: pids.max) or that on memory (`ulimit -v`)",
        kOthers + 1, threads));
  }
  to_stderr("Only {} of {} fits at once: the system allows no more threads (`ulimit -u`).\n",
            possible, jobs);
  return possible;
}

// Quotes text with characters that cannot be shown, as $'...' of bash, zsh and ksh.
std::string dollar_quoted(std::string_view text) {
  std::string quoted = "$'";
  for (const char c : text) {
    const bool plain = c >= ' ' && c <= '~' && c != '\'' && c != '\\';
    quoted += plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return quoted + "'";
}

std::string shell_quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./:=,+@%") == std::string::npos;
  if (plain) return text;
  if (printable(text, kNoLimit) != text) return dollar_quoted(text);
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

enum class Ending { complete, stopped, stopped_before_first_fit };

// Runs the fits and prints the ranking. `command` is stored in the file; `resume` is the command
// that the user is told to go on with.
Ending run_plan(const Plan& plan, const RunArguments& run, int jobs, const std::string& command,
                const std::string& resume) {
  InterruptFlag interrupt;
  Progress progress(plan, jobs, interrupt.raised(), run.quiet);
  Recorder recorder(
      run.output, describe_run(plan), describe_environment(command, jobs, run.preset), run.mode,
      [&progress](const FitRecord& record) { progress.on_durable(record); }, jobs);
  if (recorder.already_complete()) {
    to_stderr("{} is already complete: nothing left to run.\n", run.output.string());
    const ResultsFile& results = recorder.finish();
    for (const std::string& note : results.notes) to_stderr("{}\n", note);
    print_ranking(results, run.output);
    return Ending::complete;
  }
  if (const std::string damage = recorder.damage(); !damage.empty()) {
    to_stderr("{}.\n", damage);
  }
  for (const FitRecord& record : recorder.resumed()) progress.on_durable(record, true);
  try {
    const bool complete = run_fits(plan, jobs, interrupt.raised(), recorder, progress);
    progress.finish();
    if (!complete) {
      return recorder.stop_incomplete() ? Ending::stopped : Ending::stopped_before_first_fit;
    }
    (void)recorder.finish();
  } catch (...) {
    progress.finish();
    // Nothing is kept where somebody has removed the journal, or its folder, in the meantime.
    const std::size_t kept = journal_exists(journal_of(run.output)) ? recorder.n_durable() : 0;
    if (kept > 0) {
      to_stderr("{} finished fit(s) are kept; go on with\n  {}\n", kept, resume);
    }
    throw;
  }
  try {
    print_ranking(recorder.finish(), run.output);
  } catch (const FileError&) {
    to_stderr("The run is complete: {}\n", run.output.string());
    throw;
  }
  return Ending::complete;
}

// An experiment that has to run first, and its results file.
struct FeaturesRun {
  std::string named;  // as in features-from
  ExperimentSource source;
  fs::path file;
  bool begun;
};

// The experiments that have to run first, because their models give the features and their results
// are missing or incomplete: the one named by this run, the one named by that, and so on, in this
// order. Throws UsageError where they form a circle or two would write the same file.
std::vector<FeaturesRun> missing_features(const RunArguments& run) {
  std::vector<FeaturesRun> missing;
  std::vector<fs::path> files = {fs::weakly_canonical(run.output)};
  std::vector<std::string> names;     // of the experiments, for messages
  std::vector<fs::path> experiments;  // their files, in the same order
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
    const ExperimentSource source = find_experiment(from, preset_folder());
    const fs::path source_file = fs::weakly_canonical(source.file);
    names.push_back(from);
    const auto seen = std::find(experiments.begin(), experiments.end(), source_file);
    if (seen != experiments.end()) {
      refuse_circle({names.begin() + (seen - experiments.begin()), names.end()});
    }
    experiments.push_back(source_file);
    if (std::find(files.begin(), files.end(), fs::weakly_canonical(file)) != files.end()) {
      throw UsageError(
          fmt::format("features-from: {} would write {}, which another experiment of this run "
                      "writes; name one of the two experiments otherwise",
                      from, file.string()));
    }
    files.push_back(fs::weakly_canonical(file));
    const bool begun = fs::exists(journal_of(file));
    if (fs::exists(file) && !begun) break;
    missing.push_back({from, source, file, begun});
    experiment = read_experiment(source);
    output = file;
  }
  return missing;
}

// Runs one experiment, or describes it with --dry-run. Runs that it takes features from are
// complete.
int run_one(const std::string& program, const RunArguments& run) {
  const int jobs = possible_jobs(run.jobs > 0 ? run.jobs : cpu_budget());
  const auto available = available_memory();
  if (available) check_memory_before_loading(run.experiment, *available);

  LoadedData data = load_data(run.experiment.data);
  for (const std::string& note : data.dataset.notes) to_stderr("Note: {}\n", note);
  if (!run.experiment.features_from.empty()) take_features(data, run.experiment, run.output);
  const Plan plan = make_plan(run.experiment, std::move(data));
  for (const std::string& warning : plan_warnings(plan)) to_stderr("Warning: {}\n", warning);
  if (run.dry_run) {
    to_stdout("{}", describe_dry_run(plan, memory_need(plan, jobs), jobs));
    return kExitDone;
  }
  // Asked again, because the data are in memory by now.
  if (const auto left = available_memory()) check_memory(memory_need(plan, jobs), jobs, *left);

  const std::string command = command_line(program, run.given);
  const std::string resume = resume_command(program, run.given);
  const Ending ending = run_plan(plan, run, jobs, without_passwords(command), resume);
  if (ending == Ending::stopped_before_first_fit) {
    to_stderr("Stopped before a fit was finished: {} is as it was; begin again with\n  {}\n",
              run.output.string(), command);
    return kExitIncomplete;
  }
  if (ending == Ending::stopped) {
    to_stderr("Stopped. Every finished fit is kept; go on with\n  {}\n", resume);
    return kExitIncomplete;
  }
  if (!run.quiet) print_where_to_look(run.output);
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
  const RunArguments run = parse_run(arguments, preset_folder());
  choose_isa(run.isa);
  std::vector<FeaturesRun> missing = missing_features(run);
  check_outputs(run, {run.output});
  std::vector<fs::path> outputs = {run.output};  // of the runs that are still to come
  for (const FeaturesRun& features : missing) outputs.push_back(features.file);
  for (; !missing.empty(); missing.pop_back()) {
    const FeaturesRun& features = missing.back();
    const RunArguments before =
        run_before(run, features.source, features.file,
                   features.begun ? OutputMode::resume : OutputMode::create);
    const std::string command = command_line(program, before.given);
    if (run.dry_run) {
      throw UsageError(fmt::format("features-from: {} is not there yet; `{}` makes it",
                                   features.file.string(), command));
    }
    to_stderr("First {}, whose models give the features:\n  {}\n", features.named, command);
    check_outputs(before, outputs);
    const int code = run_one(program, before);
    if (code == kExitIncomplete) {
      to_stderr("Then, for the features' own experiment:\n  {}\n",
                command_line(program, arguments));
    }
    if (code != kExitDone) return code;
    outputs.pop_back();
  }
  return run_one(program, run);
}

}  // namespace mlpgrid
