// Training by mini-batches: SGD with momentum, and Adam, with scikit-learn's epochs. Step sizes and
// when to stop are progress.hpp's.
#pragma once

#include <cstdint>
#include <span>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/mlp.hpp"
#include "engine/random/random.hpp"
#include "engine/solvers/fit_context.hpp"

namespace mlpgrid {

/// Work space in the fit's arena: the order of the rows and, for Training::regularization (else
/// null), the parameters before a step and which of them are zero for good.
template <class T>
struct StochasticBuffers {
  std::span<std::int32_t> order;
  T* before = nullptr;
  std::uint8_t* dead = nullptr;

  StochasticBuffers(const Training& training, std::size_t rows, Mlp<T>& mlp, Arena& arena);
};

/// Runs to the end and returns how it ended; not_run where the observer asked to stop.
template <class T>
FitStatus train_stochastic(FitContext<T>& fit, StochasticBuffers<T>& buffers);

extern template struct StochasticBuffers<float>;
extern template struct StochasticBuffers<double>;

}  // namespace mlpgrid
