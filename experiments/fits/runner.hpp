// Runs the fits of a plan in parallel: one sequential task per fit, the longest first. Storing the
// results is Recorder's, showing progress is Progress's.
#pragma once

#include <atomic>

#include "experiments/fits/progress.hpp"
#include "experiments/plan/plan.hpp"
#include "results/journal/recorder.hpp"

namespace mlpgrid {

/// Runs the fits that `recorder` has no record of, then the refit of the best config, at most
/// `jobs` at once, and hands every finished fit to the recorder. Returns when no fit runs any more.
/// A fit that throws is recorded as failed, and the grid goes on; but when memory runs out, or the
/// recorder throws, `stop` is raised, the running fits end and the exception is rethrown. Returns
/// false when `stop` was raised before all was done.
[[nodiscard]] bool run_fits(const Plan& plan, int jobs, std::atomic<bool>& stop, Recorder& recorder,
                            Progress& progress);

}  // namespace mlpgrid
