// OpenBLAS: sgemm on row-major matrices, and a loop for the rest.
#include <cblas.h>

#include <memory>

#include "elementwise.hpp"
#include "operands.hpp"
#include "task.hpp"

namespace mlpgrid::bench {
namespace {

struct Factor {
  CBLAS_TRANSPOSE transposed;
  const float* data;
  std::size_t stride;
};

/// c (rows x columns) = a * b with `terms` terms per element.
void multiply(std::size_t rows, std::size_t columns, std::size_t terms, const Factor& a,
              const Factor& b, float* c, std::size_t c_stride) {
  const auto size = [](std::size_t value) { return static_cast<blasint>(value); };
  cblas_sgemm(CblasRowMajor, a.transposed, b.transposed, size(rows), size(columns), size(terms),
              1.0F, a.data, size(a.stride), b.data, size(b.stride), 0.0F, c, size(c_stride));
}

template <class Run>
void add_way(std::vector<Way>& ways, const char* name, const Problem& problem, Operands::Rows rows,
             Run run) {
  const auto o = std::make_shared<Operands>(problem, rows);
  ways.push_back(make_way(
      std::string(name) + (rows == Operands::Rows::padded ? ", padded rows" : ""),
      [o, run] { run(*o); }, [o] { return o->result(); }));
}

}  // namespace

std::vector<Way> ways_of_openblas(const Problem& problem) {
  openblas_set_num_threads(1);
  std::vector<Way> ways;
  for (const Operands::Rows rows : {Operands::Rows::dense, Operands::Rows::padded}) {
    switch (problem.operation) {
      case Operation::forward:
        add_way(ways, "sgemm", problem, rows, [](const Operands& o) {
          multiply(o.m, o.n, o.k, {CblasNoTrans, o.x, o.k_stride}, {CblasNoTrans, o.w, o.n_stride},
                   o.c, o.c_stride);
          add_bias_relu(o.c, o.c_stride, o.m, o.n, o.bias);
        });
        break;
      case Operation::input_deltas:
        add_way(ways, "sgemm by W^T", problem, rows, [](const Operands& o) {
          multiply(o.m, o.k, o.n, {CblasNoTrans, o.d, o.n_stride}, {CblasTrans, o.w, o.n_stride},
                   o.c, o.c_stride);
          mask_by_relu(o.c, o.x, o.c_stride, o.m, o.k);
        });
        add_way(ways, "sgemm, W transposed before", problem, rows, [](const Operands& o) {
          multiply(o.m, o.k, o.n, {CblasNoTrans, o.d, o.n_stride},
                   {CblasNoTrans, o.w_transposed, o.k_stride}, o.c, o.c_stride);
          mask_by_relu(o.c, o.x, o.c_stride, o.m, o.k);
        });
        break;
      case Operation::gradient:
        add_way(ways, "sgemm", problem, rows, [](const Operands& o) {
          multiply(o.k, o.n, o.m, {CblasTrans, o.x, o.k_stride}, {CblasNoTrans, o.d, o.n_stride},
                   o.c, o.c_stride);
          column_sums(o.d, o.n_stride, o.m, o.n, o.sums);
        });
        break;
    }
  }
  return ways;
}

}  // namespace mlpgrid::bench
