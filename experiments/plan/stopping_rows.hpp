// Refuses what would stop or choose by rows that say nothing: too few of them, or of classes that
// the network does not know.
#pragma once

namespace mlpgrid {

struct Plan;

/// Throws UsageError that names fold, option and remedy where early-stopping holds back rows that
/// scikit-learn would raise for, or where monitor or stop-val-loss-sum watch held-out rows that
/// have no such score or loss.
void check_stopping_rows(const Plan& plan);

}  // namespace mlpgrid
