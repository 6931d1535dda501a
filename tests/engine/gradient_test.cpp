// Every activation x output x penalty: the engine's gradient against central differences of the
// naive loss, in float64.
#include <cmath>
#include <string>

#include "engine/network/mlp.hpp"
#include "fit_fixture.hpp"
#include "isa_fixture.hpp"
#include "reference_mlp.hpp"

namespace mlpgrid {
namespace {

using testing::EachIsa;
using testing::ReferenceBatch;
using testing::ReferenceLayer;
using testing::ReferenceMlp;
using testing::ReferencePenalty;
using testing::SmallData;

struct Head {
  const char* name;
  Output output;
  Loss loss;
  std::size_t n_classes, n_outputs;  // of the data: classes, or values
};

const Head kHeads[] = {{"softmax", Output::softmax, Loss::log_loss, 4, 0},
                       {"logistic", Output::logistic, Loss::log_loss, 2, 0},
                       {"logistic squared", Output::logistic, Loss::squared_error, 2, 0},
                       {"tanh squared", Output::tanh, Loss::squared_error, 2, 0},
                       {"linear one", Output::linear, Loss::squared_error, 0, 1},
                       {"linear three", Output::linear, Loss::squared_error, 0, 3}};

const ReferencePenalty kPenalties[] = {
    {}, {.alpha = 0.7}, {.l1 = 0.05}, {.l2_sum = 0.02}, {.alpha = 0.3, .l1 = 0.02, .l2_sum = 0.01}};

/// The engine's gradient: a step of plain gradient descent at rate 1.
std::vector<ReferenceLayer> engine_gradient(const Network& network, const FitData& data,
                                            const ReferencePenalty& penalty, const Model& start) {
  const Kernels<double>& kernels = mlpgrid::kernels().f64;
  const MlpNeeds needs{
      .first = true, .magnitudes = penalty.l1 != 0.0, .max_rows = data.train.size()};
  Arena measured;
  const Mlp<double> measure(network, data, needs, kernels, measured);
  Arena arena(measured.used());
  Mlp<double> mlp(network, data, needs, kernels, arena);
  mlp.parameters().set_model(start);
  const auto m = static_cast<double>(data.train.size());
  std::vector<UpdateArgs<double>> updates;
  for (const Layer<double>& layer : mlp.parameters().layers()) {
    updates.push_back({.solver = Solver::sgd,
                       .inverse_m = 1.0 / m,
                       .l2 = penalty.alpha + 2.0 * penalty.l2_sum * m,
                       .l1 = penalty.l1 * m,
                       .rate = 1.0,
                       .first = layer.first,
                       .bias_first = layer.bias_first});
  }
  mlp.forward(data.train, true, nullptr);
  mlp.backward(false, updates);
  const std::vector<ReferenceLayer> before = testing::reference_layers(start);
  std::vector<ReferenceLayer> g =
      testing::reference_layers(mlp.parameters().model(Precision::float64));
  for (std::size_t l = 0; l < g.size(); ++l) {
    for (std::size_t p = 0; p < g[l].weights.size(); ++p) {
      for (std::size_t q = 0; q < g[l].bias.size(); ++q) {
        g[l].weights[p][q] = before[l].weights[p][q] - g[l].weights[p][q];
      }
    }
    for (std::size_t q = 0; q < g[l].bias.size(); ++q)
      g[l].bias[q] = before[l].bias[q] - g[l].bias[q];
  }
  return g;
}

/// Normal weights and biases, none near the kink of |w|.
Model random_model(const Network& network) {
  RandomState random(5);
  Model model{.network = network, .precision = Precision::float64, .weights = {}, .biases = {}};
  const std::vector<std::size_t> sizes = network.layer_sizes();
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    auto& weights = model.weights.emplace_back();
    for (std::size_t i = 0; i < sizes[l] * sizes[l + 1]; ++i) {
      const double w = 0.5 * random.randn();
      weights.push_back(w + std::copysign(0.01, w));
    }
    auto& biases = model.biases.emplace_back();
    for (std::size_t i = 0; i < sizes[l + 1]; ++i) biases.push_back(0.3 * random.randn());
  }
  return model;
}

/// Central difference of the reported loss, the penalty apart: with several regression outputs the
/// gradient is n_outputs times that of the reported data loss, scikit-learn's inconsistency.
double difference(ReferenceMlp& reference, const ReferenceBatch& batch,
                  const ReferencePenalty& penalty, double factor, double& parameter) {
  constexpr double kStep = 1e-5;
  const double kept = parameter;
  const auto objective = [&] {
    const double data = reference.loss(batch, {});
    return factor * data + (reference.loss(batch, penalty) - data);
  };
  parameter = kept + kStep;
  const double above = objective();
  parameter = kept - kStep;
  const double below = objective();
  parameter = kept;
  return (above - below) / (2.0 * kStep);
}

void check_gradients(const std::vector<std::size_t>& hidden_layer_sizes) {
  for (const Head& head : kHeads) {
    const SmallData small(12, 3, head.n_classes, head.n_outputs);
    const FitData data = small.view(12);
    const ReferenceBatch batch = small.batch(data.train);
    for (const Activation activation :
         {Activation::identity, Activation::logistic, Activation::tanh, Activation::relu,
          Activation::leaky_relu}) {
      const Network network{.n_features = 3,
                            .hidden_layer_sizes = hidden_layer_sizes,
                            .n_outputs = head.output == Output::softmax ? head.n_classes
                                         : head.n_outputs > 0           ? head.n_outputs
                                                                        : 1,
                            .activation = activation,
                            .output = head.output,
                            .loss = head.loss};
      const Model start = random_model(network);
      ReferenceMlp reference(network, testing::reference_layers(start));
      const double factor =
          head.loss == Loss::squared_error ? static_cast<double>(network.n_outputs) : 1.0;
      for (const ReferencePenalty& penalty : kPenalties) {
        const auto g = engine_gradient(network, data, penalty, start);
        double largest = 0.0;
        double worst = 0.0;
        const auto compare = [&](double engine, double& parameter) {
          const double expected = difference(reference, batch, penalty, factor, parameter);
          largest = std::max(largest, std::fabs(expected));
          worst = std::max(worst, std::fabs(engine - expected));
        };
        for (std::size_t l = 0; l < g.size(); ++l) {
          for (std::size_t q = 0; q < g[l].bias.size(); ++q) {
            compare(g[l].bias[q], reference.layers[l].bias[q]);
            for (std::size_t p = 0; p < g[l].weights.size(); ++p) {
              compare(g[l].weights[p][q], reference.layers[l].weights[p][q]);
            }
          }
        }
        EXPECT_LT(worst, 1e-6 * largest)
            << head.name << " activation " << static_cast<int>(activation) << " alpha "
            << penalty.alpha << " l1 " << penalty.l1 << " l2_sum " << penalty.l2_sum;
      }
    }
  }
}

using Gradient = EachIsa;
TEST_P(Gradient, EqualsFiniteDifferences) {
  check_gradients({5, 4});
  check_gradients({5, kTinyWidth + 1});
}
MLPGRID_FOR_EACH_ISA(Gradient);

}  // namespace
}  // namespace mlpgrid
