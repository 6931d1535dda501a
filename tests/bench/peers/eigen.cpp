// Eigen: products of maps without temporaries. This file is compiled for the machine it runs on:
// Eigen chooses its vectors at compile time.
#include <Eigen/Core>
#include <memory>

#include "elementwise.hpp"
#include "operands.hpp"
#include "task.hpp"

namespace mlpgrid::bench {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowVector = Eigen::Matrix<float, 1, Eigen::Dynamic>;
using MatrixMap = Eigen::Map<Matrix, Eigen::Aligned64>;
using RowVectorMap = Eigen::Map<RowVector, Eigen::Aligned64>;

MatrixMap matrix(float* data, std::size_t rows, std::size_t columns) {
  return {data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

RowVectorMap row_vector(float* data, std::size_t size) {
  return {data, static_cast<Eigen::Index>(size)};
}

}  // namespace

std::vector<Way> ways_of_eigen(const Problem& problem) {
  const auto o = std::make_shared<Operands>(problem, Operands::Rows::dense);
  const auto read = [o] { return o->result(); };
  MatrixMap x = matrix(o->x, o->m, o->k);
  MatrixMap w = matrix(o->w, o->k, o->n);
  MatrixMap d = matrix(o->d, o->m, o->n);
  MatrixMap c = matrix(o->c, o->c_rows, o->c_columns);
  std::vector<Way> ways;
  switch (problem.operation) {
    case Operation::forward: {
      const RowVectorMap bias = row_vector(o->bias, o->n);
      ways.push_back(make_way(
          "product, then bias and relu",
          [=]() mutable {
            c.noalias() = x * w;
            c = (c.rowwise() + bias).cwiseMax(0.0F);
          },
          read));
      break;
    }
    case Operation::input_deltas: {
      // Eigen 3.4 does not vectorise select().
      const auto mask = [o] { mask_by_relu(o->c, o->x, o->c_stride, o->m, o->k); };
      MatrixMap w_transposed = matrix(o->w_transposed, o->n, o->k);
      ways.push_back(make_way(
          "product by W^T",
          [=]() mutable {
            c.noalias() = d * w.transpose();
            mask();
          },
          read));
      ways.push_back(make_way(
          "product, W transposed before",
          [=]() mutable {
            c.noalias() = d * w_transposed;
            mask();
          },
          read));
      break;
    }
    case Operation::gradient: {
      RowVectorMap sums = row_vector(o->sums, o->n);
      ways.push_back(make_way(
          "product and colwise sum",
          [=]() mutable {
            c.noalias() = x.transpose() * d;
            sums = d.colwise().sum();
          },
          read));
      ways.push_back(make_way(
          "product and a loop",
          [=]() mutable {
            c.noalias() = x.transpose() * d;
            column_sums(o->d, o->n_stride, o->m, o->n, o->sums);
          },
          read));
      break;
    }
  }
  return ways;
}

}  // namespace mlpgrid::bench
