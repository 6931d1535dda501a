// Which files a command may replace: never one that it reads, otherwise what it would write itself,
// or anything with --force. Every command that writes a file asks here before it starts to work.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// The files that a run of `experiment` to `output` may read: its data, the results file of its
/// features and the experiment that makes it. Not all of them need exist.
[[nodiscard]] std::vector<std::filesystem::path> files_read(const Experiment& experiment,
                                                            const std::filesystem::path& output);

/// Throws UsageError where `output` is one of `inputs`, also under another name or through a link.
void refuse_inputs(const std::filesystem::path& output,
                   const std::vector<std::filesystem::path>& inputs);

/// A file that a command is about to write, and what it may replace.
struct Replacing {
  std::filesystem::path output;  // a stream (is_stream()) replaces nothing
  std::vector<std::filesystem::path> inputs;
  bool force = false;
  const char* kind = "";                                         // for messages: "a report"
  std::function<bool(const std::filesystem::path&)> is_of_kind;  // not called for empty files
};

/// Throws UsageError as refuse_inputs() does; std::runtime_error where the folder is missing or not
/// writable, or where something of another kind exists and `force` is false.
void check_replacing(const Replacing& replacing);

}  // namespace mlpgrid
