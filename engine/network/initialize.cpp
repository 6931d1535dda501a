// Bounds and deviations by the formulas of Initialization, and the order of draws.
#include "engine/network/initialize.hpp"

#include <algorithm>
#include <cmath>

namespace mlpgrid {
namespace {

enum class Shape { uniform, normal, constant };

struct Distribution {
  Shape shape;
  double size;  // bound, standard deviation, or the value itself
};

Distribution distribution(const Initialization& init, Activation activation, std::size_t n_in,
                          std::size_t n_out) {
  const auto in = static_cast<double>(n_in);
  const auto both = static_cast<double>(n_in + n_out);
  const double s = init.scale;
  switch (init.weights) {
    case Initializer::sklearn:
      return {Shape::uniform,
              s * std::sqrt((activation == Activation::logistic ? 2.0 : 6.0) / both)};
    case Initializer::zero:
      return {Shape::constant, 0.0};
    case Initializer::uniform:
      return {Shape::uniform, s};
    case Initializer::normal:
      return {Shape::normal, s};
    case Initializer::he_normal:
      return {Shape::normal, s * std::sqrt(2.0 / in)};
    case Initializer::he_uniform:
      return {Shape::uniform, s * std::sqrt(6.0 / in)};
    case Initializer::glorot_normal:
      return {Shape::normal, s * std::sqrt(2.0 / both)};
    case Initializer::glorot_uniform:
      return {Shape::uniform, s * std::sqrt(6.0 / both)};
    case Initializer::lecun_normal:
      return {Shape::normal, s * std::sqrt(1.0 / in)};
    case Initializer::torch:
      return {Shape::uniform, s / std::sqrt(in)};
    case Initializer::constant:
      break;
  }
  return {Shape::constant, s};
}

void draw(const Distribution& from, RandomState& random, std::span<double> out) {
  switch (from.shape) {
    case Shape::uniform:
      for (double& x : out) x = random.uniform(-from.size, from.size);
      return;
    case Shape::normal:
      for (double& x : out) x = from.size * random.randn();
      return;
    case Shape::constant:
      std::fill(out.begin(), out.end(), from.size);
      return;
  }
}

}  // namespace

void initialize_layer(const Initialization& init, Activation activation, std::size_t n_in,
                      std::size_t n_out, RandomState& random, std::span<double> weights,
                      std::span<double> biases) {
  const Distribution from = distribution(init, activation, n_in, n_out);
  const bool same = init.bias == Initialization::Bias::same ||
                    (init.bias == Initialization::Bias::automatic &&
                     (init.weights == Initializer::sklearn || init.weights == Initializer::torch));
  const double value = init.bias == Initialization::Bias::constant ? init.bias_value : 0.0;
  const Distribution bias_from = same ? from : Distribution{Shape::constant, value};
  if (init.bias_first) {
    draw(bias_from, random, biases);
    draw(from, random, weights);
  } else {
    draw(from, random, weights);
    draw(bias_from, random, biases);
  }
}

}  // namespace mlpgrid
