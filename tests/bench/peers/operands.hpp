// A problem's operands for libraries that take row-major matrices: one block of memory, every
// matrix on a cache line, as the engine keeps its own.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/network/arena.hpp"
#include "problem.hpp"

namespace mlpgrid::bench {

struct Operands {
  /// Rows without padding, or padded to whole cache lines, an odd number of them.
  enum class Rows { dense, padded };

  Operands(const Problem& problem, Rows rows);

  /// The product's result and, for a gradient, the column sums after it.
  [[nodiscard]] std::vector<float> result() const;

  std::size_t m, k, n;
  std::size_t k_stride, n_stride;  // of rows of k and of n values
  std::size_t c_rows, c_columns, c_stride;
  Arena arena;
  float* x = nullptr;             // m x k
  float* w = nullptr;             // k x n
  float* w_transposed = nullptr;  // n x k
  float* bias = nullptr;          // n
  float* d = nullptr;             // m x n
  float* c = nullptr;             // the result
  float* sums = nullptr;          // n, gradient only

 private:
  void lay_out(Operation operation);
};

}  // namespace mlpgrid::bench
