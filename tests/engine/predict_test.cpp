// Predictions of a model taken out of its fit: against the naive network, and its scores against
// those that the fit itself recorded.
#include "engine/predict.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <stdexcept>
#include <utility>

#include "fit_fixture.hpp"
#include "reference_mlp.hpp"

namespace mlpgrid {
namespace {

using testing::SmallData;
using testing::TestObserver;

struct Case {
  Output output;
  Loss loss;
  std::size_t n_classes, n_outputs;  // as SmallData
  Scoring scoring;
};

constexpr std::array kCases = {
    Case{Output::softmax, Loss::log_loss, 4, 0, Scoring::accuracy},
    Case{Output::softmax, Loss::log_loss, 4, 0, Scoring::neg_log_loss},
    Case{Output::logistic, Loss::log_loss, 2, 0, Scoring::f1_macro},
    Case{Output::logistic, Loss::squared_error, 2, 0, Scoring::balanced_accuracy},
    Case{Output::tanh, Loss::squared_error, 2, 0, Scoring::accuracy},
    Case{Output::linear, Loss::squared_error, 0, 3, Scoring::r2},
    Case{Output::tanh, Loss::squared_error, 0, 3, Scoring::neg_mean_squared_error},
};

FitSpec spec_of(const Case& c, std::size_t width, Precision precision) {
  FitSpec spec;
  spec.network = {.n_features = 3,
                  .hidden_layer_sizes = {width, 5},
                  .n_outputs = c.n_outputs > 0               ? c.n_outputs
                               : c.output == Output::softmax ? c.n_classes
                                                             : 1,
                  .activation = Activation::relu,
                  .output = c.output,
                  .loss = c.loss};
  spec.training.max_iter = 4;
  spec.precision = precision;
  spec.scoring = c.scoring;
  spec.keep_model = true;
  return spec;
}

FitResult run(const FitSpec& spec, const FitData& data) {
  TestObserver observer;
  return train(spec, data, observer);
}

// The test rows are more than a chunk, of tiny nets (width 7) as of wide ones (width 20).
TEST(Predict, ScoresWhatTheFitScored) {
  for (const Case& c : kCases) {
    const SmallData small(1300, 3, c.n_classes, c.n_outputs);
    FitData data = small.view(500);
    data.test = data.held_out.subspan(100);
    data.held_out = data.held_out.first(100);
    for (const std::size_t width : {7U, 20U}) {
      for (const Precision precision : {Precision::float32, Precision::float64}) {
        const FitSpec spec = spec_of(c, width, precision);
        const FitResult result = run(spec, data);
        ASSERT_TRUE(result.model);
        EXPECT_EQ(score_model(*result.model, c.scoring, data), result.test_score)
            << static_cast<int>(c.output) << " width " << width;
      }
    }
  }
}

TEST(Predict, ClassesOfOutputsAreThoseThatTheFitCounted) {
  for (const Case& c : kCases) {
    if (c.n_classes == 0) continue;
    const SmallData small(400, 3, c.n_classes, 0);
    const FitData data = small.view(200);
    for (const std::size_t width : {7U, 20U}) {
      const FitResult result = run(spec_of(c, width, Precision::float32), data);
      const std::vector<double> outputs =
          predict_outputs(*result.model, data.features, data.held_out);
      const std::size_t n = result.model->network.n_outputs;
      std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> confusion;
      for (std::size_t i = 0; i < data.held_out.size(); ++i) {
        const std::int32_t truth = small.labels[static_cast<std::size_t>(data.held_out[i])];
        const auto answer = static_cast<std::int32_t>(
            predicted_class(result.model->network, std::span(outputs).subspan(i * n, n)));
        ++confusion[{truth, answer}];
      }
      std::vector<ConfusionCount> expected;
      for (const auto& [pair, count] : confusion) {
        expected.push_back({pair.first, pair.second, count});
      }
      EXPECT_EQ(expected, result.held_out_confusion);
    }
  }
}

TEST(Predict, ClassOfARow) {
  const auto of = [](Output output, std::vector<double> outputs) {
    return predicted_class({.output = output}, outputs);
  };
  const auto of_known = [](std::vector<std::int32_t> classes, std::vector<double> outputs) {
    const Output output = outputs.size() > 1 ? Output::softmax : Output::logistic;
    return predicted_class({.output = output, .classes = std::move(classes)}, outputs);
  };
  EXPECT_EQ(of(Output::logistic, {0.5}), 0);
  EXPECT_EQ(of(Output::logistic, {0.51}), 1);
  EXPECT_EQ(of(Output::tanh, {0.0}), 0);
  EXPECT_EQ(of(Output::tanh, {0.01}), 1);
  EXPECT_EQ(of(Output::softmax, {0.2, 0.4, 0.4}), 1);
  EXPECT_EQ(of_known({0, 3, 4}, {0.2, 0.4, 0.4}), 3);
  EXPECT_EQ(of_known({1, 3}, {0.51}), 3);
  EXPECT_EQ(of_known({2}, {0.51}), 2);
}

TEST(Predict, OutputsAreThoseOfTheNaiveNetwork) {
  const SmallData small(30, 3, 4, 0);
  const FitData data = small.view(20);
  const FitSpec spec = spec_of(kCases[0], 7, Precision::float64);
  const FitResult result = run(spec, data);
  const std::vector<double> outputs = predict_outputs(*result.model, data.features, data.held_out);
  const testing::ReferenceMlp net(spec.network, testing::reference_layers(*result.model));
  for (std::size_t i = 0; i < data.held_out.size(); ++i) {
    const auto expected = net.forward(small.batch(data.held_out).x[i]).back();
    for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(outputs[i * 4 + j], expected[j], 1e-13);
  }
}

TEST(Predict, RefusesDataThatTheModelIsNotFor) {
  const SmallData small(30, 3, 4, 0);
  FitData data = small.view(20);
  data.test = data.held_out;
  const FitResult result = run(spec_of(kCases[0], 7, Precision::float32), data);
  EXPECT_THROW((void)score_model(*result.model, Scoring::r2, data), std::invalid_argument);
  data.targets.n_classes = 5;
  EXPECT_THROW((void)score_model(*result.model, Scoring::accuracy, data), std::invalid_argument);
  data.features.cols = 2;
  EXPECT_THROW((void)score_model(*result.model, Scoring::accuracy, data), std::invalid_argument);
}

}  // namespace
}  // namespace mlpgrid
