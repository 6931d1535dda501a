// Copies a problem into one block.
#include "operands.hpp"

#include <algorithm>

namespace mlpgrid::bench {
namespace {

std::size_t stride(std::size_t columns, Operands::Rows rows) {
  constexpr std::size_t kLine = 64 / sizeof(float);
  if (rows == Operands::Rows::dense) return columns;
  return ((columns + kLine - 1) / kLine | 1) * kLine;
}

void copy_rows(const std::vector<float>& from, std::size_t columns, float* to,
               std::size_t to_stride) {
  for (std::size_t i = 0; i * columns < from.size(); ++i) {
    std::copy_n(from.data() + i * columns, columns, to + i * to_stride);
  }
}

}  // namespace

Operands::Operands(const Problem& problem, Rows rows)
    : m(problem.m),
      k(problem.k),
      n(problem.n),
      k_stride(stride(k, rows)),
      n_stride(stride(n, rows)),
      c_rows(problem.operation == Operation::gradient ? k : m),
      c_columns(problem.operation == Operation::input_deltas ? k : n),
      c_stride(stride(c_columns, rows)) {
  lay_out(problem.operation);
  arena = Arena(arena.used());
  lay_out(problem.operation);
  copy_rows(problem.x, k, x, k_stride);
  copy_rows(problem.w, n, w, n_stride);
  copy_rows(problem.d, n, d, n_stride);
  std::copy(problem.bias.begin(), problem.bias.end(), bias);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < n; ++j) w_transposed[j * k_stride + i] = problem.w[i * n + j];
  }
}

void Operands::lay_out(Operation operation) {
  w = arena.take<float>(k * n_stride);
  w_transposed = arena.take<float>(n * k_stride);
  bias = arena.take<float>(n);
  x = arena.take<float>(m * k_stride);
  d = arena.take<float>(m * n_stride);
  c = arena.take<float>(c_rows * c_stride);
  sums = operation == Operation::gradient ? arena.take<float>(n) : nullptr;
}

std::vector<float> Operands::result() const {
  std::vector<float> values;
  for (std::size_t i = 0; i < c_rows; ++i) {
    values.insert(values.end(), c + i * c_stride, c + i * c_stride + c_columns);
  }
  if (sums != nullptr) values.insert(values.end(), sums, sums + n);
  return values;
}

}  // namespace mlpgrid::bench
