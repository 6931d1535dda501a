// The loss that training cannot go below because the output's range leaves targets out of reach.
#pragma once

#include "experiments/plan/plan.hpp"

namespace mlpgrid {

/// Loss (without penalty, scaled as the experiment says) of the outputs that are nearest to the
/// targets of `rows`, where logistic is at least 0 and at most 1, tanh at least -1 and at most 1.
/// 0 where every target can be reached: classes, and values within the range.
[[nodiscard]] double loss_floor(const Plan& plan, std::int32_t config, std::int32_t fold,
                                const RowList& rows);

}  // namespace mlpgrid
