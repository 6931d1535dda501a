// The limits that the kernel's control groups put on this process, v1 and v2.
// Nothing here knows what they are used for: see cpu_budget and memory_budget.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mlpgrid {

/// Where to look; tests point it at folders of their own.
struct CgroupFiles {
  std::filesystem::path membership = "/proc/self/cgroup";
  std::filesystem::path root = "/sys/fs/cgroup";
};

/// CPUs' worth of time per period that the group and all groups above it leave; nullopt: no limit.
[[nodiscard]] std::optional<double> cgroup_cpu_quota(const CgroupFiles& files = {});

/// Bytes that the group and the ones above it still let this process allocate (page cache that the
/// kernel can drop counts as free); nullopt: no limit.
[[nodiscard]] std::optional<std::uint64_t> cgroup_memory_left(const CgroupFiles& files = {});

}  // namespace mlpgrid
