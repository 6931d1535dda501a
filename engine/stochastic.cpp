// After MLPClassifier._fit_stochastic and _stochastic_optimizers.py of scikit-learn 1.2.1.
#include "engine/stochastic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

void shuffle_rows(std::size_t n, const EpochOrder& order, RandomState& random) {
  std::iota(order.permutation, order.permutation + n, 0);
  random.shuffle(std::span(order.permutation, n));
  for (std::size_t i = 0; i < n; ++i) order.scratch[i] = order.rows[order.permutation[i]];
  std::copy_n(order.scratch, n, order.rows);
}

template <class T>
class Epochs {
 public:
  Epochs(const FitSpec& spec, std::size_t n_rows, Mlp<T>& mlp, FitObserver& observer)
      : training_(spec.training),
        mlp_(mlp),
        observer_(observer),
        batch_(std::min(training_.batch_size, n_rows)),
        step_size_(training_) {
    for (Layer<T>& layer : mlp.layers()) {
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

  /// One pass over `rows` in order. The mean loss with penalty, or nothing when interrupted.
  std::optional<double> run(std::span<const std::int32_t> rows, ScoreSums& sums) {
    double total = 0.0;
    for (std::size_t start = 0; start < rows.size(); start += batch_) {
      const std::size_t m = std::min(batch_, rows.size() - start);
      const std::optional<double> loss = step(rows.subspan(start, m), sums);
      if (!loss) return std::nullopt;
      total += *loss * static_cast<double>(m);
    }
    return total / static_cast<double>(rows.size());
  }

  StepSize& step_size() { return step_size_; }

 private:
  /// The loss of the batch before the step it takes.
  std::optional<double> step(std::span<const std::int32_t> batch, ScoreSums& sums) {
    const auto m = static_cast<double>(batch.size());
    const double rate = step_size_.next();
    for (UpdateArgs<T>& update : updates_) {
      update.inverse_m = static_cast<T>(1.0 / m);
      update.l2 = static_cast<T>(training_.alpha + 2.0 * training_.l2_sum * m);
      update.l1 = static_cast<T>(training_.l1 * m);
      update.rate = static_cast<T>(rate);
    }
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
    return loss / m + (0.5 * training_.alpha / m + training_.l2_sum) * norms.squares +
           training_.l1 * norms.magnitudes;
  }

  const Training& training_;
  Mlp<T>& mlp_;
  FitObserver& observer_;
  std::size_t batch_;
  StepSize step_size_;
  std::vector<UpdateArgs<T>> updates_;
};

}  // namespace

template <class T>
FitStatus train_stochastic(const FitSpec& spec, const FitData& data,
                           std::span<const std::int32_t> train,
                           std::span<const std::int32_t> validation, const EpochOrder& order,
                           RandomState& random, Mlp<T>& mlp, FitObserver& observer,
                           EpochLog<T>& log, FitResult& result) {
  const Training& training = spec.training;
  const std::size_t n = train.size();
  std::copy(train.begin(), train.end(), order.rows);
  Evaluation stopping(spec, data, validation);
  stopping.set_scoring(data.targets.kind == TargetView::Kind::labels ? Scoring::accuracy
                                                                     : Scoring::r2);
  Epochs<T> epochs(spec, n, mlp, observer);
  Progress progress(training);
  ScoreSums sums(data.targets.n_classes, spec.network.n_outputs);
  if (training.early_stopping) {
    result.early_stopping_score.reserve(static_cast<std::size_t>(training.max_iter));
  }

  for (int epoch = 0; epoch < training.max_iter; ++epoch) {
    if (training.shuffle) shuffle_rows(n, order, random);
    epochs.step_size().epoch_starts(epoch);
    sums.reset();
    const std::optional<double> loss = epochs.run({order.rows, n}, sums);
    if (!loss) return FitStatus::not_run;
    if (const auto end = log.epoch_finished(*loss, sums)) return *end;
    if (training.early_stopping) {
      const auto evaluated = stopping.run(mlp, observer);
      if (!evaluated) return FitStatus::not_run;
      result.early_stopping_score.push_back(evaluated->score);
      if (progress.score(evaluated->score)) mlp.save_best();
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
                                    std::span<const std::int32_t>, const EpochOrder&, RandomState&,
                                    Mlp<float>&, FitObserver&, EpochLog<float>&, FitResult&);
template FitStatus train_stochastic(const FitSpec&, const FitData&, std::span<const std::int32_t>,
                                    std::span<const std::int32_t>, const EpochOrder&, RandomState&,
                                    Mlp<double>&, FitObserver&, EpochLog<double>&, FitResult&);

}  // namespace mlpgrid
