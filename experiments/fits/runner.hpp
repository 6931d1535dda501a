// Runs the fits of a plan in parallel: one sequential task per fit, the longest first.
#pragma once

#include <atomic>

#include "experiments/fits/progress.hpp"
#include "experiments/plan/plan.hpp"
#include "results/journal/recorder.hpp"

namespace mlpgrid {

/// Runs what `recorder` has no record of, then the refit of the best config, and hands every
/// finished fit to the recorder. At most `jobs` fits at once. A fit that throws is recorded as
/// failed and the grid goes on. Returns false when `stop` was raised before all was done. Throws
/// what the recorder throws, after the running fits were stopped (`stop` is raised for that).
[[nodiscard]] bool run_fits(const Plan& plan, int jobs, std::atomic<bool>& stop, Recorder& recorder,
                            Progress& progress);

}  // namespace mlpgrid
