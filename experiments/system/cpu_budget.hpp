// How many fits may run at once: where the user does not say, and where the system does not allow
// more. Who tells the user is commands/run.cpp.
#pragma once

#include "experiments/system/cgroup.hpp"

namespace mlpgrid {

/// The CPUs that this process may use, at least 1: those of its affinity mask, but not more than
/// its cgroup quota, rounded down. May be fewer than the machine has.
[[nodiscard]] int cpu_budget(const CgroupFiles& files = {});

/// How many of `wanted` further threads the system allows this process at the moment (limits on
/// processes of the user and the cgroup, memory for stacks). Starts that many and lets them end.
[[nodiscard]] int startable_threads(int wanted);

}  // namespace mlpgrid
