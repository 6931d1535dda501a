// Our kernels, called as wide_pass.cpp calls them: packed weights, batches with the strides of the
// instruction set in use, everything in one arena.
#include <algorithm>
#include <cstddef>
#include <memory>

#include "engine/network/arena.hpp"
#include "engine/simd/dispatch.hpp"
#include "task.hpp"

namespace mlpgrid::bench {
namespace {

struct Layer {
  explicit Layer(const Problem& problem)
      : m(problem.m),
        k(problem.k),
        n(problem.n),
        k_stride(table.batch_stride(k)),
        n_stride(table.batch_stride(n)) {
    lay_out();
    arena = Arena(arena.used());
    lay_out();
    table.pack(problem.w.data(), k, n, weights);
    table.make_backward_operand(weights, k, n, operand);
    std::copy(problem.bias.begin(), problem.bias.end(), bias);
    for (std::size_t i = 0; i < m; ++i) {
      std::copy_n(problem.x.data() + i * k, k, x + i * k_stride);
      std::copy_n(problem.d.data() + i * n, n, d + i * n_stride);
    }
  }

  void lay_out() {
    weights = arena.take<float>(table.packed_size(k, n));
    bias = arena.take<float>(table.packed_columns(n));
    gradient = arena.take<float>(table.packed_size(k, n));
    bias_gradient = arena.take<float>(table.packed_columns(n));
    operand = arena.take<float>(table.backward_operand_size(k, n));
    x = arena.take<float>(m * k_stride);
    y = arena.take<float>(m * n_stride);
    d = arena.take<float>(m * n_stride);
    input_deltas = arena.take<float>(m * k_stride);
  }

  const Kernels<float>& table = kernels().f32;
  std::size_t m, k, n, k_stride, n_stride;
  Arena arena;
  float *weights, *bias, *gradient, *bias_gradient, *operand, *x, *y, *d, *input_deltas;
};

std::vector<float> without_padding(const float* rows, std::size_t m, std::size_t n,
                                   std::size_t stride) {
  std::vector<float> values;
  for (std::size_t i = 0; i < m; ++i) {
    values.insert(values.end(), rows + i * stride, rows + i * stride + n);
  }
  return values;
}

Way forward(const std::shared_ptr<Layer>& layer) {
  const ForwardArgs<float> args{.a = layer->x,
                                .a_stride = layer->k_stride,
                                .m = layer->m,
                                .weights = layer->weights,
                                .bias = layer->bias,
                                .k = layer->k,
                                .n = layer->n,
                                .activation = Activation::relu,
                                .c = layer->y,
                                .c_stride = layer->n_stride};
  return make_way(
      "fused", [layer, args] { layer->table.forward(args); },
      [layer] { return without_padding(layer->y, layer->m, layer->n, layer->n_stride); });
}

Way input_deltas(const std::shared_ptr<Layer>& layer) {
  const BackwardArgs<float> args{.deltas = layer->d,
                                 .deltas_stride = layer->n_stride,
                                 .m = layer->m,
                                 .operand = layer->operand,
                                 .n = layer->n,
                                 .k = layer->k,
                                 .activation = Activation::relu,
                                 .a = layer->x,
                                 .c = layer->input_deltas,
                                 .c_stride = layer->k_stride};
  return make_way(
      "fused", [layer, args] { layer->table.backward(args); },
      [layer] {
        return without_padding(layer->input_deltas, layer->m, layer->k, layer->k_stride);
      });
}

Way gradient(const std::shared_ptr<Layer>& layer) {
  const GradientArgs<float> args{.inputs = layer->x,
                                 .inputs_stride = layer->k_stride,
                                 .deltas = layer->d,
                                 .deltas_stride = layer->n_stride,
                                 .m = layer->m,
                                 .k = layer->k,
                                 .n = layer->n,
                                 .gradient = layer->gradient,
                                 .bias_gradient = layer->bias_gradient};
  return make_way(
      "fused", [layer, args] { layer->table.gradient(args); },
      [layer] {
        std::vector<float> values(layer->k * layer->n);
        layer->table.unpack(layer->gradient, layer->k, layer->n, values.data());
        values.insert(values.end(), layer->bias_gradient, layer->bias_gradient + layer->n);
        return values;
      });
}

}  // namespace

std::vector<Way> ways_of_mlpgrid(const Problem& problem) {
  const auto layer = std::make_shared<Layer>(problem);
  std::vector<Way> ways;
  switch (problem.operation) {
    case Operation::forward:
      ways.push_back(forward(layer));
      break;
    case Operation::input_deltas:
      ways.push_back(input_deltas(layer));
      break;
    case Operation::gradient:
      ways.push_back(gradient(layer));
      break;
  }
  return ways;
}

}  // namespace mlpgrid::bench
