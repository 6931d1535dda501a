// After MLPClassifier._fit_stochastic and _stochastic_optimizers.py of scikit-learn 1.2.1.
#include "engine/solvers/stochastic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/solvers/early_stopping.hpp"

namespace mlpgrid {
namespace {

/// The solver's hyperparameters at work: the rate as it is now.
class StepSize {
 public:
  explicit StepSize(const Training& training)
      : training_(training), rate_(training.learning_rate_init) {}

  /// Adam's rate with its bias correction, for step t counted from 1; else the rate.
  double next() {
    if (training_.solver != Solver::adam) return rate_;
    ++steps_;
    const auto t = static_cast<double>(steps_);
    return training_.learning_rate_init * std::sqrt(1.0 - std::pow(training_.beta_2, t)) /
           (1.0 - std::pow(training_.beta_1, t));
  }

  /// Of sgd: the rate of the step that next() was asked for.
  [[nodiscard]] double rate() const { return rate_; }

  void epoch_starts(int epoch) {
    if (!is_sgd(LearningRate::step)) return;
    for (const auto& [from, rate] : training_.learning_rate_steps) {
      if (epoch == from) rate_ = rate;
    }
  }

  /// `samples`: rows seen since the beginning.
  void epoch_ends(double samples) {
    if (!is_sgd(LearningRate::invscaling)) return;
    rate_ = training_.learning_rate_init / std::pow(samples + 1.0, training_.power_t);
  }

  /// Called when the loss no longer improves; false where training shall go on at a lower rate.
  bool stops() {
    if (!is_sgd(LearningRate::adaptive) || rate_ <= 1e-6) return true;
    rate_ /= 5.0;
    return false;
  }

 private:
  [[nodiscard]] bool is_sgd(LearningRate schedule) const {
    return training_.solver == Solver::sgd && training_.learning_rate == schedule;
  }

  const Training& training_;
  double rate_;
  std::int64_t steps_ = 0;
};

/// Counts epochs without progress, as _update_no_improvement_count does.
class Progress {
 public:
  explicit Progress(const Training& training)
      : tol_(training.tol),
        limit_(training.n_iter_no_change),
        best_(training.early_stopping ? -std::numeric_limits<double>::infinity()
                                      : std::numeric_limits<double>::infinity()) {}

  void loss(double value) {
    misses_ = value > best_ - tol_ ? misses_ + 1 : 0;
    best_ = std::min(best_, value);
  }
  /// True when this is the best score so far.
  bool score(double value) {
    misses_ = value < best_ + tol_ ? misses_ + 1 : 0;
    const bool better = value > best_;
    if (better) best_ = value;
    return better;
  }
  [[nodiscard]] bool stalled() const { return misses_ > limit_; }
  void start_over() { misses_ = 0; }

 private:
  double tol_;
  int limit_;
  double best_;
  int misses_ = 0;
};

/// Training::regularization, after updateWeights of the TensorFlow Playground (nn.ts).
template <class T>
class ShrinkStep {
 public:
  ShrinkStep(const Training& training, const ShrinkBuffers<T>& buffers, Mlp<T>& mlp)
      : training_(training), buffers_(buffers), mlp_(mlp) {}

  void before_step() {
    if (!is_on()) return;
    std::ranges::copy(mlp_.parameters().values(), buffers_.before);
  }

  void after_step(double rate) {
    if (!is_on()) return;
    const T step = static_cast<T>(rate * training_.regularization_rate);
    const bool l1 = training_.regularization == Regularization::l1;
    for (const Layer<T>& layer : mlp_.parameters().layers()) {
      const std::size_t size = mlp_.kernels().packed_size(layer.rows, layer.columns);
      const auto at = layer.weights - mlp_.parameters().values().data();
      const T* before = buffers_.before + at;
      std::uint8_t* dead = buffers_.dead + at;
      for (std::size_t i = 0; i < size; ++i) {
        const T w = layer.weights[i];
        if (!l1) {
          layer.weights[i] = w - step * before[i];
          continue;
        }
        const T shrunk = w - step * static_cast<T>((before[i] > T(0)) - (before[i] < T(0)));
        if (w * shrunk < T(0)) dead[i] = 1;
        layer.weights[i] = dead[i] != 0 ? T(0) : shrunk;
      }
    }
    mlp_.parameters().refresh();
  }

 private:
  [[nodiscard]] bool is_on() const { return buffers_.before != nullptr; }

  const Training& training_;
  ShrinkBuffers<T> buffers_;
  Mlp<T>& mlp_;
};

/// FitSpec::trace: takes down the parameters after each step.
template <class T>
class Tracer {
 public:
  Tracer(const FitSpec& spec, std::size_t steps, Mlp<T>& mlp, FitResult& result) : mlp_(mlp) {
    if (!spec.trace) return;
    trace_ = &result.trace.emplace();
    std::size_t largest = 0;
    for (const Layer<T>& layer : mlp.parameters().layers()) {
      trace_->n_parameters += (layer.n_in + 1) * layer.n_out;
      largest = std::max(largest, layer.n_in * layer.n_out);
    }
    weights_.resize(largest);
    trace_->loss.reserve(steps);
    trace_->parameters.reserve(steps * trace_->n_parameters);
  }

  void after_step(double loss) {
    if (trace_ == nullptr) return;
    trace_->loss.push_back(loss);
    for (const Layer<T>& layer : mlp_.parameters().layers()) {
      const std::size_t size = layer.n_in * layer.n_out;
      mlp_.parameters().unpack(layer, weights_.data());
      for (std::size_t i = 0; i < size; ++i) add(weights_[i]);
      for (std::size_t j = 0; j < layer.n_out; ++j) add(layer.bias[j]);
    }
  }

 private:
  void add(T value) { trace_->parameters.push_back(static_cast<double>(value)); }

  Mlp<T>& mlp_;
  Trace* trace_ = nullptr;
  std::vector<T> weights_;  // of one layer, unpacked
};

template <class T>
class Epochs {
 public:
  Epochs(const FitSpec& spec, std::size_t n_rows, const ShrinkBuffers<T>& shrink, Mlp<T>& mlp,
         FitObserver& observer, FitResult& result)
      : training_(spec.training),
        scaling_(spec.network.scaling),
        mlp_(mlp),
        observer_(observer),
        shrink_(spec.training, shrink, mlp),
        tracer_(spec, number_of_steps(spec, n_rows), mlp, result),
        batch_(std::min(training_.batch_size, n_rows)),
        step_size_(training_) {
    for (Layer<T>& layer : mlp.parameters().layers()) {
      updates_.push_back({.solver = training_.solver,
                          .momentum = static_cast<T>(training_.momentum),
                          .nesterov = training_.nesterovs_momentum,
                          .beta_1 = static_cast<T>(training_.beta_1),
                          .one_minus_beta_1 = static_cast<T>(1.0 - training_.beta_1),
                          .beta_2 = static_cast<T>(training_.beta_2),
                          .one_minus_beta_2 = static_cast<T>(1.0 - training_.beta_2),
                          .epsilon = static_cast<T>(training_.epsilon),
                          .first = layer.first,
                          .second = layer.second,
                          .bias_first = layer.bias_first,
                          .bias_second = layer.bias_second});
    }
  }

  /// One pass over `rows` in order. The mean (or sum) of the batches' losses with penalty, or
  /// nothing when interrupted.
  std::optional<double> run(std::span<const std::int32_t> rows, ScoreSums& sums) {
    double total = 0.0;
    for (std::size_t start = 0; start < rows.size(); start += batch_) {
      const std::size_t m = std::min(batch_, rows.size() - start);
      const std::optional<double> loss = step(rows.subspan(start, m), sums);
      if (!loss) return std::nullopt;
      total += *loss * scaling_.rows(static_cast<double>(m));
    }
    return total / scaling_.rows(static_cast<double>(rows.size()));
  }

  StepSize& step_size() { return step_size_; }

 private:
  /// The loss of the batch before the step it takes.
  std::optional<double> step(std::span<const std::int32_t> batch, ScoreSums& sums) {
    const auto m = static_cast<double>(batch.size());
    const double rate = step_size_.next();
    const double rows = scaling_.rows(m) / scaling_.gradient_factor;
    for (UpdateArgs<T>& update : updates_) {
      update.inverse_m = static_cast<T>(1.0 / rows);
      update.l2 = static_cast<T>(training_.alpha * (rows / m) + 2.0 * training_.l2_sum * rows);
      update.l1 = static_cast<T>(training_.l1 * rows);
      update.rate = static_cast<T>(rate);
    }
    shrink_.before_step();
    double loss = 0.0;
    for (std::size_t start = 0; start < batch.size(); start += mlp_.chunk_rows()) {
      if (observer_.stop_requested()) return std::nullopt;
      const std::size_t count = std::min(mlp_.chunk_rows(), batch.size() - start);
      loss += mlp_.forward(batch.subspan(start, count), true, &sums);
      const bool last = start + count == batch.size();
      mlp_.backward(start > 0, last ? std::span<const UpdateArgs<T>>(updates_)
                                    : std::span<const UpdateArgs<T>>());
    }
    const auto norms = mlp_.norms_before_step();
    shrink_.after_step(step_size_.rate());
    loss = scaling_.loss_factor * (loss / scaling_.rows(m)) +
           (0.5 * training_.alpha / m + training_.l2_sum) * norms.squares +
           training_.l1 * norms.magnitudes;
    tracer_.after_step(loss);
    return loss;
  }

  static std::size_t number_of_steps(const FitSpec& spec, std::size_t n_rows) {
    const std::size_t batch = std::min(spec.training.batch_size, n_rows);
    return (n_rows + batch - 1) / batch * static_cast<std::size_t>(spec.training.max_iter);
  }

  const Training& training_;
  const LossScaling& scaling_;
  Mlp<T>& mlp_;
  FitObserver& observer_;
  ShrinkStep<T> shrink_;
  Tracer<T> tracer_;
  std::size_t batch_;
  StepSize step_size_;
  std::vector<UpdateArgs<T>> updates_;
};

}  // namespace

template <class T>
FitStatus train_stochastic(const FitSpec& spec, const FitData& data,
                           std::span<const std::int32_t> train,
                           std::span<const std::int32_t> validation, std::span<std::int32_t> order,
                           const ShrinkBuffers<T>& shrink, RandomState& random, Mlp<T>& mlp,
                           FitObserver& observer, EpochLog<T>& log, FitResult& result) {
  const Training& training = spec.training;
  const std::size_t n = train.size();
  std::ranges::copy(train, order.begin());
  Evaluation stopping(spec, data, validation, early_stopping_scoring(data.targets));
  Epochs<T> epochs(spec, n, shrink, mlp, observer, result);
  Progress progress(training);
  ScoreSums sums(data.targets.n_classes, spec.network.n_outputs);
  if (training.early_stopping) {
    result.early_stopping_score.reserve(static_cast<std::size_t>(training.max_iter));
  }

  for (int epoch = 0; epoch < training.max_iter; ++epoch) {
    if (training.shuffle) random.shuffle(order);
    epochs.step_size().epoch_starts(epoch);
    sums.reset();
    const std::optional<double> loss = epochs.run(order, sums);
    if (!loss) return FitStatus::not_run;
    if (const auto end = log.epoch_finished(*loss, sums)) return *end;
    if (training.early_stopping) {
      const auto evaluated = stopping.run(mlp, observer);
      if (!evaluated) return FitStatus::not_run;
      result.early_stopping_score.push_back(evaluated->score);
      if (progress.score(evaluated->score)) mlp.parameters().save_best();
    } else {
      progress.loss(*loss);
    }
    epochs.step_size().epoch_ends(static_cast<double>(n) * (epoch + 1));
    if (progress.stalled()) {
      if (epochs.step_size().stops()) {
        return training.early_stopping ? FitStatus::early_stopped : FitStatus::converged;
      }
      progress.start_over();
    }
  }
  return FitStatus::max_epochs;
}

template FitStatus train_stochastic(const FitSpec&, const FitData&, std::span<const std::int32_t>,
                                    std::span<const std::int32_t>, std::span<std::int32_t>,
                                    const ShrinkBuffers<float>&, RandomState&, Mlp<float>&,
                                    FitObserver&, EpochLog<float>&, FitResult&);
template FitStatus train_stochastic(const FitSpec&, const FitData&, std::span<const std::int32_t>,
                                    std::span<const std::int32_t>, std::span<std::int32_t>,
                                    const ShrinkBuffers<double>&, RandomState&, Mlp<double>&,
                                    FitObserver&, EpochLog<double>&, FitResult&);

}  // namespace mlpgrid
