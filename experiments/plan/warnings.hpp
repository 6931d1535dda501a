// What a user should know about a plan before hours of training, a sentence each. Printing them is
// the command's.
#pragma once

#include <string>
#include <vector>

#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// Warns of classes with fewer rows than folds, of classes that a fold's training rows lack, and of
/// folds on which the scoring is undefined.
[[nodiscard]] std::vector<std::string> plan_warnings(const Plan& plan);

}  // namespace mlpgrid
