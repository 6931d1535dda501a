// The kernels of tiny nets against naive loops that follow their rule of sums: the same bits.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "engine/random/random.hpp"
#include "guarded_buffer.hpp"
#include "isa_fixture.hpp"

namespace mlpgrid {
namespace {

using testing::EachIsa;
using testing::GuardedBuffer;

struct Shape {
  std::size_t n_in, n_hidden, n_out;
};
const Shape kShapes[] = {{1, 1, 1}, {2, 10, 1}, {6, 5, 3}, {16, 16, 16}, {3, 7, 11}};
const std::size_t kRows[] = {1, 15, 16, 17, 350};

/// Sixteen chains over samples, added in halves.
template <class T>
T chained(std::vector<T> chains) {
  for (std::size_t width = kSampleLanes / 2; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i) chains[i] += chains[i + width];
  }
  return chains[0];
}

template <class T>
void fill_random(GuardedBuffer<T>& buffer, RandomState& random) {
  for (std::size_t i = 0; i < buffer.size(); ++i) {
    buffer[i] = static_cast<T>(random.uniform(-1.0, 1.0));
  }
}

/// One layer's arrays, each ending at a page that may not be touched.
template <class T>
struct Arrays {
  Arrays(std::size_t in, std::size_t out, std::size_t rows, RandomState& random)
      : n_in(in),
        n_out(out),
        weights(mlpgrid::kernels().get<T>().packed_size(1, in * out)),
        bias(mlpgrid::kernels().get<T>().packed_columns(out)),
        gradient(weights.size()),
        bias_gradient(bias.size()),
        outputs(out * rows),
        lane_sums(tiny_lane_sums(in, out)) {
    fill_random(weights, random);
    fill_random(bias, random);
  }
  TinyLayer<T> layer(GuardedBuffer<T>& inputs) {
    return {.n_in = n_in,
            .n_out = n_out,
            .weights = weights.data(),
            .bias = bias.data(),
            .gradient = gradient.data(),
            .bias_gradient = bias_gradient.data(),
            .inputs = inputs.data(),
            .outputs = outputs.data(),
            .lane_sums = lane_sums.data()};
  }

  std::size_t n_in, n_out;
  GuardedBuffer<T> weights, bias, gradient, bias_gradient, outputs, lane_sums;
};

/// z = b + a*w, one chain per element; units x rows.
template <class T>
std::vector<T> naive_products(const Arrays<T>& layer, const T* inputs, std::size_t rows) {
  std::vector<T> z(layer.n_out * rows);
  for (std::size_t q = 0; q < layer.n_out; ++q) {
    for (std::size_t i = 0; i < rows; ++i) {
      T sum = layer.bias[q];
      for (std::size_t p = 0; p < layer.n_in; ++p) {
        sum = std::fma(inputs[p * rows + i], layer.weights[p * layer.n_out + q], sum);
      }
      z[q * rows + i] = sum;
    }
  }
  return z;
}

/// The chains of a layer's gradient go on over `m` more rows.
template <class T>
void add_naive_gradient(const std::vector<T>& inputs, const std::vector<T>& deltas, std::size_t m,
                        std::size_t rows, std::vector<std::vector<T>>& chains) {
  const std::size_t n_in = inputs.size() / rows;
  const std::size_t n_out = deltas.size() / rows;
  for (std::size_t p = 0; p <= n_in; ++p) {
    for (std::size_t q = 0; q < n_out; ++q) {
      for (std::size_t i = 0; i < m; ++i) {
        const T a = p < n_in ? inputs[p * rows + i] : T(1);
        T& chain = chains[p * n_out + q][i % kSampleLanes];
        chain = std::fma(a, deltas[q * rows + i], chain);
      }
    }
  }
}

template <class T>
void check_net(const Shape& s, std::size_t m, Activation activation) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t rows = padded_samples(m);
  RandomState random(7);
  GuardedBuffer<T> inputs(s.n_in * rows);
  GuardedBuffer<T> targets(s.n_out * rows);
  fill_random(inputs, random);
  fill_random(targets, random);
  Arrays<T> hidden(s.n_in, s.n_hidden, rows, random);
  Arrays<T> out(s.n_hidden, s.n_out, rows, random);
  const TinyLayer<T> layers[] = {hidden.layer(inputs), out.layer(hidden.outputs)};
  GuardedBuffer<std::int32_t> predicted(rows);
  std::vector<double> squared_error(s.n_out);

  std::vector<std::vector<T>> hidden_chains((s.n_in + 1) * s.n_hidden,
                                            std::vector<T>(kSampleLanes));
  std::vector<std::vector<T>> out_chains((s.n_hidden + 1) * s.n_out, std::vector<T>(kSampleLanes));
  // The second chunk, of the same rows, continues the chains of the first where it ends.
  for (const bool again : {false, true}) {
    if (again && m % kSampleLanes != 0) break;
    kernels.tiny_forward({.layers = layers,
                          .n_layers = 2,
                          .m = m,
                          .activation = activation,
                          .output = Output::linear,
                          .loss = Loss::squared_error,
                          .targets = targets.data(),
                          .want_deltas = true,
                          .predicted = predicted.data(),
                          .squared_error = squared_error.data()});
    std::vector<T> a = naive_products(hidden, inputs.data(), rows);
    for (T& z : a) {
      if (activation == Activation::relu && z <= T(0)) z = T(0);
      if (activation == Activation::leaky_relu && z <= T(0)) z *= static_cast<T>(kLeakySlope);
    }
    std::vector<T> deltas = naive_products(out, a.data(), rows);
    for (std::size_t j = 0; j < s.n_out; ++j) {
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t at = j * rows + i;
        deltas[at] = i < m ? deltas[at] - targets[at] : T(0);
        ASSERT_EQ(out.outputs[at], deltas[at]) << s.n_in << "-" << s.n_hidden << "-" << s.n_out;
      }
    }
    kernels.tiny_backward({.layers = layers,
                           .n_layers = 2,
                           .m = m,
                           .activation = activation,
                           .continue_sums = again});
    std::vector<T> below(s.n_hidden * rows);
    for (std::size_t p = 0; p < s.n_hidden; ++p) {
      for (std::size_t i = 0; i < m; ++i) {
        T sum = T(0);
        for (std::size_t q = 0; q < s.n_out; ++q) {
          sum = std::fma(deltas[q * rows + i], out.weights[p * s.n_out + q], sum);
        }
        if (activation == Activation::relu && a[p * rows + i] <= T(0)) sum = T(0);
        if (activation == Activation::leaky_relu && a[p * rows + i] <= T(0)) {
          sum *= static_cast<T>(kLeakySlope);
        }
        below[p * rows + i] = sum;
      }
    }
    add_naive_gradient(a, deltas, m, rows, out_chains);
    add_naive_gradient(std::vector<T>(inputs.data(), inputs.data() + inputs.size()), below, m, rows,
                       hidden_chains);
  }
  const auto compare = [&](const Arrays<T>& layer, const std::vector<std::vector<T>>& chains) {
    const std::size_t weights = layer.n_in * layer.n_out;
    for (std::size_t e = 0; e < chains.size(); ++e) {
      const T sum = e < weights ? layer.gradient[e] : layer.bias_gradient[e - weights];
      ASSERT_EQ(sum, chained(chains[e]))
          << s.n_in << "-" << s.n_hidden << "-" << s.n_out << ", " << m << " rows, parameter " << e;
    }
  };
  compare(hidden, hidden_chains);
  compare(out, out_chains);
}

using Tiny = EachIsa;
TEST_P(Tiny, SumsFollowTheLaneRule) {
  for (const Shape& shape : kShapes) {
    for (const std::size_t m : kRows) {
      for (const Activation activation :
           {Activation::identity, Activation::relu, Activation::leaky_relu}) {
        check_net<float>(shape, m, activation);
        check_net<double>(shape, m, activation);
      }
    }
  }
}

/// The outputs of a layer without hidden ones whose z are `logits`, n_out units x rows, and its log
/// loss.
template <class T>
std::pair<std::vector<T>, double> log_loss_of(const std::vector<T>& logits,
                                              const std::vector<T>& targets, std::size_t m,
                                              Output output) {
  const std::size_t rows = padded_samples(m);
  const std::size_t n = logits.size() / rows;
  RandomState random(1);
  Arrays<T> arrays(n, n, rows, random);
  GuardedBuffer<T> inputs(n * rows);
  std::copy(logits.begin(), logits.end(), inputs.data());
  for (std::size_t e = 0; e < arrays.weights.size(); ++e) {
    arrays.weights[e] = e < n * n && e % (n + 1) == 0 ? T(1) : T(0);
  }
  for (std::size_t j = 0; j < arrays.bias.size(); ++j) arrays.bias[j] = T(0);
  GuardedBuffer<T> wanted(n * rows);
  std::copy(targets.begin(), targets.end(), wanted.data());
  const TinyLayer<T> layer = arrays.layer(inputs);
  const double loss = mlpgrid::kernels().get<T>().tiny_forward({.layers = &layer,
                                                                .n_layers = 1,
                                                                .m = m,
                                                                .output = output,
                                                                .loss = Loss::log_loss,
                                                                .targets = wanted.data()});
  return {{arrays.outputs.data(), arrays.outputs.data() + n * rows}, loss};
}

/// The sum of -log p over the probabilities that the kernel itself gives to the targets, clipped
/// as scikit-learn clips them.
template <class T>
void check_log_loss(std::size_t m, double largest_logit) {
  constexpr T kEpsilon = std::numeric_limits<T>::epsilon();
  const std::size_t rows = padded_samples(m);
  RandomState random(5);
  for (const Output output : {Output::logistic, Output::softmax}) {
    const std::size_t n = output == Output::softmax ? 3 : 1;
    std::vector<T> logits(n * rows);
    std::vector<T> targets(n * rows);
    for (T& z : logits) z = static_cast<T>(random.uniform(-largest_logit, largest_logit));
    for (std::size_t i = 0; i < m; ++i) {
      const auto label = static_cast<std::size_t>(random.uniform(0.0, n == 1 ? 2.0 : 3.0));
      if (n > 1) targets[label * rows + i] = T(1);
      if (n == 1) targets[i] = static_cast<T>(label);
    }
    const auto [p, loss] = log_loss_of(logits, targets, m, output);
    double expected = 0.0;
    for (std::size_t i = 0; i < m; ++i) {
      T of_target = T(1) - p[i];
      for (std::size_t j = 0; j < n; ++j) {
        if (targets[j * rows + i] > T(0)) of_target = p[j * rows + i];
      }
      expected -= std::log(static_cast<double>(std::clamp(of_target, kEpsilon, T(1) - kEpsilon)));
    }
    EXPECT_NEAR(loss, expected, 1e-13 * expected) << m << " rows, " << n << " outputs";

    logits[m / 2] = std::numeric_limits<T>::quiet_NaN();
    EXPECT_TRUE(std::isnan(log_loss_of(logits, targets, m, output).second));
  }
}

TEST_P(Tiny, LogLossIsTheSumOfLogarithms) {
  for (const std::size_t m : {1U, 17U, 43U * 16U, 5000U}) {
    // Half of the last one's probabilities are at the lower clip.
    for (const double largest_logit : {0.1, 5.0, 1e6}) {
      check_log_loss<float>(m, largest_logit);
      check_log_loss<double>(m, largest_logit);
    }
  }
}
MLPGRID_FOR_EACH_ISA(Tiny);

}  // namespace
}  // namespace mlpgrid
