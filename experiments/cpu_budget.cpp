// Counts the CPUs of the affinity mask and applies the quota; see the header.
#include "experiments/cpu_budget.hpp"

#include <sched.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace mlpgrid {

namespace {

int cpus_in_affinity_mask() {
  // cpu_set_t ends at 1024 CPUs; the kernel refuses a mask that is too small for the machine.
  for (int cpus = CPU_SETSIZE; cpus <= (1 << 20); cpus *= 2) {
    const auto free_set = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(free_set)> set(CPU_ALLOC(cpus), free_set);
    const std::size_t size = CPU_ALLOC_SIZE(cpus);
    if (set && sched_getaffinity(0, size, set.get()) == 0) return CPU_COUNT_S(size, set.get());
  }
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

int cpu_budget(const CgroupFiles& files) {
  int cpus = std::max(1, cpus_in_affinity_mask());
  if (const auto quota = cgroup_cpu_quota(files); quota && *quota < cpus) {
    cpus = std::max(1, static_cast<int>(*quota));
  }
  return cpus;
}

}  // namespace mlpgrid
