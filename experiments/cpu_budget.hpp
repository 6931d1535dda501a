// How many fits may run at once when the user does not say.
#pragma once

#include "experiments/cgroup.hpp"

namespace mlpgrid {

/// CPUs that this process may use: its affinity mask, and no more than whole CPUs of its cgroup
/// quota. At least 1; not the machine's core count.
[[nodiscard]] int cpu_budget(const CgroupFiles& files = {});

}  // namespace mlpgrid
