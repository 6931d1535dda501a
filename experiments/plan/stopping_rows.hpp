// Refuses plans that would stop early, or choose the best epoch, by rows that cannot tell: too few,
// or of classes that the network does not know. The rules are the engine's.
#pragma once

namespace mlpgrid {

struct Plan;

/// Throws UsageError that names fold, option and remedy where early-stopping would hold back rows
/// for which scikit-learn raises an error, or where monitor or stop-val-loss-sum depend on held-out
/// rows that have no such score or loss.
void check_stopping_rows(const Plan& plan);

}  // namespace mlpgrid
