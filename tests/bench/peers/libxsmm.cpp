// libxsmm: kernels generated for the shape, and a loop for the rest. libxsmm is column-major: a
// row-major product C = A*B is its C' = B'*A' on the same memory.
#include <libxsmm.h>

#include <memory>
#include <stdexcept>

#include "elementwise.hpp"
#include "operands.hpp"
#include "task.hpp"

namespace mlpgrid::bench {
namespace {

using Size = libxsmm_blasint;

Size size(std::size_t value) { return static_cast<Size>(value); }

/// c (rows x columns) = a * b, row-major, `terms` terms per element; with LIBXSMM_GEMM_FLAG_TRANS_B
/// a is stored transposed. The kernel takes (b, a, c).
libxsmm_smmfunction kernel(std::size_t rows, std::size_t columns, std::size_t terms,
                           std::size_t a_stride, std::size_t b_stride, std::size_t c_stride,
                           int flags) {
  const Size lda = size(b_stride);
  const Size ldb = size(a_stride);
  const Size ldc = size(c_stride);
  const float alpha = 1.0F;
  const float beta = 0.0F;
  const int prefetch = LIBXSMM_PREFETCH_NONE;
  const libxsmm_smmfunction made = libxsmm_smmdispatch(
      size(columns), size(rows), size(terms), &lda, &ldb, &ldc, &alpha, &beta, &flags, &prefetch);
  if (made == nullptr) throw std::runtime_error("no kernel was generated for this shape");
  return made;
}

Way forward(const std::shared_ptr<Operands>& o) {
  const auto product =
      kernel(o->m, o->n, o->k, o->k_stride, o->n_stride, o->c_stride, LIBXSMM_GEMM_FLAG_NONE);
  return make_way(
      "kernel, then bias and relu",
      [o, product] {
        product(o->w, o->x, o->c);
        add_bias_relu(o->c, o->c_stride, o->m, o->n, o->bias);
      },
      [o] { return o->result(); });
}

Way input_deltas(const std::shared_ptr<Operands>& o) {
  const auto product =
      kernel(o->m, o->k, o->n, o->n_stride, o->k_stride, o->c_stride, LIBXSMM_GEMM_FLAG_NONE);
  return make_way(
      "kernel, W transposed before",
      [o, product] {
        product(o->w_transposed, o->d, o->c);
        mask_by_relu(o->c, o->x, o->c_stride, o->m, o->k);
      },
      [o] { return o->result(); });
}

Way gradient(const std::shared_ptr<Operands>& o) {
  const auto product =
      kernel(o->k, o->n, o->m, o->k_stride, o->n_stride, o->c_stride, LIBXSMM_GEMM_FLAG_TRANS_B);
  return make_way(
      "transposing kernel",
      [o, product] {
        product(o->d, o->x, o->c);
        column_sums(o->d, o->n_stride, o->m, o->n, o->sums);
      },
      [o] { return o->result(); });
}

Way gradient_of_copy(const std::shared_ptr<Operands>& o) {
  const auto product =
      kernel(o->k, o->n, o->m, o->m, o->n_stride, o->c_stride, LIBXSMM_GEMM_FLAG_NONE);
  const auto copy = std::make_shared<Arena>(o->k * o->m * sizeof(float));
  float* x_transposed = copy->take<float>(o->k * o->m);
  return make_way(
      "X transposed, then kernel",
      [o, product, copy, x_transposed] {
        libxsmm_otrans(x_transposed, o->x, sizeof(float), size(o->k), size(o->m), size(o->k_stride),
                       size(o->m));
        product(o->d, x_transposed, o->c);
        column_sums(o->d, o->n_stride, o->m, o->n, o->sums);
      },
      [o] { return o->result(); });
}

}  // namespace

std::vector<Way> ways_of_libxsmm(const Problem& problem) {
  std::vector<Way> ways;
  for (const Operands::Rows rows : {Operands::Rows::dense, Operands::Rows::padded}) {
    const auto o = std::make_shared<Operands>(problem, rows);
    const std::size_t before = ways.size();
    switch (problem.operation) {
      case Operation::forward:
        ways.push_back(forward(o));
        break;
      case Operation::input_deltas:
        ways.push_back(input_deltas(o));
        break;
      case Operation::gradient:
        ways.push_back(gradient(o));
        ways.push_back(gradient_of_copy(o));
        break;
    }
    if (rows == Operands::Rows::dense) continue;
    for (std::size_t i = before; i < ways.size(); ++i) ways[i].name += ", padded rows";
  }
  return ways;
}

}  // namespace mlpgrid::bench
