// What `run --dry-run` prints instead of training.
#pragma once

#include <string>

#include "experiments/fits/memory_budget.hpp"
#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// Data set, resolved options, configs, number of fits and the memory that they need.
[[nodiscard]] std::string describe_dry_run(const Plan& plan, const MemoryNeed& memory, int jobs);

}  // namespace mlpgrid
