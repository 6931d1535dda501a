// Schedules fits on oneTBB. What a fit is made of is plan/plan.hpp's.
#include "experiments/fits/runner.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <new>
#include <set>
#include <utility>
#include <vector>

#include "experiments/fits/records.hpp"
#include "results/task_group.hpp"

namespace mlpgrid {

namespace {

struct Fit {
  std::int32_t config = 0;
  std::int32_t fold = 0;
  double cost = 0.0;
};

using Place = std::pair<std::int32_t, std::int32_t>;  // config, fold

std::set<Place> recorded_places(const Recorder& recorder) {
  std::set<Place> places;
  for (const FitRecord& record : recorder.resumed()) places.emplace(record.config, record.fold);
  return places;
}

// Longest first: a long fit that starts last would leave the other workers idle at the end.
std::vector<Fit> missing_fits(const Plan& plan, const std::set<Place>& recorded) {
  std::vector<Fit> fits;
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i);
    if (plan.grid.alias_of[i] != config) continue;
    for (std::int32_t fold = 0; fold < static_cast<std::int32_t>(plan.folds.size()); ++fold) {
      if (recorded.contains({config, fold})) continue;
      fits.push_back({config, fold, fit_cost(plan, config, fold)});
    }
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const Fit& a, const Fit& b) { return a.cost > b.cost; });
  return fits;
}

// Runs one fit and submits its record; false when it was stopped and left nothing to record.
bool run_fit(const Plan& plan, const Fit& fit, WorkerObserver& observer, Recorder& recorder) {
  const auto& training = plan.grid.configs[static_cast<std::size_t>(fit.config)].training;
  observer.fit_begins(fit.cost, training.max_iter);
  FitRecord record;
  try {
    const FitRows rows = fit_rows(plan, fit.fold);
    FitResult result = train(fit_spec(plan, fit.config, fit.fold),
                             fit_data(plan, fit.config, fit.fold, rows), observer);
    if (result.status == FitStatus::not_run) return false;
    record = make_record(plan, fit.config, fit.fold, std::move(result));
  } catch (const std::bad_alloc&) {
    throw;  // not the config's fault: with fewer jobs it may succeed
  } catch (const std::exception& error) {
    record = failed_record(fit.config, fit.fold, error.what());
  }
  observer.fit_ends();
  recorder.submit(std::move(record));
  return true;
}

// Each worker takes the next fit until there is none; workers share only the counter `next`.
void run_in_parallel(const Plan& plan, const std::vector<Fit>& fits, int jobs,
                     std::atomic<bool>& stop, Recorder& recorder, Progress& progress) {
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(jobs));
  tbb::task_arena arena(jobs);
  std::atomic<std::size_t> next{0};
  const auto work = [&](std::size_t worker) {
    try {
      while (!stop.load(std::memory_order_relaxed)) {
        const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
        if (i >= fits.size()) return;
        if (!run_fit(plan, fits[i], progress.worker(worker), recorder)) return;
      }
    } catch (...) {
      // Out of memory, or the recorder failed: end the other workers.
      stop.store(true, std::memory_order_relaxed);
      throw;
    }
  };
  arena.execute([&] {
    TaskGroup group;
    try {
      for (std::size_t worker = 0; worker < static_cast<std::size_t>(jobs); ++worker) {
        group.run([&work, worker] { work(worker); });
      }
    } catch (...) {
      stop.store(true, std::memory_order_relaxed);
      throw;
    }
    group.wait();
  });
}

}  // namespace

bool run_fits(const Plan& plan, int jobs, std::atomic<bool>& stop, Recorder& recorder,
              Progress& progress) {
  const std::set<Place> recorded = recorded_places(recorder);
  run_in_parallel(plan, missing_fits(plan, recorded), jobs, stop, recorder, progress);
  recorder.flush();
  if (stop) return false;
  if (!plan.refit) return true;

  const std::int32_t best = recorder.config_to_refit();
  if (best < 0 || recorded.contains({best, kRefitFold})) return true;
  const bool done = run_fit(plan, {best, kRefitFold, fit_cost(plan, best, kRefitFold)},
                            progress.worker(0), recorder);
  recorder.flush();
  return done;
}

}  // namespace mlpgrid
