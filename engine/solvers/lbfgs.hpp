// Full-batch training by limited-memory BFGS, as SciPy's L-BFGS-B does it without bounds.
#pragma once

#include "engine/network/arena.hpp"
#include "engine/solvers/fit_context.hpp"

namespace mlpgrid {

/// Pairs of steps and gradient changes that are kept.
inline constexpr std::size_t kLbfgsMemory = 10;

/// Work space in the fit's arena: vectors of the parameters' size, and a row of column sums.
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

/// Runs to the end and returns how it ended; not_run where the observer asked to stop. The curves
/// have one entry per iteration.
template <class T>
FitStatus train_lbfgs(FitContext<T>& fit, const LbfgsBuffers<T>& buffers);

extern template struct LbfgsBuffers<float>;
extern template struct LbfgsBuffers<double>;

}  // namespace mlpgrid
