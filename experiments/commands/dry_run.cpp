// Words the description of a plan, which plan/plan.cpp has made.
#include "experiments/commands/dry_run.hpp"

#include <fmt/format.h>

#include "experiments/options/options.hpp"

namespace mlpgrid {

namespace {

constexpr std::size_t kConfigsShown = 100;

std::string describe_data(const Plan& plan) {
  const Dataset& dataset = plan.data.dataset;
  std::string text = fmt::format("data set    {}\nrows        {} to train on", dataset.name,
                                 plan.data.pool.size());
  if (!plan.data.validation.empty()) {
    text += fmt::format(", {} for validation", plan.data.validation.size());
  }
  if (!plan.data.test.empty()) text += fmt::format(", {} for the test", plan.data.test.size());
  text += fmt::format("\nfeatures    {}", dataset.n_features);
  if (dataset.is_image()) {
    text += fmt::format(" ({}x{} images)", dataset.image_height, dataset.image_width);
  }
  if (plan.experiment.data.task == Task::classification) {
    text += fmt::format("\nclasses     {}", dataset.class_names.size());
  } else {
    text += fmt::format("\noutputs     {}", network_of(plan, 0, kRefitFold).n_outputs);
  }
  return text + fmt::format("\nsha256      {}\n", plan.data.sha256);
}

std::string describe_configs(const Plan& plan) {
  const Grid& grid = plan.grid;
  std::string text;
  for (std::size_t i = 0; i < grid.configs.size() && i < kConfigsShown; ++i) {
    text += fmt::format("{:>5}  {}", i, grid.label[i]);
    if (grid.alias_of[i] != static_cast<std::int32_t>(i)) {
      text += fmt::format("  (same fits as {})", grid.alias_of[i]);
    }
    text += '\n';
  }
  if (grid.configs.size() > kConfigsShown) {
    text += fmt::format("       ... and {} more\n", grid.configs.size() - kConfigsShown);
  }
  return text;
}

}  // namespace

std::string describe_dry_run(const Plan& plan, const MemoryNeed& memory, int jobs) {
  return fmt::format(
      "{}\noptions\n{}\nconfigs     {}\n{}\nfolds       {}\nfits        {}{}\n"
      "memory      {} at most: {} for program and data, {} for fits, {} at a time (the largest "
      "{}), {} for results, {} for curves if no fit ends before max-iter\n",
      describe_data(plan), experiment_text(plan.experiment), plan.grid.configs.size(),
      describe_configs(plan), plan.folds.size(), number_of_fits(plan),
      plan.refit ? " (with the refit of the best)" : "", print_bytes(memory.peak()),
      print_bytes(memory.data), print_bytes(memory.fits), jobs, print_bytes(memory.largest_fit),
      print_bytes(memory.results), print_bytes(memory.curves));
}

}  // namespace mlpgrid
