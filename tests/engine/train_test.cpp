// Whole fits: step-by-step trajectories against the naive network, stopping, divergence, memory,
// and the same bits on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

#include "engine/network/mlp.hpp"
#include "engine/simd/dispatch.hpp"
#include "fit_fixture.hpp"
#include "random_cases.hpp"
#include "reference_mlp.hpp"

namespace {
std::atomic<long> allocations{0};
}

// Counts every allocation of this program, for the test that training makes none. GCC takes the
// pair for mismatched where it inlines only one of them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace mlpgrid {
namespace {

using testing::ReferenceBatch;
using testing::ReferenceLayer;
using testing::ReferenceMlp;
using testing::ReferencePenalty;
using testing::SmallData;
using testing::TestObserver;

FitSpec small_spec(const SmallData& data) {
  FitSpec spec;
  spec.network = {.n_features = data.features,
                  .hidden_layer_sizes = {7, 5},
                  .n_outputs = data.classes,
                  .activation = Activation::tanh,
                  .output = Output::softmax,
                  .loss = Loss::log_loss};
  spec.training.max_iter = 6;
  spec.training.batch_size = 16;
  spec.training.random_state = 3;
  spec.precision = Precision::float64;
  spec.keep_model = true;
  return spec;
}

FitResult run(const FitSpec& spec, const FitData& data) {
  TestObserver observer;
  return train(spec, data, observer);
}

/// The first weights of a spec: a fit whose rate is 0 ends with them.
Model first_weights(FitSpec spec, const FitData& data) {
  spec.training.solver = Solver::sgd;
  spec.training.learning_rate_init = 0.0;
  spec.training.max_iter = 1;
  spec.training.early_stopping = spec.training.restore_best = false;
  return *run(spec, data).model;
}

/// Textbook SGD and Adam over the naive network, without shuffling. Loss of every epoch.
std::vector<double> reference_losses(const FitSpec& spec, const SmallData& small,
                                     std::span<const std::int32_t> rows, ReferenceMlp& net) {
  const Training& t = spec.training;
  const ReferencePenalty penalty{t.alpha, t.l1, t.l2_sum};
  auto zero = net.layers;
  for (auto& layer : zero) {
    for (auto& row : layer.weights) std::fill(row.begin(), row.end(), 0.0);
    std::fill(layer.bias.begin(), layer.bias.end(), 0.0);
  }
  auto first = zero;
  auto second = zero;
  int step = 0;
  std::vector<double> losses;
  for (int epoch = 0; epoch < t.max_iter; ++epoch) {
    double total = 0.0;
    for (std::size_t start = 0; start < rows.size(); start += t.batch_size) {
      const auto part = rows.subspan(start, std::min(t.batch_size, rows.size() - start));
      const ReferenceBatch batch = small.batch(part);
      total += net.loss(batch, penalty) * static_cast<double>(part.size());
      auto g = net.gradient(batch, penalty);
      ++step;
      const double rate = t.learning_rate_init * std::sqrt(1.0 - std::pow(t.beta_2, step)) /
                          (1.0 - std::pow(t.beta_1, step));
      const auto update = [&](double& w, double gradient, double& m, double& v) {
        if (t.solver == Solver::adam) {
          m = t.beta_1 * m + (1.0 - t.beta_1) * gradient;
          v = t.beta_2 * v + (1.0 - t.beta_2) * gradient * gradient;
          w -= rate * m / (std::sqrt(v) + t.epsilon);
        } else {
          m = t.momentum * m - t.learning_rate_init * gradient;
          w += t.nesterovs_momentum ? t.momentum * m - t.learning_rate_init * gradient : m;
        }
      };
      for (std::size_t l = 0; l < net.layers.size(); ++l) {
        for (std::size_t q = 0; q < net.layers[l].bias.size(); ++q) {
          update(net.layers[l].bias[q], g[l].bias[q], first[l].bias[q], second[l].bias[q]);
          for (std::size_t p = 0; p < net.layers[l].weights.size(); ++p) {
            update(net.layers[l].weights[p][q], g[l].weights[p][q], first[l].weights[p][q],
                   second[l].weights[p][q]);
          }
        }
      }
    }
    losses.push_back(total / static_cast<double>(rows.size()));
  }
  return losses;
}

void check_one_trajectory(FitSpec spec, const SmallData& small, std::size_t n_train) {
  spec.training.shuffle = false;
  const FitData data = small.view(n_train);
  ReferenceMlp net(spec.network, testing::reference_layers(first_weights(spec, data)));
  const std::vector<double> expected = reference_losses(spec, small, data.train, net);
  const FitResult result = run(spec, data);
  ASSERT_EQ(result.train_loss.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(result.train_loss[i], expected[i], 1e-12 * std::fabs(expected[i])) << "epoch " << i;
  }
  const auto trained = testing::reference_layers(*result.model);
  for (std::size_t l = 0; l < trained.size(); ++l) {
    for (std::size_t p = 0; p < trained[l].weights.size(); ++p) {
      for (std::size_t q = 0; q < trained[l].bias.size(); ++q) {
        EXPECT_NEAR(trained[l].weights[p][q], net.layers[l].weights[p][q], 1e-11);
      }
    }
  }
  // The held-out curve ends where the naive network's loss of those rows is.
  EXPECT_NEAR(result.val_loss.back(), net.loss(small.batch(data.held_out), {}), 1e-11);
}

/// A tiny net and one that is not.
void check_trajectory(FitSpec spec, const SmallData& small, std::size_t n_train) {
  check_one_trajectory(spec, small, n_train);
  spec.network.hidden_layer_sizes = {7, kTinyWidth + 1};
  check_one_trajectory(spec, small, n_train);
}

TEST(Trajectory, EveryActivation) {
  const SmallData small(50, 4, 3, 0);
  for (const Activation activation : {Activation::identity, Activation::logistic, Activation::tanh,
                                      Activation::relu, Activation::leaky_relu}) {
    FitSpec spec = small_spec(small);
    spec.network.activation = activation;
    check_trajectory(spec, small, 40);
  }
}

TEST(Trajectory, EverySolverAndPenalty) {
  const SmallData small(50, 4, 3, 0);
  for (const Solver solver : {Solver::sgd, Solver::adam}) {
    for (const bool nesterov : {true, false}) {
      FitSpec spec = small_spec(small);
      spec.training.solver = solver;
      spec.training.learning_rate_init = solver == Solver::sgd ? 0.1 : 0.01;
      spec.training.nesterovs_momentum = nesterov;
      spec.training.alpha = 0.05;
      spec.training.l1 = nesterov ? 1e-3 : 0.0;
      spec.training.l2_sum = 2e-3;
      check_trajectory(spec, small, 40);
    }
  }
}

// use(data, spec) for each output but softmax, with each of its losses.
template <class Use>
void for_every_output(Use use) {
  for (const auto& [output, loss] : {std::pair{Output::logistic, Loss::log_loss},
                                     {Output::logistic, Loss::squared_error},
                                     {Output::tanh, Loss::squared_error},
                                     {Output::linear, Loss::squared_error}}) {
    const bool values = output == Output::linear;
    const SmallData small(50, 4, values ? 0 : 2, values ? 3 : 0);
    FitSpec spec = small_spec(small);
    spec.network.output = output;
    spec.network.loss = loss;
    spec.network.n_outputs = values ? 3 : 1;
    if (values) spec.scoring = Scoring::r2;
    use(small, spec);
  }
}

TEST(Trajectory, EveryOutput) {
  for_every_output([](const SmallData& small, const FitSpec& spec) {
    check_trajectory(spec, small, 41);  // the last batch is short
  });
}

FitSpec many_values(const SmallData& small, Output output) {
  FitSpec spec = small_spec(small);
  spec.network.output = output;
  spec.network.loss = Loss::squared_error;
  spec.network.n_outputs = small.outputs;
  spec.scoring = Scoring::neg_mean_squared_error;
  return spec;
}

// Around the sixteen columns that are summed as one.
TEST(Trajectory, ManyValues) {
  for (const std::size_t outputs : {15U, 16U, 37U}) {
    for (const Output output : {Output::logistic, Output::tanh, Output::linear}) {
      const SmallData small(50, 4, 0, outputs);
      const FitSpec spec = many_values(small, output);
      check_trajectory(spec, small, 41);
      const FitResult result = run(spec, small.view(41));
      EXPECT_NEAR(result.val_score.back(), -2.0 * result.val_loss.back(), 1e-12);
    }
  }
}

TEST(Trajectory, BatchesLongerThanAChunk) {
  const SmallData small(700, 4, 3, 0);
  FitSpec spec = small_spec(small);
  spec.training.batch_size = std::max(WidePass<float>::kMaxRows, TinyPass<float>::kMaxRows) + 100;
  spec.training.learning_rate_init = 0.01;
  check_trajectory(spec, small, 650);
}

void expect_same_bits(const FitSpec& spec, const FitData& data) {
  std::vector<FitResult> results;
  for (const std::string& isa : supported_isas()) {
    force_isa(isa);
    results.push_back(run(spec, data));
  }
  force_isa(supported_isas().front());
  for (const FitResult& result : results) {
    EXPECT_EQ(result.train_loss, results[0].train_loss);
    EXPECT_EQ(result.val_loss, results[0].val_loss);
    EXPECT_EQ(result.model->weights, results[0].model->weights);
    EXPECT_EQ(result.model->biases, results[0].model->biases);
  }
}

TEST(Train, TinyNetsGiveTheSameBitsForEveryOutput) {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    for_every_output([&](const SmallData& small, FitSpec spec) {
      spec.precision = precision;
      expect_same_bits(spec, small.view(41));
    });
  }
}

TEST(Train, ManyValuesGiveTheSameBits) {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    for (const std::size_t outputs : {15U, 16U, 37U}) {
      for (const Output output : {Output::logistic, Output::tanh, Output::linear}) {
        const SmallData small(50, 4, 0, outputs);
        FitSpec spec = many_values(small, output);
        spec.precision = precision;
        expect_same_bits(spec, small.view(41));
      }
    }
  }
}

TEST(Train, SameBitsOnEveryInstructionSet) {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    for (const Solver solver : {Solver::sgd, Solver::adam, Solver::lbfgs}) {
      for (const Activation activation :
           {Activation::identity, Activation::logistic, Activation::tanh, Activation::relu,
            Activation::leaky_relu}) {
        const SmallData small(90, 3, 5, 0);
        FitSpec spec = small_spec(small);
        spec.network.activation = activation;
        spec.training.solver = solver;
        spec.training.l1 = solver == Solver::adam ? 1e-3 : 0.0;
        spec.precision = precision;
        for (const std::vector<std::size_t>& hidden :
             {std::vector<std::size_t>{1, 17, 33, 100}, {1, kTinyWidth, 7}}) {
          spec.network.hidden_layer_sizes = hidden;
          expect_same_bits(spec, small.view(71));
        }
      }
    }
  }
}

// Any shape, solver, activation and output: the naive network's numbers on every instruction set,
// and equal bits in both precisions.
TEST(Trajectory, RandomNetworks) {
  testing::RandomCases random;
  SCOPED_TRACE(testing::RandomCases::name());
  for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) {
    const bool values = random.coin();
    const bool two_classes = !values && random.coin();
    const std::size_t n_train = random.size(70);
    const std::size_t classes = values ? 0 : two_classes ? 2 : 3 + random.below(15);
    SmallData small(n_train + 1 + random.below(20), random.size(70), classes,
                    values ? random.size(20) : 0);
    const double zeros = random.one_of({0.0, 0.3, 0.9});
    for (double& x : small.x) x = random.uniform(0.0, 1.0) < zeros ? 0.0 : x;

    FitSpec spec = small_spec(small);
    spec.network.hidden_layer_sizes.clear();
    for (std::size_t layer = random.below(4); layer > 0; --layer) {
      spec.network.hidden_layer_sizes.push_back(random.size(70));
    }
    spec.network.activation =
        random.one_of({Activation::identity, Activation::logistic, Activation::tanh,
                       Activation::relu, Activation::leaky_relu});
    if (values || two_classes) {
      spec.network.n_outputs = values ? small.outputs : 1;
      spec.network.output = values ? random.one_of({Output::linear, Output::logistic, Output::tanh})
                                   : random.one_of({Output::logistic, Output::tanh});
      const bool log_loss = two_classes && spec.network.output == Output::logistic && random.coin();
      spec.network.loss = log_loss ? Loss::log_loss : Loss::squared_error;
    }
    if (values) spec.scoring = Scoring::neg_mean_squared_error;
    spec.training.max_iter = 3;
    spec.training.batch_size = random.size(n_train);
    spec.training.solver = random.one_of({Solver::sgd, Solver::adam});
    spec.training.nesterovs_momentum = random.coin();
    spec.training.alpha = random.one_of({0.0, 0.05});
    spec.training.l1 = random.one_of({0.0, 1e-3});
    spec.training.l2_sum = random.one_of({0.0, 2e-3});
    for (const std::string& isa : supported_isas()) {
      force_isa(isa);
      SCOPED_TRACE("case " + std::to_string(i) + " on " + isa);
      check_one_trajectory(spec, small, n_train);
    }
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      spec.precision = precision;
      expect_same_bits(spec, small.view(n_train));
    }
  }
}

TEST(Train, AllocatesNothingBetweenEpochs) {
  for (const auto& [solver, width] : {std::pair{Solver::sgd, std::size_t{5}},
                                      {Solver::sgd, kTinyWidth + 1},
                                      {Solver::adam, 5},
                                      {Solver::adam, kTinyWidth + 1},
                                      {Solver::lbfgs, 5},
                                      {Solver::lbfgs, kTinyWidth + 1}}) {
    const SmallData small(90, 3, 5, 0);
    FitSpec spec = small_spec(small);
    spec.network.hidden_layer_sizes = {7, width};
    spec.training.solver = solver;
    spec.training.early_stopping = solver == Solver::adam;
    spec.training.max_iter = 20;
    TestObserver observer;
    long after_first = 0;
    long after_last = 0;
    observer.on_epoch = [&](int epoch) {
      (epoch == 1 ? after_first : after_last) = allocations.load();
    };
    const FitResult result = train(spec, small.view(71), observer);
    ASSERT_GT(result.n_iter, 2);
    EXPECT_EQ(after_first, after_last) << "solver " << static_cast<int>(solver);
  }
}

TEST(Train, TellsItsMemory) {
  const SmallData small(90, 3, 5, 0);
  FitSpec spec = small_spec(small);
  const std::size_t little = fit_memory(spec, small.view(71));
  spec.network.hidden_layer_sizes = {1000, 1000};
  const std::size_t much = fit_memory(spec, small.view(71));
  // Weights, Adam's two moments and the transposed copy of a million doubles.
  EXPECT_GT(much, little + 4 * 8 * 1000000);
  EXPECT_LT(much, little + 6 * 8 * 1000000);
}

TEST(Train, StopsWhenAsked) {
  const SmallData small(90, 3, 5, 0);
  FitSpec spec = small_spec(small);
  spec.training.max_iter = 1000;
  spec.training.n_iter_no_change = 1000;
  TestObserver observer;
  int epochs = 0;
  observer.on_epoch = [&](int epoch) {
    epochs = epoch;
    if (epoch == 3) observer.stop = true;
  };
  EXPECT_EQ(train(spec, small.view(71), observer).status, FitStatus::not_run);
  EXPECT_EQ(epochs, 3);
}

TEST(Train, RecordsDivergence) {
  const SmallData small(90, 3, 0, 1);
  FitSpec spec = small_spec(small);
  spec.network.n_outputs = 1;
  spec.network.output = Output::linear;
  spec.network.loss = Loss::squared_error;
  spec.network.activation = Activation::relu;
  spec.scoring = Scoring::r2;
  spec.precision = Precision::float32;
  spec.training.solver = Solver::sgd;
  spec.training.learning_rate_init = 1e6;
  spec.training.max_iter = 50;
  const FitResult result = run(spec, small.view(71));
  EXPECT_EQ(result.status, FitStatus::diverged);
  EXPECT_LT(result.n_iter, 50);
  EXPECT_TRUE(std::isnan(result.held_out_score));
}

TEST(Train, StopsWithoutProgress) {
  const SmallData small(90, 3, 5, 0);
  FitSpec spec = small_spec(small);
  spec.training.tol = 100.0;  // no epoch can improve by so much, so the first after the best misses
  spec.training.n_iter_no_change = 4;
  spec.training.max_iter = 50;
  const FitResult result = run(spec, small.view(71));
  EXPECT_EQ(result.status, FitStatus::converged);
  EXPECT_EQ(result.n_iter, 6);  // infinity at first, then more than four misses
}

TEST(Train, PatienceRestoresTheBestWeights) {
  const SmallData small(60, 3, 5, 0);
  FitSpec spec = small_spec(small);
  spec.training.learning_rate_init = 0.05;
  spec.training.max_iter = 400;
  spec.training.n_iter_no_change = 1000;
  spec.training.patience = 5;
  spec.training.monitor = Monitor::val_loss;
  spec.training.restore_best = true;
  const FitData data = small.view(40);
  const FitResult result = run(spec, data);
  ASSERT_EQ(result.status, FitStatus::early_stopped);
  const auto best = std::min_element(result.val_loss.begin(), result.val_loss.end());
  EXPECT_EQ(result.val_loss.end() - best, 6);
  const ReferenceMlp net(spec.network, testing::reference_layers(*result.model));
  EXPECT_NEAR(net.loss(small.batch(data.held_out), {}), *best, 1e-10);
}

TEST(Train, LearningRateSteps) {
  // A rate of 0 from epoch 3 on leaves the loss where it was.
  const SmallData small(60, 3, 5, 0);
  FitSpec spec = small_spec(small);
  spec.training.solver = Solver::sgd;
  spec.training.learning_rate = LearningRate::step;
  spec.training.learning_rate_init = 0.1;
  spec.training.momentum = 0.0;
  spec.training.learning_rate_steps = {{3, 0.0}};
  spec.training.shuffle = false;
  const FitResult result = run(spec, small.view(48));
  EXPECT_NE(result.val_loss[1], result.val_loss[2]);
  EXPECT_EQ(result.val_loss[2], result.val_loss[3]);
  EXPECT_EQ(result.val_loss[3], result.val_loss[5]);
}

TEST(Train, EvaluatesWhenAskedTo) {
  const SmallData small(60, 3, 5, 0);
  FitSpec spec = small_spec(small);
  spec.eval_every = 2;
  const FitResult result = run(spec, small.view(40));
  ASSERT_EQ(result.val_score.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(std::isnan(result.val_score[i]), i % 2 == 0);
  EXPECT_EQ(result.val_score[5], result.held_out_score);
}

TEST(Train, ConfusionCountsTheHeldOutRows) {
  const SmallData small(90, 3, 5, 0);
  const FitResult result = run(small_spec(small), small.view(70));
  int total = 0;
  int diagonal = 0;
  for (const ConfusionCount& pair : result.held_out_confusion) {
    total += pair.count;
    if (pair.actual == pair.predicted) diagonal += pair.count;
  }
  EXPECT_EQ(total, 20);
  EXPECT_DOUBLE_EQ(diagonal / 20.0, result.held_out_score);
}

TEST(Train, RefusesWhatMakesNoSense) {
  const SmallData small(30, 3, 4, 0);
  const auto refused = [&](auto change) {
    FitSpec spec = small_spec(small);
    change(spec);
    EXPECT_THROW(run(spec, small.view(20)), std::invalid_argument);
  };
  refused([](FitSpec& s) { s.network.output = Output::linear; });
  refused([](FitSpec& s) { s.network.n_features = 2; });
  refused([](FitSpec& s) { s.network.n_outputs = 1; });
  refused([](FitSpec& s) { s.scoring = Scoring::r2; });
  refused([](FitSpec& s) { s.training.batch_size = 0; });
  refused([](FitSpec& s) { s.training.max_iter = 0; });
  refused([](FitSpec& s) {
    s.training.solver = Solver::lbfgs;
    s.training.l1 = 0.1;
  });
  refused([](FitSpec& s) {
    s.training.early_stopping = true;
    s.training.restore_best = true;
  });
  refused([](FitSpec& s) {
    s.training.early_stopping = true;
    s.training.validation_fraction = 0.99;
  });
}

}  // namespace
}  // namespace mlpgrid
