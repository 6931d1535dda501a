// Counts the CPUs of the affinity mask, applies the quota (cgroup.cpp), and tries out threads.
#include "experiments/system/cpu_budget.hpp"

#include <sched.h>

#include <algorithm>
#include <latch>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

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

int startable_threads(int wanted) {
  std::latch all_counted(1);
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(wanted));
  try {
    for (int i = 0; i < wanted; ++i) threads.emplace_back([&] { all_counted.wait(); });
  } catch (const std::system_error&) {
    // The system allows no more than these.
  } catch (...) {
    all_counted.count_down();  // the threads that have begun are waited for
    throw;
  }
  all_counted.count_down();
  return static_cast<int>(threads.size());
}

}  // namespace mlpgrid
