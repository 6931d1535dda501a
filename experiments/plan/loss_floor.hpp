// The loss that training cannot go below, because the range of the output function does not reach
// some targets. The losses themselves are the engine's.
#pragma once

#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// The loss (without penalty, scaled as the experiment says) of the outputs nearest to the targets
/// of `rows`, where logistic outputs lie in [0, 1] and tanh outputs in [-1, 1]. 0 where every
/// target can be reached: for classes, and for values within the range.
[[nodiscard]] double loss_floor(const Plan& plan, std::int32_t config, std::int32_t fold,
                                const RowList& rows);

}  // namespace mlpgrid
