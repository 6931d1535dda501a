// The limits that the kernel's control groups, v1 and v2, put on this process. What they are used
// for is cpu_budget.hpp's and fits/memory_budget.hpp's.
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

/// The CPU time, in CPUs, that the group and all groups above it allow per period; nothing where
/// there is no limit.
[[nodiscard]] std::optional<double> cgroup_cpu_quota(const CgroupFiles& files = {});

/// The bytes that the group and the ones above it still let this process allocate; nothing where
/// there is no limit. Page cache that the kernel can drop counts as free.
[[nodiscard]] std::optional<std::uint64_t> cgroup_memory_left(const CgroupFiles& files = {});

}  // namespace mlpgrid
