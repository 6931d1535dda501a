// Experiment files. What is accepted and printed reads back as the same experiment, and small ones
// on generated data have a plan.
#include "experiments/commands/dry_run.hpp"
#include "experiments/fits/memory_budget.hpp"
#include "experiments/options/experiment_file.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/plan/grid.hpp"
#include "experiments/plan/plan.hpp"
#include "fuzz.hpp"

namespace {

using namespace mlpgrid;

Experiment read(std::string_view text) {
  GivenValues given;
  for (const FileEntry& entry : parse_experiment_text(text, "x.ini")) {
    given[entry.key] = {entry.value, "x.ini:" + std::to_string(entry.line) + ": " + entry.key,
                        GivenValue::By::file};
  }
  return make_experiment(given);
}

bool is_small(const Experiment& experiment) {
  const DataOptions& data = experiment.data;
  const bool generated = data.source != DataSource::mnist &&
                         data.source != DataSource::fashion_mnist &&
                         data.source != DataSource::csv && data.source != DataSource::idx;
  return generated && experiment.features_from.empty() && grid_size(experiment) <= 100 &&
         data.samples + data.test_samples + data.validation_samples <= 200 &&
         experiment.split.folds <= 20 && experiment.repeats <= 5 && experiment.map_size <= 20;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Experiment experiment;
  if (!fuzz::accepted([&] { experiment = read({reinterpret_cast<const char*>(bytes), size}); })) {
    return 0;
  }
  const std::string text = experiment_text(experiment);
  fuzz::expect(experiment_text(read(text)) == text, "an experiment that prints another one");
  if (!is_small(experiment)) return 0;
  fuzz::accepted([&] {
    LoadedData data = load_data(experiment.data);
    const Plan plan = make_plan(std::move(experiment), std::move(data));
    (void)describe_dry_run(plan, memory_need(plan, 2), 2);
  });
  return 0;
}
