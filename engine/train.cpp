// One fit from its description to its result: checks, memory, solver, final scores.
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/evaluation.hpp"
#include "engine/network/flush_denormals.hpp"
#include "engine/network/mlp.hpp"
#include "engine/random/shuffle_split.hpp"
#include "engine/simd/dispatch.hpp"
#include "engine/solvers/early_stopping.hpp"
#include "engine/solvers/fit_context.hpp"
#include "engine/solvers/lbfgs.hpp"
#include "engine/solvers/stochastic.hpp"

namespace mlpgrid {
namespace {

/// Values of the trace of this fit: steps x parameters.
double trace_values(const FitSpec& spec, const FitData& data) {
  const auto rows = static_cast<double>(data.train.size());
  const auto batch = std::min(static_cast<double>(spec.training.batch_size), rows);
  const double values = 1.0 + static_cast<double>(spec.network.n_parameters());  // 1: the loss
  return std::ceil(rows / batch) * spec.training.max_iter * values;
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
  require(!data.train.empty(), "no training rows");
  check_network(net, spec.scoring, data);
  require(training.max_iter > 0 && training.batch_size > 0, "max_iter and batch_size are positive");
  require(training.l1 == 0.0 || training.solver != Solver::lbfgs,
          "l1 has no gradient at 0, which solver lbfgs needs; use sgd or adam");
  require(!uses_early_stopping(spec) || !training.restore_best,
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
  require(!watches || training.monitor != Monitor::val_score ||
              has_score(spec.scoring, net, data.targets, data.held_out),
          "monitor val_score: the scoring is undefined on the held-out rows");
  const bool watches_loss = watches && training.monitor == Monitor::val_loss;
  require(!(watches_loss || training.stop_val_loss_sum > 0.0) ||
              has_loss(net, data.targets, data.held_out),
          "the held-out rows have no loss: the training rows lack a class of theirs");
  require(!uses_early_stopping(spec) || can_stop_early(spec, data),
          "early_stopping: the rows that are held back cannot judge, or none are left to train on");
}

/// Everything a fit keeps in its arena.
template <class T>
struct FitMemory {
  FitMemory(const FitSpec& spec, const FitData& data, const Kernels<T>& kernels, Arena& arena)
      : mlp(spec.network, data, needs(spec, data), kernels, arena) {
    if (spec.training.solver == Solver::lbfgs) {
      lbfgs.emplace(mlp, arena);
    } else {
      stochastic.emplace(spec.training, data.train.size(), mlp, arena);
    }
  }

  static MlpNeeds needs(const FitSpec& spec, const FitData& data) {
    const Training& training = spec.training;
    const bool chunked = std::min(training.batch_size, data.train.size()) > WidePass<T>::kMaxRows;
    return {.gradient = training.solver == Solver::lbfgs || chunked,
            .first = training.solver != Solver::lbfgs,
            .second = training.solver == Solver::adam,
            .best = uses_early_stopping(spec) || training.restore_best,
            .magnitudes = training.l1 != 0.0,
            .max_rows = data.train.size() + data.held_out.size() + data.test.size()};
  }

  Mlp<T> mlp;
  std::optional<StochasticBuffers<T>> stochastic;
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
  const auto count = [&](Evaluation& rows, std::vector<ConfusionCount>& confusion) {
    if (data.targets.kind != TargetView::Kind::labels || rows.empty()) return;
    confusion.clear();
    confusion.reserve(rows.size());
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
  const bool stops_early = uses_early_stopping(spec);
  const ShuffleSplit split =
      stops_early ? early_stopping_split(spec, data, random) : ShuffleSplit{};
  const auto trained = stops_early ? std::span<const std::int32_t>(split.train) : data.train;
  Curves curves(spec, data, trained, result);
  Progress progress(spec, curves.held_out().size(), curves.held_out().has_score());
  FitContext<T> fit{.spec = spec,
                    .data = data,
                    .train = trained,
                    .validation = split.test,
                    .random = random,
                    .mlp = mlp,
                    .observer = observer,
                    .progress = progress,
                    .curves = curves,
                    .result = result};
  result.status = memory.lbfgs ? train_lbfgs<T>(fit, *memory.lbfgs)
                               : train_stochastic<T>(fit, *memory.stochastic);
  result.n_iter = progress.state().epoch;
  result.best_epoch = progress.state().best_epoch;
  if (result.status == FitStatus::not_run) return result;
  result.fit_seconds = seconds_since(start) - result.score_seconds;
  if (result.status == FitStatus::diverged) return result;

  if (progress.state().restores_best) mlp.parameters().restore_best();
  const auto scoring_start = std::chrono::steady_clock::now();
  if (!score_final<T>(spec, data, mlp, observer, result)) {
    result.status = FitStatus::not_run;
    return result;
  }
  result.score_seconds += seconds_since(scoring_start);
  const WeightSizes sizes = mlp.parameters().weight_sizes();
  result.zero_weight_share = sizes.zero_share;
  result.mean_abs_weight = sizes.mean_magnitude;
  if (spec.keep_model) result.model = mlp.parameters().model(spec.precision);
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

}  // namespace mlpgrid
