// oneDNN: inner_product and matmul primitives with weights in the format they ask for. Activations
// and deltas are plain row-major, as a user's data are.
#include <omp.h>

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <utility>

#include "elementwise.hpp"
#include "operands.hpp"
#include "task.hpp"

namespace mlpgrid::bench {
namespace {

using dnnl::memory;

/// A primitive with its arguments ready: the C++ interface would copy them at every execution. On a
/// CPU it is done when the call returns.
class Step {
 public:
  Step(dnnl::primitive primitive, std::vector<std::pair<int, memory>> arguments)
      : primitive_(std::move(primitive)), arguments_(std::move(arguments)) {
    for (const auto& [index, value] : arguments_) raw_.push_back({index, value.get()});
  }

  void operator()(const dnnl::stream& stream) const {
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), stream.get(),
                                                   static_cast<int>(raw_.size()), raw_.data()),
                            "oneDNN could not execute a primitive");
  }

 private:
  dnnl::primitive primitive_;
  std::vector<std::pair<int, memory>> arguments_;
  std::vector<dnnl_exec_arg_t> raw_;
};

memory::desc plain(std::size_t rows, std::size_t columns) {
  const memory::dims dims = {static_cast<memory::dim>(rows), static_cast<memory::dim>(columns)};
  return {dims, memory::data_type::f32, memory::format_tag::ab};
}

/// A rows x columns matrix whose transpose is stored row-major.
memory::desc transposed(std::size_t rows, std::size_t columns) {
  const memory::dims dims = {static_cast<memory::dim>(rows), static_cast<memory::dim>(columns)};
  return {dims, memory::data_type::f32, memory::format_tag::ba};
}

memory::desc vector(std::size_t size) {
  return {{static_cast<memory::dim>(size)}, memory::data_type::f32, memory::format_tag::a};
}

memory::desc any_format(const memory::desc& like) {
  return {like.dims(), memory::data_type::f32, memory::format_tag::any};
}

/// One problem in oneDNN's terms. Its weights are outputs x inputs, so ours are their transpose.
struct Layer {
  explicit Layer(const Problem& problem) : o(problem, Operands::Rows::dense) {}

  memory of(const memory::desc& desc, float* data) const { return {desc, engine, data}; }

  /// `data`, described by `from`, in the format `to`.
  memory reordered(const memory::desc& from, float* data, const memory::desc& to) const {
    memory source = of(from, data);
    memory target(to, engine);
    dnnl::reorder(source, target).execute(stream, source, target);
    return target;
  }

  Operands o;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  mutable dnnl::stream stream{engine};
  memory::desc x = plain(o.m, o.k);
  memory::desc d = plain(o.m, o.n);
  memory::desc w = transposed(o.n, o.k);
  memory::desc bias = vector(o.n);
};

using LayerPointer = std::shared_ptr<Layer>;

dnnl::primitive_attr with_relu() {
  dnnl::post_ops after;
  after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  return attributes;
}

dnnl::inner_product_forward::primitive_desc inner_product(const Layer& l, bool relu) {
  const dnnl::inner_product_forward::desc desc(dnnl::prop_kind::forward_training, l.x,
                                               any_format(l.w), l.bias, l.d);
  return {desc, relu ? with_relu() : dnnl::primitive_attr(), l.engine};
}

Way forward_by_inner_product(const LayerPointer& l) {
  const auto desc = inner_product(*l, true);
  const Step step(dnnl::inner_product_forward(desc),
                  {{DNNL_ARG_SRC, l->of(l->x, l->o.x)},
                   {DNNL_ARG_WEIGHTS, l->reordered(l->w, l->o.w, desc.weights_desc())},
                   {DNNL_ARG_BIAS, l->of(l->bias, l->o.bias)},
                   {DNNL_ARG_DST, l->of(l->d, l->o.c)}});
  return make_way(
      "inner_product", [l, step] { step(l->stream); }, [l] { return l->o.result(); });
}

Way forward_by_matmul(const LayerPointer& l) {
  const memory::desc w = plain(l->o.k, l->o.n);
  const memory::desc bias = plain(1, l->o.n);
  const dnnl::matmul::primitive_desc desc(dnnl::matmul::desc(l->x, any_format(w), bias, l->d),
                                          with_relu(), l->engine);
  const Step step(dnnl::matmul(desc),
                  {{DNNL_ARG_SRC, l->of(l->x, l->o.x)},
                   {DNNL_ARG_WEIGHTS, l->reordered(w, l->o.w, desc.weights_desc())},
                   {DNNL_ARG_BIAS, l->of(bias, l->o.bias)},
                   {DNNL_ARG_DST, l->of(l->d, l->o.c)}});
  return make_way(
      "matmul", [l, step] { step(l->stream); }, [l] { return l->o.result(); });
}

/// The ways to multiply by relu'(x) after `product`, which left D*W^T in c.
void add_masked(std::vector<Way>& ways, const std::string& name, const LayerPointer& l,
                const Step& product) {
  ways.push_back(make_way(
      name + " and a loop",
      [l, product] {
        product(l->stream);
        mask_by_relu(l->o.c, l->o.x, l->o.c_stride, l->o.m, l->o.k);
      },
      [l] { return l->o.result(); }));

  constexpr auto kRelu = dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
  const dnnl::eltwise_forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, kRelu, l->x, 0.0F, 0.0F}, l->engine);
  const dnnl::eltwise_backward::primitive_desc desc({kRelu, l->x, l->x, 0.0F, 0.0F}, l->engine,
                                                    forward);
  const memory deltas = l->of(l->x, l->o.c);
  const Step mask(dnnl::eltwise_backward(desc), {{DNNL_ARG_DST, l->of(l->x, l->o.x)},
                                                 {DNNL_ARG_DIFF_DST, deltas},
                                                 {DNNL_ARG_DIFF_SRC, deltas}});
  ways.push_back(make_way(
      name + " and eltwise",
      [l, product, mask] {
        product(l->stream);
        mask(l->stream);
      },
      [l] { return l->o.result(); }));
}

Step deltas_by_inner_product(const Layer& l) {
  const dnnl::inner_product_backward_data::primitive_desc desc({l.x, any_format(l.w), l.d},
                                                               l.engine, inner_product(l, false));
  return {dnnl::inner_product_backward_data(desc),
          {{DNNL_ARG_DIFF_DST, l.of(l.d, l.o.d)},
           {DNNL_ARG_WEIGHTS, l.reordered(l.w, l.o.w, desc.weights_desc())},
           {DNNL_ARG_DIFF_SRC, l.of(l.x, l.o.c)}}};
}

Step deltas_by_matmul(const Layer& l) {
  const dnnl::matmul::primitive_desc desc(dnnl::matmul::desc(l.d, any_format(l.w), l.x), l.engine);
  return {dnnl::matmul(desc),
          {{DNNL_ARG_SRC, l.of(l.d, l.o.d)},
           {DNNL_ARG_WEIGHTS, l.reordered(l.w, l.o.w, desc.weights_desc())},
           {DNNL_ARG_DST, l.of(l.x, l.o.c)}}};
}

Way gradient_by_inner_product(const LayerPointer& l) {
  const dnnl::inner_product_backward_weights::primitive_desc desc(
      {l->x, any_format(l->w), l->bias, l->d}, l->engine, inner_product(*l, false));
  const memory gradient(desc.diff_weights_desc(), l->engine);
  const Step step(dnnl::inner_product_backward_weights(desc),
                  {{DNNL_ARG_SRC, l->of(l->x, l->o.x)},
                   {DNNL_ARG_DIFF_DST, l->of(l->d, l->o.d)},
                   {DNNL_ARG_DIFF_WEIGHTS, gradient},
                   {DNNL_ARG_DIFF_BIAS, l->of(l->bias, l->o.sums)}});
  return make_way(
      "inner_product", [l, step] { step(l->stream); },
      [l, gradient] {
        memory from = gradient;
        memory to = l->of(l->w, l->o.c);
        dnnl::reorder(from, to).execute(l->stream, from, to);
        return l->o.result();
      });
}

Way gradient_by_matmul(const LayerPointer& l) {
  const memory::desc x_transposed = transposed(l->o.k, l->o.m);
  const memory::desc gradient = plain(l->o.k, l->o.n);
  const dnnl::matmul::primitive_desc desc(dnnl::matmul::desc(x_transposed, l->d, gradient),
                                          l->engine);
  const Step step(dnnl::matmul(desc), {{DNNL_ARG_SRC, l->of(x_transposed, l->o.x)},
                                       {DNNL_ARG_WEIGHTS, l->of(l->d, l->o.d)},
                                       {DNNL_ARG_DST, l->of(gradient, l->o.c)}});
  return make_way(
      "matmul and a loop",
      [l, step] {
        step(l->stream);
        column_sums(l->o.d, l->o.n_stride, l->o.m, l->o.n, l->o.sums);
      },
      [l] { return l->o.result(); });
}

}  // namespace

std::vector<Way> ways_of_onednn(const Problem& problem) {
  omp_set_num_threads(1);
  const auto layer = [&] { return std::make_shared<Layer>(problem); };
  std::vector<Way> ways;
  switch (problem.operation) {
    case Operation::forward:
      ways.push_back(forward_by_inner_product(layer()));
      ways.push_back(forward_by_matmul(layer()));
      break;
    case Operation::input_deltas: {
      const LayerPointer first = layer();
      add_masked(ways, "inner_product", first, deltas_by_inner_product(*first));
      const LayerPointer second = layer();
      add_masked(ways, "matmul", second, deltas_by_matmul(*second));
      break;
    }
    case Operation::gradient:
      ways.push_back(gradient_by_inner_product(layer()));
      ways.push_back(gradient_by_matmul(layer()));
      break;
  }
  return ways;
}

}  // namespace mlpgrid::bench
