// What happens between epochs, whatever the solver: curves, held-out scores, the best epoch, and
// the patience that may end a fit.
#pragma once

#include "engine/fit.hpp"
#include "engine/network/evaluation.hpp"
#include "engine/network/mlp.hpp"

namespace mlpgrid {

template <class T>
class EpochLog {
 public:
  /// Reserves the curves in `result`; the log writes to nothing else.
  /// `trained` are the rows that the training sums of epoch_finished() are over.
  EpochLog(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> trained,
           Mlp<T>& mlp, FitObserver& observer, FitResult& result);

  /// After each epoch (L-BFGS: iteration): its loss and what was summed over the training rows. How
  /// the fit ends here (diverged, out of patience, interrupted: not_run), or nothing.
  std::optional<FitStatus> epoch_finished(double train_loss, const ScoreSums& train_sums);

  [[nodiscard]] bool has_best() const { return has_best_weights_; }

 private:
  [[nodiscard]] bool is_due(int epoch) const;
  [[nodiscard]] double monitored(Monitor monitor) const;

  const FitSpec& spec_;
  Mlp<T>& mlp_;
  FitObserver& observer_;
  FitResult& result_;
  Evaluation train_;
  Evaluation held_out_;
  double best_epoch_value_;  // of what best_epoch is about
  double best_monitored_;
  int monitored_epoch_ = 0;
  bool has_best_weights_ = false;
};

extern template class EpochLog<float>;
extern template class EpochLog<double>;

}  // namespace mlpgrid
