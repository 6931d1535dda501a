// How many fits may run at once: when the user does not say, and when the system does not allow.
#pragma once

#include "experiments/system/cgroup.hpp"

namespace mlpgrid {

/// CPUs that this process may use: its affinity mask, and no more than whole CPUs of its cgroup
/// quota. At least 1; not the machine's core count.
[[nodiscard]] int cpu_budget(const CgroupFiles& files = {});

/// How many of `wanted` more threads the system lets this process have at the moment (limits on
/// processes of the user and of the cgroup, room for stacks). Starts them and lets them end.
[[nodiscard]] int startable_threads(int wanted);

}  // namespace mlpgrid
