// What a plan's user should know before hours of training, one sentence each.
#pragma once

#include <string>
#include <vector>

#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// Classes with fewer rows than folds, classes that a fold's training rows lack, folds on which the
/// scoring is undefined.
[[nodiscard]] std::vector<std::string> plan_warnings(const Plan& plan);

}  // namespace mlpgrid
