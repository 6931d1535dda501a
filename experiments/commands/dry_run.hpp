// What `run --dry-run` prints instead of training. Making the plan and estimating its memory is
// plan/'s and fits/memory_budget.hpp's.
#pragma once

#include <string>

#include "experiments/fits/memory_budget.hpp"
#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// Data set, resolved options, configs, number of fits and the memory that they need, as lines of
/// text.
[[nodiscard]] std::string describe_dry_run(const Plan& plan, const MemoryNeed& memory, int jobs);

}  // namespace mlpgrid
