// Whether a run fits into memory, before it starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "experiments/cgroup.hpp"
#include "experiments/experiment.hpp"
#include "experiments/plan.hpp"

namespace mlpgrid {

/// Bytes this process can still get: MemAvailable, and what the cgroup leaves. nullopt: unknown.
[[nodiscard]] std::optional<std::uint64_t> available_memory(
    const CgroupFiles& files = {}, const std::filesystem::path& meminfo = "/proc/meminfo");

/// What the memory of a run goes to, in bytes, beside the data that is loaded already.
struct MemoryNeed {
  std::uint64_t largest_fit = 0;
  std::uint64_t fits = 0;     // the `jobs` largest at once
  std::uint64_t results = 0;  // records and curves of all configs and folds
  [[nodiscard]] std::uint64_t total() const { return fits + results; }
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
