// After MLPClassifier._fit_stochastic of scikit-learn 1.2.1.
#include "engine/solvers/stochastic.hpp"

#include <algorithm>

#include "engine/solvers/early_stopping.hpp"

namespace mlpgrid {
namespace {

/// Training::regularization, after updateWeights of the TensorFlow Playground (nn.ts).
template <class T>
class ShrinkStep {
 public:
  ShrinkStep(const Training& training, const StochasticBuffers<T>& buffers, Mlp<T>& mlp)
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
  const StochasticBuffers<T>& buffers_;
  Mlp<T>& mlp_;
};

/// FitSpec::trace: takes down the parameters after each step.
template <class T>
class Tracer {
 public:
  Tracer(const FitSpec& spec, std::size_t steps, Mlp<T>& mlp, FitResult& result) : mlp_(mlp) {
    if (!spec.trace) return;
    trace_ = &result.trace.emplace();
    trace_->n_parameters = spec.network.n_parameters();
    weights_.resize(spec.network.n_weights());
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
  std::vector<T> weights_;  // of one layer, unpacked; room for all
};

template <class T>
class Epochs {
 public:
  Epochs(FitContext<T>& fit, const StochasticBuffers<T>& buffers)
      : training_(fit.spec.training),
        scaling_(fit.spec.network.scaling),
        mlp_(fit.mlp),
        observer_(fit.observer),
        progress_(fit.progress),
        shrink_(training_, buffers, mlp_),
        batch_(std::min(training_.batch_size, fit.train.size())),
        tracer_(fit.spec, (fit.train.size() + batch_ - 1) / batch_ * max_iter(), mlp_, fit.result) {
    for (Layer<T>& layer : mlp_.parameters().layers()) {
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

 private:
  /// The loss of the batch before the step it takes.
  std::optional<double> step(std::span<const std::int32_t> batch, ScoreSums& sums) {
    const auto m = static_cast<double>(batch.size());
    const double rate = progress_.next_step();
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
    shrink_.after_step(progress_.state().rate);
    loss = scaling_.loss_factor * (loss / scaling_.rows(m)) +
           (0.5 * training_.alpha / m + training_.l2_sum) * norms.squares +
           training_.l1 * norms.magnitudes;
    tracer_.after_step(loss);
    return loss;
  }

  [[nodiscard]] std::size_t max_iter() const {
    return static_cast<std::size_t>(training_.max_iter);
  }

  const Training& training_;
  const LossScaling& scaling_;
  Mlp<T>& mlp_;
  FitObserver& observer_;
  Progress& progress_;
  ShrinkStep<T> shrink_;
  std::size_t batch_;
  Tracer<T> tracer_;
  std::vector<UpdateArgs<T>> updates_;
};

}  // namespace

template <class T>
StochasticBuffers<T>::StochasticBuffers(const Training& training, std::size_t rows, Mlp<T>& mlp,
                                        Arena& arena)
    : order(arena.take<std::int32_t>(rows), rows) {
  if (training.regularization == Regularization::none) return;
  before = arena.take<T>(mlp.parameters().values().size());
  dead = arena.take<std::uint8_t>(mlp.parameters().values().size());
}

template <class T>
FitStatus train_stochastic(FitContext<T>& fit, StochasticBuffers<T>& buffers) {
  const Training& training = fit.spec.training;
  const auto order = buffers.order.first(fit.train.size());
  std::ranges::copy(fit.train, order.begin());
  Evaluation held_back(fit.spec, fit.data, fit.validation,
                       early_stopping_scoring(fit.data.targets));
  Epochs<T> epochs(fit, buffers);
  ScoreSums sums(fit.data.targets.n_classes, fit.spec.network.n_outputs);
  std::vector<double>& scores = fit.result.early_stopping_score;
  if (training.early_stopping) scores.reserve(static_cast<std::size_t>(training.max_iter));

  while (true) {
    if (training.shuffle) fit.random.shuffle(order);
    fit.progress.epoch_starts();
    sums.reset();
    const std::optional<double> loss = epochs.run(order, sums);
    if (!loss) return FitStatus::not_run;
    if (const auto end = fit.finish_epoch(*loss, sums)) return *end;
    if (training.early_stopping) {
      const auto evaluated = held_back.run(fit.mlp, fit.observer);
      if (!evaluated) return FitStatus::not_run;
      scores.push_back(evaluated->score);
    }
    const double seen = static_cast<double>(order.size()) * fit.progress.state().epoch;
    const double gain = training.early_stopping ? scores.back() : -*loss;
    if (const auto end = fit.follow(fit.progress.judge(gain, seen))) return *end;
  }
}

template struct StochasticBuffers<float>;
template struct StochasticBuffers<double>;
template FitStatus train_stochastic(FitContext<float>&, StochasticBuffers<float>&);
template FitStatus train_stochastic(FitContext<double>&, StochasticBuffers<double>&);

}  // namespace mlpgrid
