// The arguments of `run` and `show`: an experiment from its file and its options, and, for `run`,
// where and how to run it. Reading option values is options/resolve.hpp's.
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
  std::string preset;          // the same name if it is a preset's, else empty
  std::filesystem::path file;  // from which it was read; empty: no file
  /// The experiment file that names features-from; empty where the command line does.
  std::filesystem::path features_said_by;
  Experiment experiment;
  std::filesystem::path output;  // NAME.h5 unless given
  int jobs = 0;                  // fits at once; 0: not given
  OutputMode mode = OutputMode::create;
  bool dry_run = false;
  bool quiet = false;
  std::string isa;       // empty: the best instruction set
  Arguments given;       // the arguments themselves
  Arguments of_machine;  // those of `given` that are --data-dir, -j, --isa and --quiet
};

[[nodiscard]] OptionsDescription describe_run();
[[nodiscard]] OptionsDescription describe_show();

/// The run of experiment `from` to `output` that `run` needs first, because it takes its features
/// from there; with the same arguments about the machine.
[[nodiscard]] RunArguments run_before(const RunArguments& run, const ExperimentSource& from,
                                      const std::filesystem::path& output, OutputMode mode);

/// Both throw UsageError as parse_arguments() does, for a bad value, for arguments that contradict
/// each other, and for an unknown experiment.
[[nodiscard]] RunArguments parse_run(const Arguments& arguments,
                                     const std::filesystem::path& preset_folder);
[[nodiscard]] Experiment parse_show(const Arguments& arguments,
                                    const std::filesystem::path& preset_folder);

}  // namespace mlpgrid
