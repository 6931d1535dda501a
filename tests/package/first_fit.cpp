// One fold of a small experiment: what a user of the libraries writes.
#include <cstdio>

#include "data/load/load.hpp"
#include "engine/fit.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/plan/plan.hpp"

struct Quiet : mlpgrid::FitObserver {
  using FitObserver::FitObserver;
  void epoch_finished(int) noexcept override {}
};

int main() {
  const auto experiment = mlpgrid::make_experiment(
      {{"data", {"moons", "data"}}, {"solver", {"lbfgs", "solver"}}, {"folds", {"2", "folds"}}});
  const auto plan = mlpgrid::make_plan(experiment, mlpgrid::load_data(experiment.data));
  const auto rows = mlpgrid::fit_rows(plan, 0);
  const std::atomic<bool> stop{false};
  Quiet quiet(stop);
  const auto result =
      mlpgrid::train(mlpgrid::fit_spec(plan, 0, 0), mlpgrid::fit_data(plan, 0, 0, rows), quiet);
  std::printf("%.17g\n", result.held_out_score);
}
