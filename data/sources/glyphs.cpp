// Digits drawn from strokes: polylines and arcs in a unit box, moved about by a random affine map,
// then rendered by each pixel's distance to the nearest stroke.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "data/sources/generators.hpp"
#include "engine/random/random.hpp"

namespace mlpgrid {
namespace {

constexpr std::size_t kSide = 28;
constexpr std::size_t kPixels = kSide * kSide;

struct Point {
  double x, y;  // y grows downwards, as image rows do
};
using Stroke = std::vector<Point>;
using Glyph = std::vector<Stroke>;

// Part of an ellipse, angles in degrees: 0 is to the right, 90 down.
Stroke arc(Point centre, double radius_x, double radius_y, double from, double to) {
  const int pieces = std::max(2, static_cast<int>(std::abs(to - from) / 30.0));
  Stroke stroke;
  for (int i = 0; i <= pieces; ++i) {
    const double angle = (from + (to - from) * i / pieces) * std::numbers::pi / 180.0;
    stroke.push_back(
        {centre.x + radius_x * std::cos(angle), centre.y + radius_y * std::sin(angle)});
  }
  return stroke;
}

Stroke joined(Stroke first, const Stroke& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The digits in a box from -1 to 1, about 1.2 wide and 2 high.
const std::array<Glyph, 10>& glyphs() {
  static const std::array<Glyph, 10> all = {{
      {arc({0, 0}, 0.6, 1, 0, 360)},
      {{{-0.35, -0.65}, {0.1, -1}, {0.1, 1}}},
      {joined(arc({0, -0.45}, 0.55, 0.55, -170, 35), {{-0.6, 1}, {0.6, 1}})},
      {joined(arc({0, -0.5}, 0.5, 0.5, -150, 90), arc({0, 0.5}, 0.58, 0.5, -90, 150))},
      {{{0.25, 1}, {0.25, -1}, {-0.6, 0.4}, {0.6, 0.4}}},
      {joined({{0.5, -1}, {-0.4, -1}, {-0.48, -0.1}}, arc({-0.02, 0.37}, 0.58, 0.62, -130, 145))},
      {joined(arc({0.3, 0.4}, 0.85, 1.4, -95, -180), {{-0.55, 0.4}}),
       arc({0, 0.45}, 0.55, 0.55, 0, 360)},
      {{{-0.55, -1}, {0.55, -1}, {-0.15, 1}}},
      {arc({0, -0.5}, 0.46, 0.5, 0, 360), arc({0, 0.5}, 0.56, 0.5, 0, 360)},
      {arc({0, -0.45}, 0.55, 0.55, 0, 360), {{0.55, -0.45}, {0.5, 0.2}, {0.3, 1}}},
  }};
  return all;
}

// x' = a x + b y + shift, in pixels.
struct Affine {
  double xx, xy, yx, yy, shift_x, shift_y;
  Point operator()(Point p) const {
    return {xx * p.x + xy * p.y + shift_x, yx * p.x + yy * p.y + shift_y};
  }
};

// Turned by up to 11 degrees, slanted, stretched and shifted; the draws come in this order.
Affine random_affine(RandomState& random) {
  const double angle = random.uniform(-0.2, 0.2);
  const double shear = random.uniform(-0.25, 0.25);
  const double scale_x = random.uniform(5.5, 9.0);
  const double scale_y = random.uniform(7.0, 10.0);
  const double shift_x = 13.5 + random.uniform(-2.5, 2.5);
  const double shift_y = 13.5 + random.uniform(-2.5, 2.5);
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  return {.xx = c * scale_x,
          .xy = (c * shear - s) * scale_y,
          .yx = s * scale_x,
          .yy = (s * shear + c) * scale_y,
          .shift_x = shift_x,
          .shift_y = shift_y};
}

using Image = std::array<double, kPixels>;  // ink, 0 to 1

// Ink where the distance to the segment is below the half width, fading over one pixel.
void draw_segment(Image& image, Point a, Point b, double half_width) {
  const double reach = half_width + 0.5;
  const auto first = [&](double low) {
    return static_cast<std::size_t>(std::clamp(std::ceil(low - reach), 0.0, double{kSide}));
  };
  const auto past = [&](double high) {
    return static_cast<std::size_t>(std::clamp(std::floor(high + reach) + 1, 0.0, double{kSide}));
  };
  const std::size_t x_end = past(std::max(a.x, b.x));
  const std::size_t y_end = past(std::max(a.y, b.y));
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double squared_length = std::max(dx * dx + dy * dy, 1e-12);
  for (std::size_t y = first(std::min(a.y, b.y)); y < y_end; ++y) {
    for (std::size_t x = first(std::min(a.x, b.x)); x < x_end; ++x) {
      const double px = static_cast<double>(x) - a.x;
      const double py = static_cast<double>(y) - a.y;
      const double along = std::clamp((px * dx + py * dy) / squared_length, 0.0, 1.0);
      const double off_x = px - along * dx;
      const double off_y = py - along * dy;
      const double squared_distance = off_x * off_x + off_y * off_y;
      if (squared_distance >= reach * reach) continue;
      double& ink = image[y * kSide + x];
      ink = std::max(ink, std::min(1.0, reach - std::sqrt(squared_distance)));
    }
  }
}

// About N(0, 1) from one draw: the sum of its four bytes, centred and scaled. Nothing lies beyond
// 3.5 standard deviations, which makes no visible difference in pixels that are clipped to 0..255.
double rough_normal(RandomState& random) {
  const std::uint32_t bits = random.next_uint32();
  const std::uint32_t sum = (bits & 255U) + (bits >> 8 & 255U) + (bits >> 16 & 255U) + (bits >> 24);
  constexpr double kStandardDeviation = 147.8;  // sqrt(4 (256^2 - 1) / 12)
  return (static_cast<double>(sum) - 510.0) / kStandardDeviation;
}

}  // namespace

Dataset make_glyphs(std::size_t n_samples, double noise, std::uint32_t seed) {
  if (n_samples < 10) {
    throw std::invalid_argument(
        fmt::format("glyphs: --samples must be at least 10, one of each digit, not {}", n_samples));
  }
  if (!(noise >= 0.0 && noise <= 1.0)) {
    throw std::invalid_argument(fmt::format(
        "glyphs: --noise is a fraction of white and must lie in [0, 1], not {}", noise));
  }
  Dataset dataset;
  dataset.name = "glyphs";
  dataset.n_rows = n_samples;
  dataset.n_features = kPixels;
  dataset.image_height = kSide;
  dataset.image_width = kSide;
  dataset.class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  dataset.bytes.resize(n_samples * kPixels);

  RandomState random(seed);
  dataset.labels = random.permutation(n_samples);
  for (std::int32_t& label : dataset.labels) label %= 10;

  Image image;
  for (std::size_t i = 0; i < n_samples; ++i) {
    image.fill(0.0);
    const Affine place = random_affine(random);
    const double half_width = random.uniform(0.7, 1.7);
    const double brightness = random.uniform(170.0, 255.0);
    for (const Stroke& stroke : glyphs()[static_cast<std::size_t>(dataset.labels[i])]) {
      for (std::size_t k = 1; k < stroke.size(); ++k) {
        draw_segment(image, place(stroke[k - 1]), place(stroke[k]), half_width);
      }
    }
    std::uint8_t* pixels = dataset.bytes.data() + i * kPixels;
    for (std::size_t k = 0; k < kPixels; ++k) {
      const double grey = image[k] * brightness + 255.0 * noise * rough_normal(random);
      pixels[k] = static_cast<std::uint8_t>(std::clamp(grey + 0.5, 0.0, 255.0));
    }
  }
  return dataset;
}

}  // namespace mlpgrid
