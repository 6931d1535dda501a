// What every solver works with during one fit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/fit.hpp"
#include "engine/network/mlp.hpp"
#include "engine/random/random.hpp"
#include "engine/solvers/curves.hpp"
#include "engine/solvers/progress.hpp"

namespace mlpgrid {

/// Owned by train(), on one thread. A solver changes all that is not const.
template <class T>
struct FitContext {
  const FitSpec& spec;
  const FitData& data;
  std::span<const std::int32_t> train;       // the rows that are trained on
  std::span<const std::int32_t> validation;  // those that early stopping holds back
  RandomState& random;                       // goes on from the initialization
  Mlp<T>& mlp;
  FitObserver& observer;
  Progress& progress;
  Curves& curves;
  FitResult& result;

  /// After each epoch: curves, observer and rules. How the fit ends here (not_run: interrupted), or
  /// nothing.
  std::optional<FitStatus> finish_epoch(double train_loss, const ScoreSums& train_sums) {
    const auto figures = curves.add(train_loss, train_sums, mlp, observer);
    if (!figures) return FitStatus::not_run;
    const Verdict verdict = progress.epoch_finished(*figures);
    observer.epoch_finished(progress.state().epoch);
    return follow(verdict);
  }

  /// Keeps the weights if the verdict says so.
  std::optional<FitStatus> follow(const Verdict& verdict) {
    if (verdict.save_best) mlp.parameters().save_best();
    return verdict.end;
  }
};

}  // namespace mlpgrid
