// What is computed: one operation of one layer on one batch, its random operands, and the check of
// a result against a naive computation in double. How a library computes it is task.hpp's concern.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mlpgrid::bench {

/// With X (m x k) the layer's inputs, W (k x n) its weights, D (m x n) the deltas of its outputs:
enum class Operation {
  forward,       // relu(X*W + bias), m x n
  input_deltas,  // (D*W^T) .* relu'(X), m x k: X holds the values of the layer before
  gradient,      // X^T*D, k x n, and after it the column sums of D, n
};

/// "forward", "dX", "dW".
[[nodiscard]] const char* name_of(Operation operation);

/// Operands, row-major without padding.
struct Problem {
  Operation operation = {};
  std::size_t m = {}, k = {}, n = {};
  std::vector<float> x, w, bias, d;

  /// Of the product, the same for all three operations. The element-wise part is not counted.
  [[nodiscard]] double flops() const { return 2.0 * static_cast<double>(m * k * n); }
};

/// Uniform values in [-1, 1), the same in every run. Inputs of a layer that is not the first are
/// outputs of a relu: the negative half is 0.
[[nodiscard]] Problem make_problem(Operation operation, std::size_t m, std::size_t k, std::size_t n,
                                   bool first_layer);

/// The result in double and, for each element, the bound that any order of float additions keeps:
/// terms * epsilon * the sum of the terms' magnitudes.
struct Reference {
  std::vector<double> values;
  std::vector<double> tolerance;
};
[[nodiscard]] Reference reference(const Problem& problem);

/// Empty where `result` is right, else what is wrong with it.
[[nodiscard]] std::string difference(const std::vector<float>& result, const Reference& reference);

}  // namespace mlpgrid::bench
