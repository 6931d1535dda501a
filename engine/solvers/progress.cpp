// scikit-learn 1.2.1's rules (_update_no_improvement_count and _stochastic_optimizers.py) and ours.
#include "engine/solvers/progress.hpp"

#include <cmath>

namespace mlpgrid {

Progress::Progress(const FitSpec& spec, std::size_t held_out_rows, bool has_val_score)
    : spec_(spec),
      held_out_rows_(static_cast<double>(held_out_rows)),
      val_score_judges_(has_val_score && spec.eval_every > 0) {
  state_.rate = spec.training.learning_rate_init;
}

bool Progress::is_sgd(LearningRate schedule) const {
  return spec_.training.solver == Solver::sgd && spec_.training.learning_rate == schedule;
}

void Progress::epoch_starts() {
  if (!is_sgd(LearningRate::step)) return;
  for (const auto& [from, rate] : spec_.training.learning_rate_steps) {
    if (state_.epoch == from) state_.rate = rate;
  }
}

double Progress::next_step() {
  const Training& training = spec_.training;
  if (training.solver != Solver::adam) return state_.rate;
  const auto t = static_cast<double>(++state_.steps);
  return training.learning_rate_init * std::sqrt(1.0 - std::pow(training.beta_2, t)) /
         (1.0 - std::pow(training.beta_1, t));
}

Verdict Progress::epoch_finished(const EpochFigures& figures) {
  const Training& training = spec_.training;
  ++state_.epoch;
  if (!std::isfinite(figures.train_loss)) return {.end = FitStatus::diverged};

  const double value = val_score_judges_ ? figures.val_score : -figures.train_loss;
  if (value > state_.best_epoch_value) {
    state_.best_epoch_value = value;
    state_.best_epoch = state_.epoch;
  }
  const double val_loss_sum = figures.val_loss * spec_.network.scaling.rows(held_out_rows_);
  if (val_loss_sum < training.stop_val_loss_sum) return {.end = FitStatus::converged};

  if (training.patience == 0 && !training.restore_best) return {};
  Verdict verdict;
  const double now = training.monitor == Monitor::train_loss ? -figures.train_loss
                     : training.monitor == Monitor::val_loss ? -figures.val_loss
                                                             : figures.val_score;
  if (now > state_.monitored_value) {
    state_.monitored_value = now;
    state_.monitored_epoch = state_.epoch;
    verdict.save_best = training.restore_best;
  }
  state_.restores_best = state_.restores_best || verdict.save_best;
  if (training.patience > 0 && state_.epoch - state_.monitored_epoch >= training.patience) {
    verdict.end = FitStatus::early_stopped;
  }
  return verdict;
}

Verdict Progress::judge(double gain, double samples) {
  const Training& training = spec_.training;
  Verdict verdict;
  const bool gained = !(gain < state_.judged_value + training.tol);
  state_.epochs_without_gain = gained ? 0 : state_.epochs_without_gain + 1;
  if (gain > state_.judged_value) {
    state_.judged_value = gain;
    verdict.save_best = training.early_stopping;
  }
  state_.restores_best = state_.restores_best || verdict.save_best;

  if (is_sgd(LearningRate::invscaling)) {
    state_.rate = training.learning_rate_init / std::pow(samples + 1.0, training.power_t);
  }
  if (state_.epochs_without_gain > training.n_iter_no_change) {
    if (is_sgd(LearningRate::adaptive) && state_.rate > 1e-6) {
      state_.rate /= 5.0;
      state_.epochs_without_gain = 0;
    } else {
      verdict.end = training.early_stopping ? FitStatus::early_stopped : FitStatus::converged;
    }
  }
  if (!verdict.end && state_.epoch == training.max_iter) verdict.end = FitStatus::max_epochs;
  return verdict;
}

}  // namespace mlpgrid
