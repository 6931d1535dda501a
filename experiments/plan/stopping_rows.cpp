// Asks the engine about the rows of every fold and words its answer. Holding rows back while
// training is the engine's.
#include "experiments/plan/stopping_rows.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/scoring/scores.hpp"
#include "engine/solvers/early_stopping.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/plan/plan.hpp"

namespace mlpgrid {

namespace {

std::string name_of_fold(std::int32_t fold) {
  return fold == kRefitFold ? "the refit on all rows" : fmt::format("fold {}", fold);
}

// The smallest validation-fraction, in steps of 0.01, that leaves enough rows for both parts; 0
// where there is none.
double fraction_that_suffices(const EarlyStoppingNeeds& needs, std::size_t n) {
  for (int hundredths = 1; hundredths < 100; ++hundredths) {
    Training training;
    training.validation_fraction = hundredths / 100.0;
    const std::size_t held_back = validation_count(training, n);
    if (held_back >= needs.validation_rows && held_back + needs.train_rows <= n) {
      return training.validation_fraction;
    }
  }
  return 0.0;
}

void check_early_stopping(const Plan& plan, const FitSpec& spec, const FitData& data,
                          std::int32_t fold) {
  if (can_stop_early(spec, data)) return;
  const EarlyStoppingNeeds needs = early_stopping_needs(spec.network, data);
  const std::size_t n = data.train.size();
  if (needs.rare_class >= 0) {
    throw UsageError(fmt::format(
        "early-stopping: of class '{}' there is one row among the {} training rows of {}, but one "
        "has to train and another one to judge; take more rows of it, leave it out, or leave out "
        "early-stopping (patience watches the held-out rows instead)",
        plan.data.dataset.class_names[static_cast<std::size_t>(needs.rare_class)], n,
        name_of_fold(fold)));
  }
  const std::size_t held_back = validation_count(spec.training, n);
  const bool too_few = held_back < needs.validation_rows;
  const std::string why = !too_few
                              ? fmt::format("which leaves {} to train on, and it takes {} at least",
                                            n - held_back, needs.train_rows)
                          : data.targets.kind == TargetView::Kind::labels
                              ? fmt::format("fewer than the {} classes", needs.validation_rows)
                              : std::string("and r2, which judges them, needs two");
  const double fraction = fraction_that_suffices(needs, n);
  throw UsageError(fmt::format(
      "early-stopping: validation-fraction {} holds back {} of the {} training rows of {}, {}; {}",
      print_real(spec.training.validation_fraction), held_back, n, name_of_fold(fold), why,
      fraction > 0.0 ? fmt::format("say validation-fraction {}, or leave out early-stopping",
                                   print_real(fraction))
                     : std::string("take more rows, or leave out early-stopping")));
}

void check_monitor(const FitSpec& spec, const FitData& data, std::int32_t fold) {
  const Training& training = spec.training;
  const bool watches = training.patience > 0 || training.restore_best;
  if (watches && training.monitor == Monitor::val_score &&
      !has_score(spec.scoring, spec.network, data.targets, data.held_out)) {
    throw UsageError(fmt::format(
        "monitor = val_score: {} is undefined on the held-out rows of {}, {}; use "
        "another scoring, monitor = val_loss or fewer folds",
        name_of(spec.scoring), name_of_fold(fold),
        spec.scoring == Scoring::r2 ? "where it needs two"
                                    : "which are not of the same classes as its training rows"));
  }
  const bool watches_loss = watches && training.monitor == Monitor::val_loss;
  if ((watches_loss || training.stop_val_loss_sum > 0.0) &&
      !has_loss(spec.network, data.targets, data.held_out)) {
    throw UsageError(
        fmt::format("{}: the held-out rows of {} have no loss, being of a class that its training "
                    "rows lack; stratify, or use monitor = val_score",
                    watches_loss ? "monitor = val_loss" : "stop-val-loss-sum", name_of_fold(fold)));
  }
}

bool stops_early(const Config& config) {
  return config.training.early_stopping && config.in_batches();
}

// One config of each kind among those that stop or choose by rows; the others of its kind would get
// the same answer.
std::vector<std::int32_t> configs_to_check(const Plan& plan) {
  using Kind =
      std::tuple<bool, double, bool, Monitor, bool, std::optional<Output>, std::optional<LossName>>;
  std::set<Kind> kinds;
  std::vector<std::int32_t> configs;
  for (std::size_t i = 0; i < plan.grid.configs.size(); ++i) {
    const Config& c = plan.grid.configs[i];
    const Training& training = c.training;
    const bool watches = training.patience > 0 || training.restore_best;
    const bool stops_on_loss = training.stop_val_loss_sum > 0.0;
    if (!stops_early(c) && !watches && !stops_on_loss) continue;
    const Kind kind(stops_early(c), training.validation_fraction, watches, training.monitor,
                    stops_on_loss, c.output, c.loss);
    if (kinds.insert(kind).second) configs.push_back(static_cast<std::int32_t>(i));
  }
  return configs;
}

}  // namespace

void check_stopping_rows(const Plan& plan) {
  const std::vector<std::int32_t> configs = configs_to_check(plan);
  if (configs.empty()) return;  // saves listing the rows of all folds
  const auto check = [&](std::int32_t fold) {
    const FitRows rows = fit_rows(plan, fold);
    for (const std::int32_t config : configs) {
      const FitSpec spec = fit_spec(plan, config, fold);
      const FitData data = fit_data(plan, config, fold, rows);
      if (fold != kRefitFold) check_monitor(spec, data, fold);
      if (stops_early(plan.grid.configs[static_cast<std::size_t>(config)])) {
        check_early_stopping(plan, spec, data, fold);
      }
    }
  };
  for (std::size_t fold = 0; fold < plan.folds.size(); ++fold) {
    check(static_cast<std::int32_t>(fold));
  }
  if (plan.refit) check(kRefitFold);
}

}  // namespace mlpgrid
