// Generated points against scikit-learn and NumPy, digits against what they promise.
#include "data/sources/generators.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace mlpgrid {
namespace {

using Points = std::vector<std::vector<double>>;
using Labels = std::vector<std::int32_t>;

// NumPy's own cos and sin (AVX-512) may differ from the C library's in the last bit.
constexpr double kTolerance = 1e-12;

const nlohmann::json& golden() {
  static const auto data =
      nlohmann::json::parse(std::ifstream(MLPGRID_GOLDEN_DIR "/sklearn-data.json"));
  return data;
}

void expect_starts_with(const Dataset& dataset, const Points& points, const Labels& labels) {
  ASSERT_GE(dataset.values.size(), 2 * points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_NEAR(dataset.values[2 * i], points[i][0], kTolerance) << "row " << i;
    EXPECT_NEAR(dataset.values[2 * i + 1], points[i][1], kTolerance) << "row " << i;
  }
  ASSERT_GE(dataset.labels.size(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(dataset.labels[i], labels[i]) << "row " << i;
  }
  check(dataset);
}

TEST(Generators, MoonsMatchScikitLearn) {
  const Dataset moons = make_moons(500, 0.2, 42);
  const auto& expected = golden()["moons_500_0.2_42"];
  expect_starts_with(moons, expected["x_first5"], expected["y_first20"].get<Labels>());
  for (std::size_t j = 0; j < 2; ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 500; ++i) sum += moons.values[2 * i + j];
    EXPECT_NEAR(sum, expected["x_sum"][j].get<double>(), 1e-10);
  }
}

TEST(Generators, CirclesMatchScikitLearn) {
  const auto& expected = golden()["circles_200_0.05_0.5_7"];
  expect_starts_with(make_circles(200, 0.05, 0.5, 7), expected["x_first5"],
                     expected["y_first20"].get<Labels>());
}

TEST(Generators, MoonsWithoutNoiseLieOnTheirArcs) {
  const Dataset moons = make_moons(11, 0.0, 0);
  EXPECT_EQ(std::count(moons.labels.begin(), moons.labels.end(), 1), 6);
  for (std::size_t i = 0; i < 11; ++i) {
    const double x = moons.values[2 * i];
    const double y = moons.values[2 * i + 1];
    const double radius = moons.labels[i] == 0 ? std::hypot(x, y) : std::hypot(x - 1, y - 0.5);
    EXPECT_NEAR(radius, 1.0, kTolerance);
    EXPECT_TRUE(moons.labels[i] == 0 ? y >= 0 : y <= 0.5);
  }
}

// Computed with NumPy's RandomState(11) from the expression in generators.cpp.
TEST(Generators, XorMatchesNumPy) {
  expect_starts_with(make_xor(6, 0.1, 11),
                     {{-0.5973555506209137, -1.0676098150696343},
                      {-0.1621869139988581, 0.40229450911595616},
                      {-0.09062455980440301, 0.02697341393889291},
                      {-1.1049932217968408, -0.13720431152021867},
                      {0.9572970438096844, 0.8590535860639859},
                      {0.4568214315948511, -0.8508725190085739}},
                     {0, 1, 0, 0, 0, 1});
}

// The Playground's loop written in Python over RandomState(3), noise 0.2.
TEST(Generators, SpiralsMatchThePlaygroundsFormula) {
  expect_starts_with(make_spirals(7, 0.2, 3),
                     {{-0.657767409136031, 1.1311733530993626},
                      {-0.9169714377681557, -1.439044630894999},
                      {0.020319161029830203, 0.08325912904724193},
                      {-0.14976587581446552, -0.1171028487447253},
                      {1.5797174373177976, -1.7850336632084822},
                      {3.043930127687191, 1.825183902240041},
                      {-3.404890627871421, 1.3464577844282768}},
                     {0, 1, 1, 0, 0, 1, 0});
}

TEST(Generators, SpiralArmsMirrorEachOther) {
  const Dataset spirals = make_spirals(500, 0.0, 1);
  EXPECT_EQ(std::count(spirals.labels.begin(), spirals.labels.end(), 1), 250);
  std::map<long, int> balance;  // both arms have one point at each radius
  for (std::size_t i = 0; i < 500; ++i) {
    const double radius = std::hypot(spirals.values[2 * i], spirals.values[2 * i + 1]);
    EXPECT_LE(radius, 6.0);
    balance[std::lround(radius * 50)] += spirals.labels[i] == 1 ? 1 : -1;
  }
  EXPECT_EQ(balance.size(), 250U);
  for (const auto& [radius, difference] : balance) EXPECT_EQ(difference, 0) << radius;
}

TEST(Generators, RefuseNonsense) {
  EXPECT_THROW((void)make_moons(1, 0.1, 0), std::invalid_argument);
  EXPECT_THROW((void)make_moons(10, -0.1, 0), std::invalid_argument);
  EXPECT_THROW((void)make_xor(10, std::nan(""), 0), std::invalid_argument);
  EXPECT_THROW((void)make_circles(10, 0.1, 1.0, 0), std::invalid_argument);
  EXPECT_THROW((void)make_glyphs(9, 0.1, 0), std::invalid_argument);
  EXPECT_THROW((void)make_glyphs(10, 1.1, 0), std::invalid_argument);
}

TEST(Glyphs, AreBalancedImagesThatDependOnTheSeedAlone) {
  const Dataset glyphs = make_glyphs(205, 0.1, 4);
  check(glyphs);
  EXPECT_EQ(glyphs.n_features, 784U);
  EXPECT_EQ(glyphs.image_height, 28U);
  for (std::int32_t digit = 0; digit < 10; ++digit) {
    const auto count = std::count(glyphs.labels.begin(), glyphs.labels.end(), digit);
    EXPECT_EQ(count, digit < 5 ? 21 : 20);
  }
  EXPECT_EQ(make_glyphs(205, 0.1, 4).bytes, glyphs.bytes);
  EXPECT_NE(make_glyphs(205, 0.1, 5).bytes, glyphs.bytes);
}

// The mean image of each digit, made from some rows, tells other rows apart far better than chance:
// the strokes are where a digit's strokes should be, and the labels belong to the images.
TEST(Glyphs, NearestMeanImageRecognisesMost) {
  constexpr std::size_t kTrain = 1500, kTest = 500, kPixels = 784;
  const Dataset glyphs = make_glyphs(kTrain + kTest, 0.1, 0);
  std::vector<std::vector<double>> means(10, std::vector<double>(kPixels, 0.0));
  for (std::size_t i = 0; i < kTrain; ++i) {
    auto& mean = means[static_cast<std::size_t>(glyphs.labels[i])];
    for (std::size_t p = 0; p < kPixels; ++p) mean[p] += glyphs.bytes[i * kPixels + p] / 150.0;
  }
  int right = 0;
  for (std::size_t i = kTrain; i < kTrain + kTest; ++i) {
    std::vector<double> distances;
    for (const auto& mean : means) {
      double distance = 0.0;
      for (std::size_t p = 0; p < kPixels; ++p) {
        const double difference = glyphs.bytes[i * kPixels + p] - mean[p];
        distance += difference * difference;
      }
      distances.push_back(distance);
    }
    const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
    right += nearest == glyphs.labels[i];
  }
  EXPECT_GT(right, 300);
  EXPECT_LT(right, 495);
}

TEST(Glyphs, NoiseZeroLeavesTheBackgroundBlack) {
  const Dataset glyphs = make_glyphs(50, 0.0, 2);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto* image = glyphs.bytes.data() + i * 784;
    const auto ink = 784 - std::count(image, image + 784, 0);
    EXPECT_GT(ink, 25);
    EXPECT_LT(ink, 350);
    EXPECT_GE(*std::max_element(image, image + 784), 150);
  }
}

TEST(Line, IsXPlusTwo) {
  const Dataset line = make_line(3);
  EXPECT_EQ(line.values, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(line.target_values, (std::vector<double>{3, 4, 5}));
  EXPECT_NO_THROW(check(line));
}

TEST(Ps5Surrogate, HasThePublishedFormAndRanges) {
  const Dataset values = make_ps5_surrogate(100, 0.5, 0, false);
  const Dataset classes = make_ps5_surrogate(100, 0.5, 0, true);
  EXPECT_NO_THROW(check(values));
  EXPECT_NO_THROW(check(classes));
  EXPECT_EQ(values.feature_names, (std::vector<std::string>{"x_1", "x_2"}));
  EXPECT_EQ(values.values, classes.values);
  int ones = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(values.target_values[i], classes.labels[i]);
    EXPECT_TRUE(values.values[2 * i] >= -6.0 && values.values[2 * i] <= -4.0);
    EXPECT_TRUE(values.values[2 * i + 1] >= -900.0 && values.values[2 * i + 1] <= 1035.0);
    ones += classes.labels[i];
  }
  EXPECT_TRUE(ones > 30 && ones < 70) << ones;
  // Without noise the class is a half-plane.
  const Dataset plain = make_ps5_surrogate(100, 0.0, 0, true);
  for (std::size_t i = 0; i < 100; ++i) {
    const double side = plain.values[2 * i] + 5.0 + plain.values[2 * i + 1] / 1000.0;
    EXPECT_EQ(plain.labels[i], side > 0.0 ? 1 : 0);
  }
}

}  // namespace
}  // namespace mlpgrid
