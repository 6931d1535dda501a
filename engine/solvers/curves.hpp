// The curves of a fit: one point per epoch (L-BFGS: iteration), of the rows that train and of those
// held out. Decides nothing; the rules are in progress.hpp.
#pragma once

#include <optional>
#include <span>

#include "engine/fit.hpp"
#include "engine/network/evaluation.hpp"
#include "engine/solvers/progress.hpp"

namespace mlpgrid {

class Curves {
 public:
  /// Reserves the curves in `result` and writes only there: the four of losses and scores, and
  /// score_seconds. `trained` are the rows that add()'s sums are over. All arguments must outlive
  /// this.
  Curves(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> trained,
         FitResult& result);

  /// Takes down an epoch by its loss and what was summed over the training rows; scores the
  /// held-out rows where that is due. Nothing when `observer` asked to stop meanwhile.
  template <class T>
  [[nodiscard]] std::optional<EpochFigures> add(double train_loss, const ScoreSums& train_sums,
                                                Mlp<T>& mlp, const FitObserver& observer);

  [[nodiscard]] const Evaluation& held_out() const { return held_out_; }

 private:
  const FitSpec& spec_;
  FitResult& result_;
  Evaluation train_;
  Evaluation held_out_;
};

}  // namespace mlpgrid
