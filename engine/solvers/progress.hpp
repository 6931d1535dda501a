// How a fit goes on and how it ends: the size of the next step, the best epoch, whether its weights
// are kept to end with, and every rule that ends a fit but L-BFGS's own (lbfgs.cpp). Numbers only:
// curves.hpp writes them down, and who calls keeps the weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "engine/fit.hpp"

namespace mlpgrid {

/// Everything that the rules remember of the epochs so far (L-BFGS: iterations). A fit whose
/// parameters, solver state, generator and this are put back goes on as if it had never stopped.
struct ProgressState {
  static constexpr double kNone = -std::numeric_limits<double>::infinity();

  int epoch = 0;           // finished ones
  std::int64_t steps = 0;  // of adam
  double rate = 0.0;       // of sgd, as its schedule has left it

  int best_epoch = 0;  // see FitResult::best_epoch
  double best_epoch_value = kNone;
  int monitored_epoch = 0;  // the best by Training::monitor
  double monitored_value = kNone;
  double judged_value = kNone;  // the best by tol and n_iter_no_change
  int epochs_without_gain = 0;  // by these

  /// Of some epoch the weights were kept, and the fit ends with the last that were.
  bool restores_best = false;
};

/// What an epoch came to. Of the held-out rows NaN where there is no evaluation.
struct EpochFigures {
  double train_loss, val_loss, val_score;
};

/// What to do after an epoch.
struct Verdict {
  bool save_best = false;        // keep the weights as they are now
  std::optional<FitStatus> end;  // the fit ends, and how
};

/// The rules of one fit over its state. Allocates nothing.
class Progress {
 public:
  /// has_val_score: whether the scoring is defined on the held-out rows.
  Progress(const FitSpec& spec, std::size_t held_out_rows, bool has_val_score);

  [[nodiscard]] const ProgressState& state() const { return state_; }

  /// sgd and adam, before an epoch: learning_rate step.
  void epoch_starts();
  /// The size of the next step: sgd's rate, or adam's with its bias correction.
  [[nodiscard]] double next_step();

  /// After each epoch, whatever the solver: divergence, best epoch, stop_val_loss_sum, patience.
  Verdict epoch_finished(const EpochFigures& figures);

  /// sgd and adam, after an epoch that ended nothing: tol, n_iter_no_change and max_iter, and the
  /// schedules that look at epochs. `gain` is what has to grow: the score of the rows that early
  /// stopping holds back, else -train_loss. `samples`: rows seen since the beginning.
  Verdict judge(double gain, double samples);

 private:
  [[nodiscard]] bool is_sgd(LearningRate schedule) const;

  const FitSpec& spec_;
  double held_out_rows_;
  bool val_score_judges_;
  ProgressState state_;
};

}  // namespace mlpgrid
