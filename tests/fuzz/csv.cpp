// CSV files up to the plan of a run on them. Input: choices, a line with the targets and one with
// the columns (each separated by commas), the file.
#include "experiments/fits/memory_budget.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/plan/plan.hpp"
#include "fuzz.hpp"

namespace {

using namespace mlpgrid;

std::vector<std::string> names(std::string_view line) {
  std::vector<std::string> names;
  for (fuzz::Input input(reinterpret_cast<const std::uint8_t*>(line.data()), line.size());
       !input.at_end();) {
    names.emplace_back(input.take_until(','));
  }
  return names;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  Experiment experiment =
      make_experiment({{"csv", {"x.csv", "--csv", GivenValue::By::command_line}},
                       {"target", {"y", "--target", GivenValue::By::command_line}}});
  DataOptions& data = experiment.data;
  data.task = std::vector<Task>{Task::automatic, Task::classification, Task::regression,
                                Task::autoencoder}[input.choose(4)];
  data.samples = input.choose(20);
  experiment.split.folds = static_cast<int>(input.choose(6));
  experiment.split.stratify = input.flag();
  experiment.config.scale =
      std::vector<Scale>{Scale::none, Scale::unit, Scale::standard}[input.choose(3)];
  data.target = names(input.take_until('\n'));
  data.columns = names(input.take_until('\n'));
  data.csv = fuzz::folder().write("x.csv", input.take_rest());
  fuzz::accepted([&] {
    const Plan plan = make_plan(experiment, load_data(data));
    for (const Fold& fold : plan.folds) {
      fuzz::expect(!fold.train.empty(), "a fold without training rows");
    }
    (void)memory_need(plan, 2);
  });
  return 0;
}
