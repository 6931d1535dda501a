// Data sets that are made rather than read: the same arguments give the same rows, to the bit. All
// have two features, but for make_line() (one) and make_glyphs() (28 x 28 bytes). Bad arguments
// throw std::invalid_argument.
#pragma once

#include <cstdint>

#include "data/dataset.hpp"

namespace mlpgrid {

/// sklearn.datasets.make_moons(n_samples, noise=noise, random_state=seed). Labels 0 and 1.
[[nodiscard]] Dataset make_moons(std::size_t n_samples, double noise, std::uint32_t seed);

/// sklearn.datasets.make_circles(n_samples, noise=noise, factor=factor, random_state=seed).
[[nodiscard]] Dataset make_circles(std::size_t n_samples, double noise, double factor,
                                   std::uint32_t seed);

/// Points uniform in [-1, 1]^2 plus N(0, noise^2); label 1 where the signs (before noise) differ.
[[nodiscard]] Dataset make_xor(std::size_t n_samples, double noise, std::uint32_t seed);

/// The two-arm spiral of the TensorFlow Playground, within 5 of the origin. Its noise is uniform in
/// [-noise, noise] on each coordinate.
[[nodiscard]] Dataset make_spirals(std::size_t n_samples, double noise, std::uint32_t seed);

/// Points (x, x + 2) of a line for x = 1, 2, ...: x is the only feature, x + 2 the target value.
[[nodiscard]] Dataset make_line(std::size_t n_samples);

/// Two features of very different size, x_1 uniform in [-6, -4] and x_2 in [-900, 1035]. The target
/// is 1 where x_1 + 5 + x_2/1000 + N(0, noise^2) is positive, else 0: a class with `as_classes`,
/// else a value. Stands in for a file of this form that was never published.
[[nodiscard]] Dataset make_ps5_surrogate(std::size_t n_samples, double noise, std::uint32_t seed,
                                         bool as_classes);

/// Digits 0 to 9 drawn from strokes as 28x28 grey images (bytes) with random shift, rotation, scale
/// and stroke width. `noise` is the standard deviation of the pixel noise as a fraction of white.
/// Stands in for MNIST where nothing can be downloaded. Classes in random order, equally often.
[[nodiscard]] Dataset make_glyphs(std::size_t n_samples, double noise, std::uint32_t seed);

}  // namespace mlpgrid
