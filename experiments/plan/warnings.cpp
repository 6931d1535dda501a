// Counts rows and asks the engine. Sentences that also appear below tables are worded in
// results/analysis/run_notes.cpp.
#include "experiments/plan/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/scoring/scores.hpp"
#include "experiments/options/option_values.hpp"
#include "results/analysis/run_notes.hpp"

namespace mlpgrid {

namespace {

// Classes with fewer rows than folds, of which scikit-learn's StratifiedKFold warns, too.
std::string rare_classes_note(const Plan& plan) {
  const SplitOptions& split = plan.experiment.split;
  const Dataset& dataset = plan.data.dataset;
  if (dataset.labels.empty() || !split.stratify || split.folds < 2) return {};
  std::vector<int> counts(dataset.class_names.size(), 0);
  for (const std::int32_t row : plan.data.pool) {
    ++counts[static_cast<std::size_t>(dataset.labels[static_cast<std::size_t>(row)])];
  }
  std::string named;
  std::size_t rare = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0 || counts[c] >= split.folds) continue;
    if (rare++ == 0) named = fmt::format("class '{}' has {}", dataset.class_names[c], counts[c]);
  }
  if (rare == 0) return {};
  return fmt::format("{} row{}{}, fewer than the {} folds: not every fold holds it out.", named,
                     named.ends_with(" 1") ? "" : "s",
                     rare == 1 ? "" : fmt::format(" (and {} more classes are as rare)", rare - 1),
                     split.folds);
}

std::size_t undefined_folds(const Plan& plan) {
  std::size_t undefined = 0;
  for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
    const auto number = static_cast<std::int32_t>(fold);
    const FitData data = fit_data(plan, 0, number, {});
    const bool defined = has_score(*plan.experiment.scoring, network_of(plan, 0, number),
                                   data.targets, plan.folds[fold].held_out.rows());
    undefined += defined ? 0 : 1;
  }
  return undefined;
}

}  // namespace

std::vector<std::string> plan_warnings(const Plan& plan) {
  std::vector<std::string> warnings = {
      rare_classes_note(plan),
      missing_classes_note(missing_classes(plan), plan.data.dataset.class_names),
      undefined_scores_note(name_of(*plan.experiment.scoring), undefined_folds(plan),
                            plan.folds.size())};
  std::erase(warnings, "");
  return warnings;
}

}  // namespace mlpgrid
