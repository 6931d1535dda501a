// The smaller parts: initializers by their formulas, the line search by the conditions it promises,
// the rules that end a fit by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/network/initialize.hpp"
#include "engine/random/shuffle_split.hpp"
#include "engine/solvers/line_search.hpp"
#include "engine/solvers/progress.hpp"

namespace mlpgrid {
namespace {

struct Drawn {
  std::vector<double> weights, biases;
};

Drawn draw(const Initialization& init, Activation activation, std::size_t n_in, std::size_t n_out) {
  RandomState random(17);
  Drawn drawn{std::vector<double>(n_in * n_out), std::vector<double>(n_out)};
  initialize_layer(init, activation, n_in, n_out, random, drawn.weights, drawn.biases);
  return drawn;
}

double deviation(const std::vector<double>& x) {
  double squares = 0.0;
  for (const double value : x) squares += value * value;
  return std::sqrt(squares / static_cast<double>(x.size()));
}

TEST(Initialize, DeviationsAndBounds) {
  constexpr double kScale = 1.5;
  struct Case {
    Initializer init;
    double deviation;
  };
  // A uniform distribution on +-b deviates by b/sqrt(3).
  const double both = std::sqrt(6.0 / 500.0) / std::sqrt(3.0);
  for (const Case& c :
       {Case{Initializer::sklearn, both}, Case{Initializer::glorot_uniform, both},
        Case{Initializer::uniform, 1.0 / std::sqrt(3.0)}, Case{Initializer::normal, 1.0},
        Case{Initializer::he_normal, std::sqrt(2.0 / 300.0)},
        Case{Initializer::he_uniform, std::sqrt(6.0 / 300.0) / std::sqrt(3.0)},
        Case{Initializer::glorot_normal, std::sqrt(2.0 / 500.0)},
        Case{Initializer::lecun_normal, std::sqrt(1.0 / 300.0)}}) {
    const Drawn drawn = draw({.weights = c.init, .scale = kScale}, Activation::relu, 300, 200);
    EXPECT_NEAR(deviation(drawn.weights), kScale * c.deviation, 0.02 * kScale * c.deviation)
        << static_cast<int>(c.init);
  }
  const Drawn constant =
      draw({.weights = Initializer::constant, .scale = 0.25}, Activation::relu, 3, 2);
  EXPECT_EQ(constant.weights, std::vector<double>(6, 0.25));
  EXPECT_EQ(constant.biases, std::vector<double>(2, 0.0));
  EXPECT_EQ(draw({.weights = Initializer::zero}, Activation::relu, 3, 2).weights,
            std::vector<double>(6, 0.0));
}

TEST(Initialize, SklearnDrawsWeightsThenBiases) {
  RandomState random(17);
  const double bound = std::sqrt(2.0 / 5.0);
  const Drawn drawn = draw({}, Activation::logistic, 3, 2);
  for (const double w : drawn.weights) EXPECT_EQ(w, random.uniform(-bound, bound));
  for (const double b : drawn.biases) EXPECT_EQ(b, random.uniform(-bound, bound));
}

TEST(Initialize, BiasOptions) {
  RandomState random(17);
  const Initialization init{.weights = Initializer::normal,
                            .scale = 2.0,
                            .bias = Initialization::Bias::same,
                            .bias_first = true};
  const Drawn drawn = draw(init, Activation::relu, 3, 2);
  for (const double b : drawn.biases) EXPECT_EQ(b, 2.0 * random.randn());
  for (const double w : drawn.weights) EXPECT_EQ(w, 2.0 * random.randn());
  const Initialization constant{.bias = Initialization::Bias::constant, .bias_value = 0.1};
  EXPECT_EQ(draw(constant, Activation::relu, 3, 2).biases, std::vector<double>(2, 0.1));
}

/// Runs a search on f and checks the strong Wolfe conditions at its end.
template <class F, class D>
void check_search(F f, D slope, double first_step) {
  LineSearch search(f(0.0), slope(0.0), first_step, 1e10);
  for (int i = 0; i < 20; ++i) {
    const double t = search.step();
    if (search.advance(f(t), slope(t)) == LineSearch::Verdict::accepted) {
      EXPECT_LE(f(t), f(0.0) + 1e-3 * t * slope(0.0));
      EXPECT_LE(std::fabs(slope(t)), 0.9 * std::fabs(slope(0.0)));
      return;
    }
  }
  FAIL() << "no step in 20 trials from " << first_step << ", last " << search.step();
}

TEST(LineSearch, MeetsTheWolfeConditions) {
  for (const double first : {1e-3, 0.1, 1.0, 10.0, 1e3}) {
    // More and Thuente's first test functions (the second with a steeper start), and a quadratic.
    check_search([](double t) { return -t / (t * t + 2.0); },
                 [](double t) { return (t * t - 2.0) / ((t * t + 2.0) * (t * t + 2.0)); }, first);
    check_search([](double t) { return std::pow(t + 0.4, 5) - 2.0 * std::pow(t + 0.4, 4); },
                 [](double t) { return 5.0 * std::pow(t + 0.4, 4) - 8.0 * std::pow(t + 0.4, 3); },
                 first);
    check_search([](double t) { return (t - 3.0) * (t - 3.0); },
                 [](double t) { return 2.0 * (t - 3.0); }, first);
  }
}

TEST(Progress, AdaptiveLowersTheRateBeforeItEnds) {
  FitSpec spec;
  spec.training.solver = Solver::sgd;
  spec.training.learning_rate = LearningRate::adaptive;
  spec.training.learning_rate_init = 4e-6;
  spec.training.n_iter_no_change = 2;
  Progress progress(spec, 0, false);
  std::vector<int> lowered;
  Verdict verdict;
  for (int epoch = 1; !verdict.end; ++epoch) {
    const double rate = progress.next_step();
    ASSERT_FALSE(progress.epoch_finished({1.0, NAN, NAN}).end);
    verdict = progress.judge(-1.0, 0.0);
    if (progress.next_step() < rate) lowered.push_back(epoch);
  }
  // The first epoch gains, three do not; after that three that do not are enough.
  EXPECT_EQ(lowered, std::vector<int>{4});
  EXPECT_EQ(verdict.end, FitStatus::converged);
  EXPECT_EQ(progress.state().epoch, 7);
  EXPECT_FALSE(progress.state().restores_best);
}

TEST(Progress, SaysWhichWeightsToKeep) {
  FitSpec spec;
  spec.training.patience = 2;
  spec.training.restore_best = true;
  Progress progress(spec, 10, false);
  EXPECT_FALSE(progress.state().restores_best);
  EXPECT_TRUE(progress.epoch_finished({1.0, 0.5, NAN}).save_best);
  EXPECT_FALSE(progress.epoch_finished({0.9, 0.6, NAN}).save_best);
  const Verdict last = progress.epoch_finished({0.8, 0.7, NAN});
  EXPECT_FALSE(last.save_best);
  EXPECT_EQ(last.end, FitStatus::early_stopped);
  EXPECT_TRUE(progress.state().restores_best);
  EXPECT_EQ(progress.state().best_epoch, 3);  // of the training loss: there is no score
  EXPECT_EQ(progress.epoch_finished({NAN, 0.1, NAN}).end, FitStatus::diverged);
}

TEST(ShuffleSplit, StratifiedKeepsProportions) {
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i < 70 ? 0 : 1);
  RandomState random(5);
  const ShuffleSplit split = stratified_shuffle_split(labels, 20, random);
  ASSERT_EQ(split.test.size(), 20u);
  ASSERT_EQ(split.train.size(), 80u);
  int ones = 0;
  for (const std::int32_t row : split.test) ones += labels[static_cast<std::size_t>(row)];
  EXPECT_EQ(ones, 6);
}

}  // namespace
}  // namespace mlpgrid
