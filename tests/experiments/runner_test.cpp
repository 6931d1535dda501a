// Small grids from plan to records, with the real engine and a real journal.
#include "experiments/fits/runner.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <set>

#include "experiments/fits/records.hpp"
#include "experiments/options/resolve.hpp"
#include "results/journal/read_results.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using testing::TemporaryFolder;

Plan plan_for(const std::vector<std::pair<std::string, std::string>>& values) {
  GivenValues given;
  for (const auto& [name, text] : values) given[name] = {text, name, GivenValue::By::file};
  Experiment experiment = make_experiment(given);
  LoadedData data = load_data(experiment.data);
  return make_plan(std::move(experiment), std::move(data));
}

const std::vector<std::pair<std::string, std::string>> kSmallGrid = {
    {"data", "moons"},        {"samples", "60"},      {"hidden-layer-sizes", "4,6"},
    {"solver", "adam,lbfgs"}, {"batch-size", "8,16"}, {"max-iter", "3"}};

struct Session {
  std::multiset<std::pair<std::int32_t, std::int32_t>> durable;  // config, fold
  bool complete = false;
};

Session run_session(const Plan& plan, const std::filesystem::path& output, OutputMode mode,
                    int jobs, bool stop_at_once = false) {
  Session session;
  std::mutex mutex;
  std::atomic<bool> stop{stop_at_once};
  Progress progress(plan, jobs, stop, true);
  Recorder recorder(output, describe_run(plan), {}, mode, [&](const FitRecord& record) {
    const std::lock_guard lock(mutex);
    session.durable.emplace(record.config, record.fold);
  });
  session.complete = run_fits(plan, jobs, stop, recorder, progress);
  if (session.complete) {
    recorder.finish();
  } else {
    recorder.stop_incomplete();
  }
  return session;
}

TEST(Runner, RunsEveryDistinctFitOnceAndTheRefit) {
  const TemporaryFolder folder;
  const Plan plan = plan_for(kSmallGrid);
  const Session session = run_session(plan, folder.path() / "r.h5", OutputMode::create, 2);
  EXPECT_TRUE(session.complete);
  EXPECT_EQ(session.durable.size(), number_of_fits(plan));
  EXPECT_EQ(number_of_fits(plan), 6u * 3 + 1);  // L-BFGS ignores the batch size
  const std::set<std::pair<std::int32_t, std::int32_t>> places(session.durable.begin(),
                                                               session.durable.end());
  EXPECT_EQ(places.size(), session.durable.size());
  for (const auto& [config, fold] : places) {
    EXPECT_EQ(plan.grid.alias_of[static_cast<std::size_t>(config)], config);
  }
}

TEST(Runner, ThreadsDoNotChangeScores) {
  const TemporaryFolder folder;
  const Plan plan = plan_for(kSmallGrid);
  (void)run_session(plan, folder.path() / "1.h5", OutputMode::create, 1);
  (void)run_session(plan, folder.path() / "3.h5", OutputMode::create, 3);
  const ResultsFile one = read_results(folder.path() / "1.h5");
  const ResultsFile three = read_results(folder.path() / "3.h5");
  EXPECT_EQ(one.split_test_score, three.split_test_score);
  EXPECT_EQ(one.best_config, three.best_config);
}

TEST(Runner, StopsAndResumes) {
  const TemporaryFolder folder;
  const Plan plan = plan_for(kSmallGrid);
  const auto output = folder.path() / "r.h5";
  EXPECT_FALSE(run_session(plan, output, OutputMode::create, 2, true).complete);
  const Session rest = run_session(plan, output, OutputMode::resume, 2);
  EXPECT_TRUE(rest.complete);
  EXPECT_EQ(read_results(output).run.n_configs(), 8u);
}

TEST(Runner, FitsThatThrowAreRecordedAndTheGridGoesOn) {
  const TemporaryFolder folder;
  Plan plan = plan_for(kSmallGrid);
  // No engine can train in batches of no rows.
  for (Config& config : plan.grid.configs) config.batch_size = {BatchSize::Rule::rows, 0};
  const auto output = folder.path() / "r.h5";
  EXPECT_TRUE(run_session(plan, output, OutputMode::create, 2).complete);
  const ResultsFile results = read_results(output);
  for (const RunStatus status : results.status) EXPECT_EQ(status, RunStatus::failed);
  for (const std::string& error : results.error) EXPECT_FALSE(error.empty());
  EXPECT_EQ(results.best_config, -1);
}

}  // namespace
}  // namespace mlpgrid
