// The arguments of `run` and `show`: an experiment from its file and flags together, and (run only)
// where and how to run it.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/commands/arguments/arguments.hpp"
#include "experiments/options/experiment.hpp"
#include "experiments/options/presets.hpp"
#include "results/journal/recorder.hpp"

namespace mlpgrid {

struct RunArguments {
  std::string name;            // of the experiment
  std::string preset;          // the name again where it is a preset's, else empty
  std::filesystem::path file;  // it was read from; empty: none
  /// The file that says what the features come from; empty where the command line does.
  std::filesystem::path features_said_by;
  Experiment experiment;
  std::filesystem::path output;  // NAME.h5 unless given
  int jobs = 0;                  // 0: not given
  OutputMode mode = OutputMode::create;
  bool dry_run = false;
  bool quiet = false;
  std::string isa;       // empty: the best
  Arguments given;       // the arguments that say all this
  Arguments of_machine;  // of them --data-dir, -j, --isa and --quiet
};

[[nodiscard]] OptionsDescription describe_run();
[[nodiscard]] OptionsDescription describe_show();

/// The run of the experiment `from` to `output` that `run` needs first, on the same machine.
[[nodiscard]] RunArguments run_before(const RunArguments& run, const ExperimentSource& from,
                                      const std::filesystem::path& output, OutputMode mode);

/// Both throw UsageError: what parse_arguments() refuses, a bad value, arguments that contradict
/// each other, an unknown experiment.
[[nodiscard]] RunArguments parse_run(const Arguments& arguments,
                                     const std::filesystem::path& preset_folder);
[[nodiscard]] Experiment parse_show(const Arguments& arguments,
                                    const std::filesystem::path& preset_folder);

}  // namespace mlpgrid
