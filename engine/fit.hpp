// The two ends of the engine: the description of one fit, and what training it gives.
// Plain values. Names and meanings are scikit-learn's MLPClassifier's and MLPRegressor's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/data_view.hpp"
#include "engine/functions.hpp"

namespace mlpgrid {

enum class Initializer {
  sklearn,
  zero,
  uniform,
  normal,
  he_normal,
  he_uniform,
  glorot_normal,
  glorot_uniform,
  lecun_normal,
  torch,
  constant
};
/// The TensorFlow Playground's: a step of its own after each gradient step. See Training.
enum class Regularization { none, l1, l2 };
enum class LearningRate { constant, invscaling, adaptive, step };
enum class Monitor { train_loss, val_loss, val_score };
enum class Precision { float32, float64 };
enum class Scoring {
  accuracy,
  balanced_accuracy,
  f1_macro,
  neg_log_loss,
  r2,
  neg_mean_squared_error
};

/// How the parameters of a layer are drawn. With f = 2 for logistic and 6 else, n_in and n_out the
/// layer's widths and s the scale:
///   sklearn, glorot_uniform   U(-s*sqrt(f/(n_in+n_out)), +...)  (glorot_uniform: f = 6 always)
///   uniform U(-s, s)   normal N(0, s^2)   zero 0   constant s
///   he_normal N(0, 2s^2/n_in)   he_uniform U(+-s*sqrt(6/n_in))
///   glorot_normal N(0, 2s^2/(n_in+n_out))   lecun_normal N(0, s^2/n_in)
///   torch U(+-s/sqrt(n_in))
struct Initialization {
  enum class Bias { automatic, same, constant };
  Initializer weights = Initializer::sklearn;
  double scale = 1.0;
  Bias bias = Bias::automatic;  // automatic: as the weights for sklearn and torch, else 0
  double bias_value = 0.0;      // for Bias::constant
  bool bias_first = false;      // which of the two takes its draws first in a layer
};

/// What is reported and what trains, for rows whose loss is l (log loss, or half the squared error
/// averaged over outputs) and whose deltas are d (output minus target, times the derivative of an
/// output function that squared error has to go through):
///   loss      loss_factor * (mean or sum of l)
///   gradient  gradient_factor * (mean or sum of the products with d)
struct LossScaling {
  bool summed = false;  // over the rows instead of averaged
  double loss_factor = 1.0;
  double gradient_factor = 1.0;
  /// Of a log loss with one logistic output: the deltas times the output's derivative, which makes
  /// them the squared error's.
  bool squared_error_gradient = false;

  /// What divides a sum over m rows of losses, before loss_factor.
  [[nodiscard]] double rows(double m) const { return summed ? 1.0 : m; }
};

/// LossScaling::squared_error_gradient, of a delta p - y with p after the logistic function.
template <class T>
[[nodiscard]] constexpr T times_logistic_derivative(T delta, T y) {
  const T p = delta + y;
  return delta * (p * (T(1) - p));
}

/// The shape and the functions of a network. n_outputs is the width of the output layer: 1 for up
/// to two classes with a logistic or tanh output, the number of classes for softmax.
struct Network {
  std::size_t n_features = 0;
  std::vector<std::size_t> hidden_layer_sizes = {};
  std::size_t n_outputs = 0;
  Activation activation = Activation::relu;
  Output output = Output::softmax;
  Loss loss = Loss::log_loss;
  LossScaling scaling = {};
  /// The classes that it knows, ascending: output i stands for the i-th. Empty: all of the data's.
  /// Rows of others may be scored, not trained on.
  std::vector<std::int32_t> classes = {};

  [[nodiscard]] std::size_t n_known(std::size_t n_classes) const {
    return classes.empty() ? n_classes : classes.size();
  }
  /// Of the inputs, of every hidden layer, of the outputs.
  [[nodiscard]] std::vector<std::size_t> layer_sizes() const;
  /// Of all layers, biases aside and with them.
  [[nodiscard]] std::size_t n_weights() const;
  [[nodiscard]] std::size_t n_parameters() const;
};

inline std::vector<std::size_t> Network::layer_sizes() const {
  std::vector<std::size_t> sizes = {n_features};
  sizes.insert(sizes.end(), hidden_layer_sizes.begin(), hidden_layer_sizes.end());
  sizes.push_back(n_outputs);
  return sizes;
}
inline std::size_t Network::n_weights() const {
  const std::vector<std::size_t> sizes = layer_sizes();
  return std::inner_product(sizes.begin(), sizes.end() - 1, sizes.begin() + 1, std::size_t{0});
}
inline std::size_t Network::n_parameters() const {
  return std::accumulate(hidden_layer_sizes.begin(), hidden_layer_sizes.end(),
                         n_weights() + n_outputs);
}

/// How it is trained. Parameters that a solver does not use are ignored, as in scikit-learn.
struct Training {
  Solver solver = Solver::adam;
  std::uint32_t random_state = 0;
  int max_iter = 200;
  std::size_t batch_size = 200;  // rows; clipped to the number of training rows
  bool shuffle = true;
  double alpha = 1e-4;  // L2, scikit-learn's scaling: 0.5*alpha*sum(W^2)/m
  double l1 = 0.0;      // adds l1*sum|W| to the loss of a batch, sign(W) with sign(0) = 0
  double l2_sum = 0.0;  // adds l2_sum*sum(W^2) to the loss of a batch
  /// sgd: after the gradient step of a batch, weights (no biases) take another one of
  /// rate*regularization_rate against sign(w) (l1) or w (l2) of the weights before the gradient
  /// step; a weight whose sign l1 would turn becomes zero and stays so. No part of the loss.
  Regularization regularization = Regularization::none;
  double regularization_rate = 0.0;

  double learning_rate_init = 1e-3;
  LearningRate learning_rate = LearningRate::constant;      // sgd
  double power_t = 0.5;                                     // invscaling
  std::vector<std::pair<int, double>> learning_rate_steps;  // step: (epoch from 0, rate)
  double momentum = 0.9;                                    // sgd
  bool nesterovs_momentum = true;                           // sgd
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;      // adam
  int max_fun = 15000;                                      // lbfgs

  double tol = 1e-4;
  int n_iter_no_change = 10;
  bool early_stopping = false;  // scikit-learn's: holds back validation_fraction of the train rows
  double validation_fraction = 0.1;
  int patience = 0;  // epochs without improvement of `monitor` on the held-out rows; 0: off
  Monitor monitor = Monitor::val_loss;
  bool restore_best = false;       // end with the weights of the best epoch of `monitor`
  double stop_val_loss_sum = 0.0;  // ends when the held-out rows' summed loss is below; 0: off
};

/// One fit: everything that decides its result, apart from the data.
struct FitSpec {
  Network network;
  Initialization initialization;
  Training training;
  Precision precision = Precision::float32;
  Scoring scoring = Scoring::accuracy;
  int eval_every = 1;  // epochs between evaluations of the held-out rows; 0: only at the end
  bool keep_model = false;
  bool trace = false;  // sgd and adam
};

/// Parameters times steps that a trace may have.
inline constexpr double kMaxTraceValues = 2e7;

enum class FitStatus { not_run, converged, max_epochs, early_stopped, diverged };

/// The parameters of a trained network. Layer i maps layer_sizes[i] inputs to layer_sizes[i+1]
/// outputs: weights[i] is (in, out) row-major, biases[i] has out values. float32 fits give values
/// that are exactly floats.
struct Model {
  Network network;
  Precision precision = Precision::float32;
  std::vector<std::vector<double>> weights;
  std::vector<std::vector<double>> biases;
};

/// Every step of a fit: the loss of its batch before it (as in FitResult::train_loss, of a batch)
/// and all parameters after it, steps x n_parameters: layer by layer weights (in, out) row-major,
/// then biases.
struct Trace {
  std::size_t n_parameters = 0;
  std::vector<double> loss;
  std::vector<double> parameters;
};

/// How many rows of class `actual` were taken for class `predicted`.
struct ConfusionCount {
  std::int32_t actual = 0, predicted = 0, count = 0;
  bool operator==(const ConfusionCount&) const = default;
};

/// What one fit leaves behind. The curves have one entry per epoch that ran (L-BFGS: per
/// iteration); the ones on held-out rows are empty where there are none, and NaN at epochs without
/// an evaluation. Scores are those of FitSpec::scoring, of the final (or restored) weights; NaN
/// where there are no such rows or it is undefined on them.
struct FitResult {
  FitStatus status = FitStatus::not_run;
  int n_iter = 0;
  int best_epoch = 0;  // from 1; of val_score where the held-out rows have one, else of train_loss
  std::vector<double> train_loss, train_score, val_loss, val_score;
  std::vector<double> early_stopping_score;  // scikit-learn's validation_scores_
  double held_out_score = 0.0;
  double train_score_final = 0.0;
  double test_score = 0.0;
  // the pairs of classes that occur, in rising order; empty without classes or without such rows
  std::vector<ConfusionCount> held_out_confusion, test_confusion;
  double fit_seconds = 0.0;  // training, without the evaluations
  double score_seconds = 0.0;
  double zero_weight_share = 0.0;  // of the final weights, biases aside
  double mean_abs_weight = 0.0;
  std::optional<Model> model;
  std::optional<Trace> trace;
};

/// What a running fit talks to. The engine knows nothing of threads or terminals: whoever owns the
/// fit counts epochs and raises `stop`.
class FitObserver {
 public:
  explicit FitObserver(const std::atomic<bool>& stop) : stop_(&stop) {}
  virtual ~FitObserver() = default;
  /// Called on the fit's thread after each epoch (L-BFGS: iteration), `epoch` counting from 1.
  virtual void epoch_finished(int epoch) noexcept = 0;
  /// Asked at every batch or row chunk; true makes train() return with FitStatus::not_run.
  [[nodiscard]] bool stop_requested() const noexcept {
    return stop_->load(std::memory_order_relaxed);
  }

 private:
  const std::atomic<bool>* stop_;
};

/// Bytes that train() will take for this fit, all of it before the first epoch.
[[nodiscard]] std::size_t fit_memory(const FitSpec& spec, const FitData& data);

/// Share of the first layer's multiply-adds that training leaves out because they would multiply
/// zeros of the input, by the first training rows.
[[nodiscard]] double skipped_share(const FitSpec& spec, const FitData& data);

/// Trains one network on the calling thread; any number of threads may train at once. A pure
/// function of its arguments (the timings aside): the same bits with every instruction set, and on
/// every machine whose C library has the same log and pow, of which normal draws, Adam's bias
/// correction and learning_rate invscaling are made. `data` is read until it returns, and nothing
/// of it is kept. A fit that runs to NaN or Inf returns with status diverged. Throws
/// std::invalid_argument on a spec that makes no sense for the data (say softmax with values as
/// targets), std::bad_alloc.
[[nodiscard]] FitResult train(const FitSpec& spec, const FitData& data, FitObserver& observer);

}  // namespace mlpgrid
