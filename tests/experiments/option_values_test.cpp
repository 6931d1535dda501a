// Texts of option values, both ways.
#include "experiments/options/option_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"

namespace mlpgrid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

template <class E>
void expect_names_round_trip() {
  for (const auto& [value, name] : named_values<E>()) {
    EXPECT_EQ(parse_name<E>(name), value);
    EXPECT_EQ(parse_name<E>(name_of(value)), value);
  }
}

TEST(OptionValues, NamesRoundTrip) {
  expect_names_round_trip<Activation>();
  expect_names_round_trip<Initializer>();
  expect_names_round_trip<Solver>();
  expect_names_round_trip<LearningRate>();
  expect_names_round_trip<Output>();
  expect_names_round_trip<LossName>();
  expect_names_round_trip<Regularization>();
  expect_names_round_trip<Scoring>();
  expect_names_round_trip<Monitor>();
  expect_names_round_trip<Precision>();
  expect_names_round_trip<DataSource>();
  expect_names_round_trip<Scale>();
  expect_names_round_trip<Task>();
}

TEST(OptionValues, SigmoidIsLogistic) {
  EXPECT_EQ(parse_name<Activation>("sigmoid"), Activation::logistic);
  EXPECT_EQ(name_of(Activation::logistic), "logistic");
}

TEST(OptionValues, UnknownNameComesWithTheNearest) {
  const auto message = message_of<ValueError>([] { (void)parse_name<Solver>("addam"); });
  EXPECT_THAT(message, HasSubstr("did you mean adam?"));
  EXPECT_THAT(message, HasSubstr("sgd adam lbfgs"));
}

TEST(OptionValues, PrefixesAndCaseAreNoNames) {
  EXPECT_THROW((void)parse_name<Solver>("ad"), ValueError);
  EXPECT_THROW((void)parse_name<Solver>("Adam"), ValueError);
  EXPECT_THROW((void)parse_name<Solver>(""), ValueError);
}

TEST(OptionValues, RealNumbers) {
  EXPECT_EQ(parse_real("2e-05", {}), 2e-5);
  EXPECT_EQ(parse_real("-0", {}), 0.0);
  EXPECT_EQ(print_real(parse_real("-0", {})), "0");
  for (const char* text : {"", "abc", "1x", " 1", "nan", "inf", "1e999", "0x10", "1,5"}) {
    EXPECT_THROW((void)parse_real(text, {}), ValueError) << text;
  }
  EXPECT_THROW((void)parse_real("0", {.low = 0.0, .low_open = true}), ValueError);
  EXPECT_EQ(parse_real("0", {.low = 0.0}), 0.0);
  EXPECT_THROW((void)parse_real("1", {.high = 1.0, .high_open = true}), ValueError);
}

TEST(OptionValues, RealsPrintShortestAndReadBack) {
  EXPECT_EQ(print_real(0.0001), "0.0001");
  EXPECT_EQ(print_real(2e-5), "2e-05");
  EXPECT_EQ(print_real(0.1), "0.1");
  for (const double value : {1.0 / 3.0, 1e-300, 123456789.123456789, -2.5e17}) {
    EXPECT_EQ(parse_real(print_real(value), {}), value);
  }
}

TEST(OptionValues, Integers) {
  EXPECT_EQ(parse_integer("42", 0, 100), 42);
  for (const char* text : {"", "4.2", "1e3", "101", "-1", "4 ", "99999999999999999999"}) {
    EXPECT_THROW((void)parse_integer(text, 0, 100), ValueError) << text;
  }
}

TEST(OptionValues, Booleans) {
  EXPECT_TRUE(parse_bool("true"));
  EXPECT_FALSE(parse_bool("false"));
  for (const char* text : {"1", "yes", "True", ""})
    EXPECT_THROW((void)parse_bool(text), ValueError);
}

TEST(OptionValues, Lists) {
  EXPECT_THAT(split_list("a, b ,c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_list(R"( "size, cm" ,b,"5"" pipe", 5" pipe)"),
              ElementsAre("size, cm", "b", "5\" pipe", "5\" pipe"));
  for (const char* text : {R"("a)", R"("a"b)", R"(a,"")", R"("a""b)"}) {
    EXPECT_THROW((void)split_list(text), ValueError) << text;
  }
  const std::vector<std::string> names = {"a b", "size, cm", "5\" pipe", "# of legs", "\"", "c"};
  EXPECT_EQ(split_list(join_names(names)), names);
  for (const char* text : {"", " ", "a,,b", ",a", "a,", ","}) {
    EXPECT_THROW((void)split_list(text), ValueError) << text;
  }
}

TEST(OptionValues, HiddenLayerSizes) {
  EXPECT_THAT(parse_hidden_layer_sizes("128-64-32"), ElementsAre(128u, 64u, 32u));
  EXPECT_EQ(print_hidden_layer_sizes({128, 64, 32}), "128-64-32");
  for (const char* text : {"", "0", "8-", "-8", "8--8", "8x8", "99999999"}) {
    EXPECT_THROW((void)parse_hidden_layer_sizes(text), ValueError) << text;
  }
}

TEST(OptionValues, BatchSizes) {
  for (const char* text : {"auto", "full", "1", "256"}) {
    EXPECT_EQ(print_batch_size(parse_batch_size(text)), text);
  }
  for (const char* text : {"0", "-1", "all", "1.5", ""}) {
    EXPECT_THROW((void)parse_batch_size(text), ValueError) << text;
  }
}

TEST(OptionValues, LearningRateSteps) {
  EXPECT_THAT(parse_learning_rate_steps("10:0.1,4000:0.001"),
              ElementsAre(Pair(10, 0.1), Pair(4000, 0.001)));
  EXPECT_EQ(print_learning_rate_steps({{10, 0.1}, {4000, 0.001}}), "10:0.1,4000:0.001");
  for (const char* text : {"10", "10:", ":0.1", "10:0", "10:0.1,10:0.2", "20:1,10:1"}) {
    EXPECT_THROW((void)parse_learning_rate_steps(text), ValueError) << text;
  }
}

TEST(OptionValues, InitializersWithTheirScales) {
  EXPECT_EQ(parse_init("normal:0.1"), (InitChoice{Initializer::normal, 0.1}));
  EXPECT_EQ(parse_init("zero"), (InitChoice{Initializer::zero, std::nullopt}));
  for (const char* text : {"normal:0.1", "torch"}) EXPECT_EQ(print_init(parse_init(text)), text);
  for (const char* text : {"normal:", "normal:x", "norml:1", ":1"}) {
    EXPECT_THROW((void)parse_init(text), ValueError) << text;
  }
}

TEST(OptionValues, MapRanges) {
  EXPECT_EQ(print_map_range(parse_map_range("-1.6, 2.6,0,1.5")), "-1.6,2.6,0,1.5");
  for (const char* text : {"1,2,3", "2,1,0,1", "0,1,0,0", "a,1,0,1"}) {
    EXPECT_THROW((void)parse_map_range(text), ValueError) << text;
  }
}

}  // namespace
}  // namespace mlpgrid
