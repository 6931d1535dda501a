// A naive network in double, written from the formulas with nothing shared with the engine but the
// names: loops over rows, units and inputs, no vectors, no tiles. What the engine is compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/fit.hpp"

namespace mlpgrid::testing {

using Matrix = std::vector<std::vector<double>>;

struct ReferenceLayer {
  Matrix weights;  // [in][out]
  std::vector<double> bias;
};

struct ReferencePenalty {
  double alpha = 0.0, l1 = 0.0, l2_sum = 0.0;
};

/// Inputs and targets of a batch: labels (softmax, logistic, tanh with two classes) or values.
struct ReferenceBatch {
  Matrix x;
  std::vector<std::int32_t> labels;
  Matrix values;
};

class ReferenceMlp {
 public:
  ReferenceMlp(Network network, std::vector<ReferenceLayer> start)
      : layers(std::move(start)), network_(std::move(network)) {}

  std::vector<ReferenceLayer> layers;

  /// Mean loss of the batch with its penalty.
  double loss(const ReferenceBatch& batch, const ReferencePenalty& penalty) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < batch.x.size(); ++i) {
      sum += row_loss(forward(batch.x[i]).back(), target(batch, i));
    }
    const auto m = static_cast<double>(batch.x.size());
    double squares = 0.0;
    double magnitudes = 0.0;
    for (const ReferenceLayer& layer : layers) {
      for (const auto& row : layer.weights) {
        for (const double w : row) {
          squares += w * w;
          magnitudes += std::fabs(w);
        }
      }
    }
    return sum / m + 0.5 * penalty.alpha * squares / m + penalty.l2_sum * squares +
           penalty.l1 * magnitudes;
  }

  /// Gradient by backpropagation, one entry per parameter, shaped as the layers. For squared errors
  /// it is n_outputs times that of the reported loss, as in scikit-learn.
  std::vector<ReferenceLayer> gradient(const ReferenceBatch& batch,
                                       const ReferencePenalty& penalty) const {
    const auto m = static_cast<double>(batch.x.size());
    std::vector<ReferenceLayer> g = layers;
    for (auto& layer : g) {
      for (auto& row : layer.weights) std::fill(row.begin(), row.end(), 0.0);
      std::fill(layer.bias.begin(), layer.bias.end(), 0.0);
    }
    for (std::size_t i = 0; i < batch.x.size(); ++i) {
      const Matrix a = forward(batch.x[i]);
      std::vector<double> delta = output_delta(a.back(), target(batch, i));
      for (std::size_t l = layers.size(); l-- > 0;) {
        for (std::size_t p = 0; p < a[l].size(); ++p) {
          for (std::size_t q = 0; q < delta.size(); ++q) {
            g[l].weights[p][q] += a[l][p] * delta[q] / m;
          }
        }
        for (std::size_t q = 0; q < delta.size(); ++q) g[l].bias[q] += delta[q] / m;
        if (l == 0) break;
        std::vector<double> below(a[l].size(), 0.0);
        for (std::size_t p = 0; p < below.size(); ++p) {
          for (std::size_t q = 0; q < delta.size(); ++q) {
            below[p] += layers[l].weights[p][q] * delta[q];
          }
          below[p] *= derivative(a[l][p]);
        }
        delta = below;
      }
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
      for (std::size_t p = 0; p < layers[l].weights.size(); ++p) {
        for (std::size_t q = 0; q < layers[l].weights[p].size(); ++q) {
          const double w = layers[l].weights[p][q];
          g[l].weights[p][q] += penalty.alpha * w / m + 2.0 * penalty.l2_sum * w +
                                penalty.l1 * static_cast<double>((w > 0.0) - (w < 0.0));
        }
      }
    }
    return g;
  }

  /// The inputs, the value of every layer, and the outputs, of one row.
  Matrix forward(const std::vector<double>& x) const {
    Matrix a = {x};
    for (std::size_t l = 0; l < layers.size(); ++l) {
      std::vector<double> z = layers[l].bias;
      for (std::size_t p = 0; p < a.back().size(); ++p) {
        for (std::size_t q = 0; q < z.size(); ++q) z[q] += a.back()[p] * layers[l].weights[p][q];
      }
      if (l + 1 < layers.size()) {
        for (double& value : z) value = activate(value);
      } else {
        output(z);
      }
      a.push_back(z);
    }
    return a;
  }

 private:
  double activate(double z) const {
    switch (network_.activation) {
      case Activation::identity:
        return z;
      case Activation::logistic:
        return 1.0 / (1.0 + std::exp(-z));
      case Activation::tanh:
        return std::tanh(z);
      case Activation::relu:
        return std::max(z, 0.0);
      case Activation::leaky_relu:
        return z > 0.0 ? z : kLeakySlope * z;
    }
    return 0.0;
  }

  double derivative(double a) const {
    switch (network_.activation) {
      case Activation::identity:
        return 1.0;
      case Activation::logistic:
        return a * (1.0 - a);
      case Activation::tanh:
        return 1.0 - a * a;
      case Activation::relu:
        return a > 0.0 ? 1.0 : 0.0;
      case Activation::leaky_relu:
        return a > 0.0 ? 1.0 : kLeakySlope;
    }
    return 0.0;
  }

  void output(std::vector<double>& z) const {
    if (network_.output == Output::softmax) {
      const double top = *std::max_element(z.begin(), z.end());
      double sum = 0.0;
      for (double& value : z) sum += value = std::exp(value - top);
      for (double& value : z) value /= sum;
      return;
    }
    for (double& value : z) {
      if (network_.output == Output::logistic) value = 1.0 / (1.0 + std::exp(-value));
      if (network_.output == Output::tanh) value = std::tanh(value);
    }
  }

  std::vector<double> target(const ReferenceBatch& batch, std::size_t i) const {
    if (batch.labels.empty()) return batch.values[i];
    if (network_.output != Output::softmax) {
      return {batch.labels[i] != 0 ? 1.0 : (network_.output == Output::tanh ? -1.0 : 0.0)};
    }
    std::vector<double> one_hot(network_.n_outputs, 0.0);
    one_hot[static_cast<std::size_t>(batch.labels[i])] = 1.0;
    return one_hot;
  }

  double row_loss(const std::vector<double>& a, const std::vector<double>& y) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < a.size(); ++j) {
      if (network_.loss == Loss::squared_error) {
        sum += 0.5 * (a[j] - y[j]) * (a[j] - y[j]) / static_cast<double>(a.size());
      } else if (network_.output == Output::softmax) {
        if (y[j] > 0.0) sum -= std::log(a[j]);
      } else {
        sum -= y[j] > 0.0 ? std::log(a[j]) : std::log(1.0 - a[j]);
      }
    }
    return sum;
  }

  std::vector<double> output_delta(const std::vector<double>& a,
                                   const std::vector<double>& y) const {
    std::vector<double> delta(a.size());
    for (std::size_t j = 0; j < a.size(); ++j) {
      delta[j] = a[j] - y[j];
      if (network_.loss == Loss::squared_error) {
        if (network_.output == Output::logistic) delta[j] *= a[j] * (1.0 - a[j]);
        if (network_.output == Output::tanh) delta[j] *= 1.0 - a[j] * a[j];
      }
    }
    return delta;
  }

  Network network_;
};

/// The layers of an engine's model.
inline std::vector<ReferenceLayer> reference_layers(const Model& model) {
  std::vector<ReferenceLayer> layers;
  for (std::size_t l = 0; l < model.weights.size(); ++l) {
    ReferenceLayer layer;
    layer.bias = model.biases[l];
    const std::size_t n_out = layer.bias.size();
    for (std::size_t at = 0; at < model.weights[l].size(); at += n_out) {
      layer.weights.emplace_back(
          model.weights[l].begin() + static_cast<std::ptrdiff_t>(at),
          model.weights[l].begin() + static_cast<std::ptrdiff_t>(at + n_out));
    }
    layers.push_back(layer);
  }
  return layers;
}

}  // namespace mlpgrid::testing
