// Training by mini-batches: SGD with momentum, and Adam, with scikit-learn's epochs, schedules and
// stopping rules.
#pragma once

#include "engine/fit.hpp"
#include "engine/network/mlp.hpp"
#include "engine/random/random.hpp"
#include "engine/solvers/epoch_log.hpp"

namespace mlpgrid {

/// What Training::regularization needs: the parameters before a step, and which of them are zero
/// for good. As many as Parameters::values() has, or null without it.
template <class T>
struct ShrinkBuffers {
  T* before = nullptr;
  std::uint8_t* dead = nullptr;
};

/// Runs to the end and returns how it ended. `train` and `validation` (early stopping; else empty)
/// are row numbers; `random` goes on from the initialization. `order`, as long as `train`, is work
/// space.
template <class T>
FitStatus train_stochastic(const FitSpec& spec, const FitData& data,
                           std::span<const std::int32_t> train,
                           std::span<const std::int32_t> validation, std::span<std::int32_t> order,
                           const ShrinkBuffers<T>& shrink, RandomState& random, Mlp<T>& mlp,
                           FitObserver& observer, EpochLog<T>& log, FitResult& result);

}  // namespace mlpgrid
