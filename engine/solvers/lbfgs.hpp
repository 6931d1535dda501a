// Full-batch training by limited-memory BFGS, as SciPy's L-BFGS-B does it without bounds.
#pragma once

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/mlp.hpp"
#include "engine/solvers/epoch_log.hpp"

namespace mlpgrid {

/// Pairs of steps and gradient changes that are kept.
inline constexpr std::size_t kLbfgsMemory = 10;

/// Vectors of the parameters' size, and one column of sums.
template <class T>
struct LbfgsBuffers {
  T* steps[kLbfgsMemory];
  T* changes[kLbfgsMemory];
  T* previous_x;
  T* previous_gradient;
  T* direction;
  double* columns;  // packed_columns of the widest layer

  LbfgsBuffers(Mlp<T>& mlp, Arena& arena);
};

/// Runs to the end and returns how it ended. The curves have one entry per iteration.
template <class T>
FitStatus train_lbfgs(const FitSpec& spec, const FitData& data, const LbfgsBuffers<T>& buffers,
                      Mlp<T>& mlp, FitObserver& observer, EpochLog<T>& log);

extern template struct LbfgsBuffers<float>;
extern template struct LbfgsBuffers<double>;

}  // namespace mlpgrid
