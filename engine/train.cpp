// One fit from its description to its result: checks, memory, solver, final scores.
#include <xmmintrin.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/arena.hpp"
#include "engine/epoch_log.hpp"
#include "engine/fit.hpp"
#include "engine/lbfgs.hpp"
#include "engine/mlp.hpp"
#include "engine/shuffle_split.hpp"
#include "engine/simd/dispatch.hpp"
#include "engine/stochastic.hpp"

namespace mlpgrid {
namespace {

/// Denormals to zero, in and out, for this thread while the object lives: they slow a fit fivefold
/// and are far below what its results can show. The same on every machine, so that bits agree.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | kFlushToZero | kDenormalsAreZero); }
  ~FlushDenormals() { _mm_setcsr(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 0x8000;
  static constexpr unsigned kDenormalsAreZero = 0x0040;
  unsigned saved_;
};

/// Values of the trace of this fit: steps x parameters.
double trace_values(const FitSpec& spec, const FitData& data) {
  const auto rows = static_cast<double>(data.train.size());
  const auto batch = std::min(static_cast<double>(spec.training.batch_size), rows);
  double parameters = 1.0;  // the loss counts as one
  auto inputs = static_cast<double>(spec.network.n_features);
  for (const std::size_t width : spec.network.hidden_layer_sizes) {
    parameters += (inputs + 1.0) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  parameters += (inputs + 1.0) * static_cast<double>(spec.network.n_outputs);
  return std::ceil(rows / batch) * spec.training.max_iter * parameters;
}

std::size_t validation_count(const FitSpec& spec, const FitData& data) {
  const double exact = spec.training.validation_fraction * static_cast<double>(data.train.size());
  return static_cast<std::size_t>(std::ceil(exact));
}

bool uses_early_stopping(const FitSpec& spec) {
  return spec.training.early_stopping && spec.training.solver != Solver::lbfgs;
}

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

void check(const FitSpec& spec, const FitData& data) {
  const Network& net = spec.network;
  const Training& training = spec.training;
  const bool labels = data.targets.kind == TargetView::Kind::labels;
  require(!data.train.empty(), "no training rows");
  require(net.n_features == data.features.cols && net.n_features > 0,
          "the network's inputs are not the data's features");
  for (const std::size_t width : net.hidden_layer_sizes) require(width > 0, "an empty layer");
  require(net.output != Output::softmax || (labels && net.loss == Loss::log_loss),
          "output softmax needs classes and loss log_loss");
  require(net.loss != Loss::log_loss ||
              (labels && (net.output == Output::softmax || net.output == Output::logistic)),
          "loss log_loss needs classes and output softmax or logistic");
  require(!labels || net.output == Output::softmax || data.targets.n_classes == 2,
          "more than two classes need output softmax");
  require(net.n_outputs == (!labels                         ? data.targets.n_outputs
                            : net.output == Output::softmax ? data.targets.n_classes
                                                            : 1),
          "the network's outputs do not fit the targets");
  const bool for_values =
      spec.scoring == Scoring::r2 || spec.scoring == Scoring::neg_mean_squared_error;
  require(labels != for_values, labels ? "scoring r2 and neg_mean_squared_error need values as "
                                         "targets; these are classes"
                                       : "these targets are values: scoring must be r2 or "
                                         "neg_mean_squared_error");
  require(spec.scoring != Scoring::neg_log_loss || net.loss == Loss::log_loss,
          "scoring neg_log_loss needs loss log_loss");
  require(training.max_iter > 0 && training.batch_size > 0, "max_iter and batch_size are positive");
  require(training.l1 == 0.0 || training.solver != Solver::lbfgs,
          "l1 has no gradient at 0, which solver lbfgs needs; use sgd or adam");
  require(!training.early_stopping || !training.restore_best,
          "early_stopping already ends with the best weights; leave out restore_best");
  const bool watches = training.patience > 0 || training.restore_best;
  require(!watches || training.monitor == Monitor::train_loss ||
              (!data.held_out.empty() && spec.eval_every == 1),
          "monitor val_loss and val_score need held-out rows and eval_every 1");
  const LossScaling& scaling = net.scaling;
  require(
      !scaling.squared_error_gradient ||
          (net.loss == Loss::log_loss && net.output == Output::logistic &&
           training.solver != Solver::lbfgs),
      "the gradient of the squared error needs loss log_loss, output logistic and solver sgd or "
      "adam");
  require(training.regularization == Regularization::none || training.solver == Solver::sgd,
          "regularization needs solver sgd");
  require(training.stop_val_loss_sum == 0.0 || (!data.held_out.empty() && spec.eval_every > 0),
          "stop_val_loss_sum needs held-out rows and eval_every of 1 or more");
  require(!spec.trace || training.solver != Solver::lbfgs, "trace needs solver sgd or adam");
  require(!spec.trace || trace_values(spec, data) <= kMaxTraceValues,
          "trace is for small networks and few steps: steps times parameters are beyond 2e7");
  if (uses_early_stopping(spec)) {
    require(validation_count(spec, data) < data.train.size(),
            "early_stopping leaves no rows to train on; lower validation_fraction");
  }
}

ShuffleSplit early_stopping_split(const FitSpec& spec, const FitData& data, RandomState& random) {
  const std::size_t n_validation = validation_count(spec, data);
  if (data.targets.kind != TargetView::Kind::labels || spec.network.n_outputs > 1) {
    return shuffle_split(data.train.size(), n_validation, random);
  }
  std::vector<std::int32_t> labels;
  for (const std::int32_t row : data.train) labels.push_back(data.targets.labels[row]);
  return stratified_shuffle_split(labels, n_validation, random);
}

/// Everything a fit keeps in its arena.
template <class T>
struct FitMemory {
  FitMemory(const FitSpec& spec, const FitData& data, const Kernels<T>& kernels, Arena& arena)
      : mlp(spec.network, data, needs(spec, data), kernels, arena) {
    if (spec.training.solver == Solver::lbfgs) {
      lbfgs.emplace(mlp, arena);
      return;
    }
    const std::size_t n = data.train.size();
    order = {arena.take<std::int32_t>(n), arena.take<std::int32_t>(n), arena.take<std::int32_t>(n)};
    if (spec.training.regularization == Regularization::none) return;
    const std::size_t parameters = mlp.parameters().size();
    shrink = {arena.take<T>(parameters), arena.take<std::uint8_t>(parameters)};
  }

  static MlpNeeds needs(const FitSpec& spec, const FitData& data) {
    const Training& training = spec.training;
    const bool chunked = std::min(training.batch_size, data.train.size()) > kChunkRows;
    return {.gradient = training.solver == Solver::lbfgs || chunked,
            .first = training.solver != Solver::lbfgs,
            .second = training.solver == Solver::adam,
            .best = uses_early_stopping(spec) || training.restore_best,
            .magnitudes = training.l1 != 0.0,
            .max_rows = data.train.size() + data.held_out.size() + data.test.size()};
  }

  Mlp<T> mlp;
  EpochOrder order{};
  ShrinkBuffers<T> shrink;
  std::optional<LbfgsBuffers<T>> lbfgs;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The scores of the final weights; false when interrupted.
template <class T>
bool score_final(const FitSpec& spec, const FitData& data, Mlp<T>& mlp, const FitObserver& observer,
                 FitResult& result) {
  Evaluation held_out(spec, data, data.held_out);
  Evaluation test(spec, data, data.test);
  const auto count = [&](Evaluation& rows, std::vector<std::int32_t>& confusion) {
    if (data.targets.kind != TargetView::Kind::labels || rows.empty()) return;
    confusion.assign(data.targets.n_classes * data.targets.n_classes, 0);
    rows.count_confusion(confusion);
  };
  count(held_out, result.held_out_confusion);
  count(test, result.test_confusion);
  const auto of_held_out = held_out.run(mlp, observer);
  const auto of_train = Evaluation(spec, data, data.train).run(mlp, observer);
  const auto of_test = test.run(mlp, observer);
  if (!of_held_out || !of_train || !of_test) return false;
  result.held_out_score = of_held_out->score;
  result.train_score_final = of_train->score;
  result.test_score = of_test->score;
  return true;
}

template <class T>
FitResult train_as(const FitSpec& spec, const FitData& data, FitObserver& observer) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto start = std::chrono::steady_clock::now();
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  Arena measured;
  const FitMemory<T> measure(spec, data, kernels, measured);
  Arena arena(measured.used());
  FitMemory<T> memory(spec, data, kernels, arena);
  Mlp<T>& mlp = memory.mlp;

  RandomState random(spec.training.random_state);
  mlp.initialize(spec.initialization, random);
  FitResult result;
  result.held_out_score = result.train_score_final = result.test_score = kNan;
  result.zero_weight_share = result.mean_abs_weight = kNan;
  EpochLog<T> log(spec, data, mlp, observer, result);

  if (spec.training.solver == Solver::lbfgs) {
    result.status = train_lbfgs<T>(spec, data, *memory.lbfgs, mlp, observer, log);
  } else if (uses_early_stopping(spec)) {
    ShuffleSplit split = early_stopping_split(spec, data, random);
    for (std::int32_t& position : split.train)
      position = data.train[static_cast<std::size_t>(position)];
    for (std::int32_t& position : split.test)
      position = data.train[static_cast<std::size_t>(position)];
    result.status = train_stochastic<T>(spec, data, split.train, split.test, memory.order,
                                        memory.shrink, random, mlp, observer, log, result);
  } else {
    result.status = train_stochastic<T>(spec, data, data.train, {}, memory.order, memory.shrink,
                                        random, mlp, observer, log, result);
  }
  if (result.status == FitStatus::not_run) return result;
  result.fit_seconds = seconds_since(start) - result.score_seconds;
  if (result.status == FitStatus::diverged) return result;

  const bool early_stopping_has_best = !result.early_stopping_score.empty();
  if (log.has_best() || early_stopping_has_best) mlp.restore_best();
  const auto scoring_start = std::chrono::steady_clock::now();
  if (!score_final<T>(spec, data, mlp, observer, result)) {
    result.status = FitStatus::not_run;
    return result;
  }
  result.score_seconds += seconds_since(scoring_start);
  const auto sizes = mlp.weight_sizes();
  result.zero_weight_share = sizes.zero_share;
  result.mean_abs_weight = sizes.mean_magnitude;
  if (spec.keep_model) result.model = mlp.model(spec.precision);
  return result;
}

template <class T>
double skipped_share_as(const FitSpec& spec, const FitData& data) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const MlpNeeds needs = FitMemory<T>::needs(spec, data);
  Arena measured;
  const Mlp<T> measure(spec.network, data, needs, kernels, measured);
  Arena arena(measured.used());
  Mlp<T> mlp(spec.network, data, needs, kernels, arena);
  RandomState random(0);
  mlp.initialize(spec.initialization, random);
  return mlp.skipped_share();
}

template <class T>
std::vector<double> predict_as(const Model& model, const FeatureView& features,
                               std::span<const std::int32_t> rows) {
  const FitData data{.features = features};
  const MlpNeeds needs{.backward = false, .max_rows = rows.size()};
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  Arena measured;
  const Mlp<T> measure(model.network, data, needs, kernels, measured);
  Arena arena(measured.used());
  Mlp<T> mlp(model.network, data, needs, kernels, arena);
  mlp.set_model(model);
  std::vector<double> outputs(rows.size() * model.network.n_outputs);
  mlp.predict(rows, outputs.data());
  return outputs;
}

}  // namespace

std::size_t fit_memory(const FitSpec& spec, const FitData& data) {
  check(spec, data);
  Arena arena;
  if (spec.precision == Precision::float32) {
    const FitMemory<float> memory(spec, data, kernels().f32, arena);
  } else {
    const FitMemory<double> memory(spec, data, kernels().f64, arena);
  }
  const std::size_t curves = (spec.training.early_stopping ? 5 : 4) * sizeof(double) *
                             static_cast<std::size_t>(spec.training.max_iter);
  const double trace = spec.trace ? trace_values(spec, data) * sizeof(double) : 0.0;
  return arena.used() + curves + static_cast<std::size_t>(trace);
}

double skipped_share(const FitSpec& spec, const FitData& data) {
  check(spec, data);
  return spec.precision == Precision::float32 ? skipped_share_as<float>(spec, data)
                                              : skipped_share_as<double>(spec, data);
}

FitResult train(const FitSpec& spec, const FitData& data, FitObserver& observer) {
  check(spec, data);
  const FlushDenormals flush;
  return spec.precision == Precision::float32 ? train_as<float>(spec, data, observer)
                                              : train_as<double>(spec, data, observer);
}

std::vector<double> predict_outputs(const Model& model, const FeatureView& features,
                                    std::span<const std::int32_t> rows) {
  const FlushDenormals flush;
  return model.precision == Precision::float32 ? predict_as<float>(model, features, rows)
                                               : predict_as<double>(model, features, rows);
}

}  // namespace mlpgrid
