// What a command may replace: nothing that it reads, and else what it would write itself, or what
// it is told to. Every command that writes a file asks here before it works.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The files that a run of the experiment to `output` reads: its data, the results file of its
/// features and the experiment that makes it.
[[nodiscard]] std::vector<std::filesystem::path> files_read(const Experiment& experiment,
                                                            const std::filesystem::path& output);

/// Throws UsageError where `output` is one of `inputs`, by whatever name or link.
void refuse_inputs(const std::filesystem::path& output,
                   const std::vector<std::filesystem::path>& inputs);

/// What stands where an answer shall go.
struct Replacing {
  std::filesystem::path output;  // nothing is replaced in a stream (is_stream())
  std::vector<std::filesystem::path> inputs;
  bool force = false;
  const char* kind = "";                                         // "a report"
  std::function<bool(const std::filesystem::path&)> is_of_kind;  // not asked for empty files
};

/// Throws UsageError as refuse_inputs() does, std::runtime_error where the folder is missing or not
/// writable or something of another kind is there and `force` is not given.
void check_replacing(const Replacing& replacing);

}  // namespace mlpgrid
