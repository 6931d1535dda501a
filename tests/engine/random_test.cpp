// RandomState against numbers drawn by NumPy.
#include "engine/random/random.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace mlpgrid {
namespace {

nlohmann::json golden(const char* name = "/numpy-rng.json") {
  std::ifstream file(std::string(MLPGRID_GOLDEN_DIR) + name);
  return nlohmann::json::parse(file);
}

TEST(RandomState, RandomSample) {
  RandomState random(42);
  const nlohmann::json samples = golden()["random_sample"];
  for (const double expected : samples) {
    EXPECT_EQ(random.random_sample(), expected);
  }
}

TEST(RandomState, Uniform) {
  RandomState random(42);
  const nlohmann::json uniform = golden()["uniform_-2_3"];
  for (const double expected : uniform) {
    EXPECT_EQ(random.uniform(-2.0, 3.0), expected);
  }
}

TEST(RandomState, RandnKeepsItsSecondValue) {
  RandomState random(42);
  const nlohmann::json normals = golden()["randn_9"];
  for (const double expected : normals) EXPECT_EQ(random.randn(), expected);
  RandomState zero(0);
  const nlohmann::json normals_of_zero = golden()["seed0_randn_29"];
  for (const double expected : normals_of_zero) EXPECT_EQ(zero.randn(), expected);
}

TEST(RandomState, Permutation) {
  RandomState random(42);
  EXPECT_EQ(random.permutation(20), golden()["permutation_20"].get<std::vector<std::int32_t>>());
}

TEST(RandomState, ShuffleThenSample) {
  RandomState random(42);
  std::vector<std::int32_t> values(13);
  std::iota(values.begin(), values.end(), 0);
  random.shuffle(std::span(values));
  const nlohmann::json expected = golden()["shuffle_13_then_random_sample"];
  EXPECT_EQ(values, expected[0].get<std::vector<std::int32_t>>());
  EXPECT_EQ(random.random_sample(), expected[1].get<double>());
}

TEST(RandomState, MixedCalls) {
  for (const nlohmann::json& expected : golden("/numpy-rng-mixed.json")) {
    RandomState random(expected["seed"]);
    for (const double value : expected["randn_3"]) EXPECT_EQ(random.randn(), value);
    for (const double value : expected["random_sample_2"]) EXPECT_EQ(random.random_sample(), value);
    EXPECT_EQ(random.permutation(9), expected["permutation_9"].get<std::vector<std::int32_t>>());
    for (const double value : expected["randn_2"]) EXPECT_EQ(random.randn(), value);
    for (const double value : expected["uniform_-1_1_3"]) {
      EXPECT_EQ(random.uniform(-1.0, 1.0), value);
    }
    std::vector<std::int32_t> order = random.permutation(1000);
    order.resize(10);
    EXPECT_EQ(order, expected["shuffle_1000_first_10"].get<std::vector<std::int32_t>>());
    EXPECT_EQ(random.randn(), expected["randn_1"][0].get<double>());
    EXPECT_EQ(random.random_sample(), expected["random_sample_1"][0].get<double>());
  }
}

}  // namespace
}  // namespace mlpgrid
