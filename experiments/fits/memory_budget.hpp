// Estimates whether a run fits into memory, before it starts. Who refuses the run, and when, is
// commands/run.cpp's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "experiments/options/experiment.hpp"
#include "experiments/plan/plan.hpp"
#include "experiments/system/cgroup.hpp"

namespace mlpgrid {

/// Bytes that this process can still get: the smaller of MemAvailable and what its cgroup leaves.
/// Nothing where both are unknown.
[[nodiscard]] std::optional<std::uint64_t> available_memory(
    const CgroupFiles& files = {}, const std::filesystem::path& meminfo = "/proc/meminfo");

/// What a run needs memory for, in bytes. The numbers are estimates.
struct MemoryNeed {
  std::uint64_t largest_fit = 0;
  std::uint64_t fits = 0;     // the `jobs` largest fits at once with their records, or the refit
  std::uint64_t results = 0;  // what all fits leave, curves aside, and the file being built
  std::uint64_t curves = 0;   // of all fits, if none ends before max-iter
  std::uint64_t data = 0;     // loaded already: the program, the rows and their splits
  /// What the run will certainly take in addition to what is loaded already.
  [[nodiscard]] std::uint64_t total() const { return fits + results; }
  /// The peak of the process, if no fit ends before max-iter.
  [[nodiscard]] std::uint64_t peak() const { return data + fits + results + curves; }
};

/// The memory that a run of `plan` needs with `jobs` fits at once.
[[nodiscard]] MemoryNeed memory_need(const Plan& plan, int jobs);

/// To be called before anything is loaded: throws std::runtime_error, saying what to lower, when
/// the rows to generate or the lists of the grid alone exceed `available`.
void check_memory_before_loading(const Experiment& experiment, std::uint64_t available);

/// Throws std::runtime_error, saying what to lower, when need.total() exceeds `available`.
void check_memory(const MemoryNeed& need, int jobs, std::uint64_t available);

/// A number of bytes as text: "1.5 GiB".
[[nodiscard]] std::string print_bytes(std::uint64_t bytes);

}  // namespace mlpgrid
