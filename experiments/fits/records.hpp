// Translates plans and trained fits into the plain values that results/ stores. What is done with
// them is not known here.
#pragma once

#include <cstdint>
#include <string>

#include "engine/fit.hpp"
#include "experiments/plan/plan.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// Everything about a run that is known before its first fit.
[[nodiscard]] RunDescription describe_run(const Plan& plan);

/// The record of one fit. A diverged fit has the score NaN, which ranks last. `fold` counts from 0,
/// or is kRefitFold.
[[nodiscard]] FitRecord make_record(const Plan& plan, std::int32_t config, std::int32_t fold,
                                    FitResult result);
/// The record of a fit that threw an exception with this message.
[[nodiscard]] FitRecord failed_record(std::int32_t config, std::int32_t fold, std::string message);

}  // namespace mlpgrid
