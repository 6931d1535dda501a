// Whether a run fits into memory, before it starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "experiments/options/experiment.hpp"
#include "experiments/plan/plan.hpp"
#include "experiments/system/cgroup.hpp"

namespace mlpgrid {

/// Bytes this process can still get: MemAvailable, and what the cgroup leaves. nullopt: unknown.
[[nodiscard]] std::optional<std::uint64_t> available_memory(
    const CgroupFiles& files = {}, const std::filesystem::path& meminfo = "/proc/meminfo");

/// What the memory of a run goes to, in bytes.
struct MemoryNeed {
  std::uint64_t largest_fit = 0;
  std::uint64_t fits = 0;     // the `jobs` largest at once with their records, or the refit
  std::uint64_t results = 0;  // what every fit leaves, curves aside, and the file being built
  std::uint64_t curves = 0;   // of all fits, if each takes max-iter epochs
  std::uint64_t data = 0;     // what is loaded by now: the program, its rows, how they are split
  /// What the run will take for certain beside what is loaded.
  [[nodiscard]] std::uint64_t total() const { return fits + results; }
  /// The peak of the process, if no fit ends before max-iter.
  [[nodiscard]] std::uint64_t peak() const { return data + fits + results + curves; }
};

[[nodiscard]] MemoryNeed memory_need(const Plan& plan, int jobs);

/// Before anything is loaded: throws std::runtime_error, saying what to lower, when the rows to
/// generate or the lists of the grid alone exceed `available`.
void check_memory_before_loading(const Experiment& experiment, std::uint64_t available);

/// Throws std::runtime_error, saying what to lower, when the run needs more than `available`.
void check_memory(const MemoryNeed& need, int jobs, std::uint64_t available);

/// "1.5 GiB".
[[nodiscard]] std::string print_bytes(std::uint64_t bytes);

}  // namespace mlpgrid
