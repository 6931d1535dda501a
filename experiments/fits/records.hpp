// From plans and trained fits to the plain values that results keep.
#pragma once

#include <cstdint>
#include <string>

#include "engine/fit.hpp"
#include "experiments/plan/plan.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// What results need to know before the first fit.
[[nodiscard]] RunDescription describe_run(const Plan& plan);

/// What one fit left behind, in the terms of results. A diverged fit scores NaN: last in the
/// ranking.
[[nodiscard]] FitRecord make_record(const Plan& plan, std::int32_t config, std::int32_t fold,
                                    FitResult result);
[[nodiscard]] FitRecord failed_record(std::int32_t config, std::int32_t fold, std::string message);

}  // namespace mlpgrid
