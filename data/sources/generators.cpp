// Two-dimensional point sets: scikit-learn's moons and circles, xor, the Playground's spirals.
// Each function's draws are those of the NumPy code in its comment; drawn digits are in glyphs.cpp.
#include "data/sources/generators.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "engine/random/random.hpp"

namespace mlpgrid {
namespace {

void require(std::string_view name, std::size_t n_samples, double noise) {
  if (n_samples < 2) {
    throw std::invalid_argument(
        fmt::format("{}: --samples must be at least 2, not {}", name, n_samples));
  }
  if (!(noise >= 0.0) || !std::isfinite(noise)) {
    throw std::invalid_argument(
        fmt::format("{}: --noise must be 0 or a positive number, not {}", name, noise));
  }
}

Dataset two_class_points(std::string name, std::size_t n_samples) {
  Dataset dataset;
  dataset.name = std::move(name);
  dataset.n_rows = n_samples;
  dataset.n_features = 2;
  dataset.feature_names = {"x1", "x2"};
  dataset.class_names = {"0", "1"};
  dataset.values.reserve(2 * n_samples);
  dataset.labels.reserve(n_samples);
  return dataset;
}

void append(Dataset& dataset, double x1, double x2, std::int32_t label) {
  dataset.values.push_back(x1);
  dataset.values.push_back(x2);
  dataset.labels.push_back(label);
}

// sklearn.utils.shuffle: rows taken in the order of a shuffled arange.
void shuffle_rows(Dataset& dataset, RandomState& random) {
  Dataset shuffled = two_class_points(dataset.name, dataset.n_rows);
  for (const std::int32_t row : random.permutation(dataset.n_rows)) {
    const auto i = static_cast<std::size_t>(row);
    append(shuffled, dataset.values[2 * i], dataset.values[2 * i + 1], dataset.labels[i]);
  }
  dataset = std::move(shuffled);
}

// X += random.normal(scale=noise, size=X.shape)
void add_normal_noise(Dataset& dataset, double noise, RandomState& random) {
  for (double& value : dataset.values) value += noise * random.randn();
}

// np.linspace(0, stop, n)[i]: arange(n) * step, and the last value exactly `stop`. The offset by
// start = 0 that NumPy adds changes no bit.
double linspace(double stop, std::size_t n, std::size_t i) {
  if (n > 1 && i == n - 1) return stop;
  return n > 1 ? static_cast<double>(i) * (stop / static_cast<double>(n - 1)) : 0.0;
}

// np.linspace(0, stop, n, endpoint=False)[i]
double linspace_open(double stop, std::size_t n, std::size_t i) {
  return static_cast<double>(i) * (stop / static_cast<double>(n));
}

}  // namespace

Dataset make_moons(std::size_t n_samples, double noise, std::uint32_t seed) {
  require("moons", n_samples, noise);
  const std::size_t n_outer = n_samples / 2;
  const std::size_t n_inner = n_samples - n_outer;
  Dataset dataset = two_class_points("moons", n_samples);
  for (std::size_t i = 0; i < n_outer; ++i) {
    const double angle = linspace(std::numbers::pi, n_outer, i);
    append(dataset, std::cos(angle), std::sin(angle), 0);
  }
  for (std::size_t i = 0; i < n_inner; ++i) {
    const double angle = linspace(std::numbers::pi, n_inner, i);
    append(dataset, 1.0 - std::cos(angle), 1.0 - std::sin(angle) - 0.5, 1);
  }
  RandomState random(seed);
  shuffle_rows(dataset, random);
  add_normal_noise(dataset, noise, random);
  return dataset;
}

Dataset make_circles(std::size_t n_samples, double noise, double factor, std::uint32_t seed) {
  require("circles", n_samples, noise);
  if (!(factor >= 0.0 && factor < 1.0)) {
    throw std::invalid_argument(
        fmt::format("circles: the factor must lie in [0, 1), not {}", factor));
  }
  const std::size_t n_outer = n_samples / 2;
  const std::size_t n_inner = n_samples - n_outer;
  constexpr double kTurn = 2.0 * std::numbers::pi;
  Dataset dataset = two_class_points("circles", n_samples);
  for (std::size_t i = 0; i < n_outer; ++i) {
    const double angle = linspace_open(kTurn, n_outer, i);
    append(dataset, std::cos(angle), std::sin(angle), 0);
  }
  for (std::size_t i = 0; i < n_inner; ++i) {
    const double angle = linspace_open(kTurn, n_inner, i);
    append(dataset, std::cos(angle) * factor, std::sin(angle) * factor, 1);
  }
  RandomState random(seed);
  shuffle_rows(dataset, random);
  add_normal_noise(dataset, noise, random);
  return dataset;
}

// X = random.uniform(-1, 1, (n, 2)); y = (X[:, 0] > 0) != (X[:, 1] > 0); X += random.normal(...)
Dataset make_xor(std::size_t n_samples, double noise, std::uint32_t seed) {
  require("xor", n_samples, noise);
  RandomState random(seed);
  Dataset dataset = two_class_points("xor", n_samples);
  for (std::size_t i = 0; i < n_samples; ++i) {
    const double x1 = random.uniform(-1.0, 1.0);
    const double x2 = random.uniform(-1.0, 1.0);
    append(dataset, x1, x2, (x1 > 0.0) != (x2 > 0.0) ? 1 : 0);
  }
  add_normal_noise(dataset, noise, random);
  return dataset;
}

// classifySpiralData of the TensorFlow Playground (playground/src/dataset.ts): the positive arm
// first (label 1, there +1), then the negative one (label 0, there -1), each point with its own
// uniform noise; then shuffled, as the Playground does. Of an odd number of rows the negative arm
// has one more.
Dataset make_spirals(std::size_t n_samples, double noise, std::uint32_t seed) {
  require("spirals", n_samples, noise);
  RandomState random(seed);
  Dataset dataset = two_class_points("spirals", n_samples);
  const auto add_arm = [&](std::size_t n, double delta, std::int32_t label) {
    for (std::size_t i = 0; i < n; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(n);
      const double r = part * 5.0;
      const double t = 1.75 * part * 2.0 * std::numbers::pi + delta;
      const double x1 = r * std::sin(t) + random.uniform(-1.0, 1.0) * noise;
      const double x2 = r * std::cos(t) + random.uniform(-1.0, 1.0) * noise;
      append(dataset, x1, x2, label);
    }
  };
  add_arm(n_samples / 2, 0.0, 1);
  add_arm(n_samples - n_samples / 2, std::numbers::pi, 0);
  shuffle_rows(dataset, random);
  return dataset;
}

Dataset make_line(std::size_t n_samples) {
  Dataset dataset;
  dataset.name = "line";
  dataset.n_rows = n_samples;
  dataset.n_features = 1;
  dataset.feature_names = {"x"};
  dataset.n_outputs = 1;
  for (std::size_t i = 0; i < n_samples; ++i) {
    dataset.values.push_back(static_cast<double>(i + 1));
    dataset.target_values.push_back(static_cast<double>(i + 3));
  }
  return dataset;
}

// x_1, x_2 = random.uniform(-6, -4), random.uniform(-900, 1035) row by row, then the noise
Dataset make_ps5_surrogate(std::size_t n_samples, double noise, std::uint32_t seed,
                           bool as_classes) {
  require("ps5-surrogate", n_samples, noise);
  Dataset dataset = two_class_points("ps5-surrogate", n_samples);
  dataset.feature_names = {"x_1", "x_2"};
  RandomState random(seed);
  for (std::size_t i = 0; i < n_samples; ++i) {
    dataset.values.push_back(random.uniform(-6.0, -4.0));
    dataset.values.push_back(random.uniform(-900.0, 1035.0));
  }
  for (std::size_t i = 0; i < n_samples; ++i) {
    const double side =
        dataset.values[2 * i] + 5.0 + dataset.values[2 * i + 1] / 1000.0 + noise * random.randn();
    dataset.labels.push_back(side > 0.0 ? 1 : 0);
  }
  if (!as_classes) {
    dataset.target_values.assign(dataset.labels.begin(), dataset.labels.end());
    dataset.n_outputs = 1;
    dataset.labels.clear();
    dataset.class_names.clear();
  }
  return dataset;
}

}  // namespace mlpgrid
