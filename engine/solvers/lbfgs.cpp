// After SciPy 1.10's _minimize_lbfgsb over L-BFGS-B 3.0 (Zhu, Byrd, Lu, Nocedal, Morales). Without
// bounds its direction is the two-loop recursion's (Nocedal and Wright, Algorithm 7.4).
#include "engine/solvers/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/solvers/line_search.hpp"

namespace mlpgrid {
namespace {

// SciPy's defaults: ftol and maxls. The longest step that L-BFGS-B takes without bounds.
constexpr double kRelativeReduction = 2.2204460492503131e-09;
constexpr int kMaxLineSearchSteps = 20;
constexpr double kMaxStep = 1e10;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

template <class T>
class Lbfgs {
 public:
  Lbfgs(FitContext<T>& fit, const LbfgsBuffers<T>& buffers)
      : fit_(fit),
        training_(fit.spec.training),
        scaling_(fit.spec.network.scaling),
        rows_(fit.train),
        data_weight_(fit.spec.network.loss == Loss::squared_error
                         ? static_cast<double>(fit.spec.network.n_outputs)
                         : 1.0),
        buffers_(buffers),
        mlp_(fit.mlp),
        sums_(fit.data.targets.n_classes, fit.spec.network.n_outputs) {}

  FitStatus run() {
    if (!evaluate()) return FitStatus::not_run;
    if (!std::isfinite(value_)) return FitStatus::diverged;
    if (max_gradient() <= training_.tol) return FitStatus::converged;
    while (true) {
      const std::optional<FitStatus> end = iterate();
      if (end) return *end;
    }
  }

 private:
  enum class Search { accepted, failed, interrupted };

  /// value_ and the gradients at the parameters as they are; false when interrupted.
  bool evaluate() {
    ++evaluations_;
    sums_.reset();
    double loss = 0.0;
    for (std::size_t start = 0; start < rows_.size(); start += mlp_.chunk_rows()) {
      if (fit_.observer.stop_requested()) return false;
      const std::size_t count = std::min(mlp_.chunk_rows(), rows_.size() - start);
      loss += mlp_.forward(rows_.subspan(start, count), true, &sums_);
      mlp_.backward(start > 0, {});
    }
    const auto n = static_cast<double>(rows_.size());
    const double rows = scaling_.rows(n) / scaling_.gradient_factor;
    const double l2 = training_.alpha * (rows / n) + 2.0 * training_.l2_sum * rows;
    const Kernels<T>& kernels = mlp_.kernels();
    double penalty = 0.0;
    for (Layer<T>& layer : mlp_.parameters().layers()) {
      const std::size_t size = kernels.packed_size(layer.rows, layer.columns);
      penalty += 0.5 * l2 / rows * dot(layer.weights, layer.weights, layer.rows, layer.columns);
      kernels.add_scaled(static_cast<T>(l2), layer.weights, layer.gradient, size);
    }
    kernels.scale(static_cast<T>(1.0 / rows), gradient(), size());
    value_ = data_weight_ * (loss / rows) + penalty;
    reported_loss_ = scaling_.loss_factor * (loss / scaling_.rows(n)) + penalty;
    return true;
  }

  /// One step with its line search; how the fit ended, if it did.
  std::optional<FitStatus> iterate() {
    set_direction();
    const double previous_value = value_;
    const Search search = search_line();
    if (search == Search::interrupted) return FitStatus::not_run;
    if (search == Search::failed) {
      std::copy_n(buffers_.previous_x, size(), x());
      std::copy_n(buffers_.previous_gradient, size(), gradient());
      value_ = previous_value;
      mlp_.parameters().refresh();
      // Without memory the direction was the steepest descent: nothing better is left to try.
      if (pairs_ == 0) return FitStatus::converged;
      pairs_ = 0;
      return std::nullopt;
    }
    if (const auto end = fit_.finish_epoch(reported_loss_, sums_)) return *end;
    if (iterations() >= training_.max_iter || evaluations_ > training_.max_fun) {
      return FitStatus::max_epochs;
    }
    const double scale = std::max({std::fabs(previous_value), std::fabs(value_), 1.0});
    if (max_gradient() <= training_.tol || previous_value - value_ <= kRelativeReduction * scale) {
      return FitStatus::converged;
    }
    remember_pair();
    return std::nullopt;
  }

  /// direction = -H * gradient, H from the pairs in memory.
  void set_direction() {
    T* d = buffers_.direction;
    const Kernels<T>& kernels = mlp_.kernels();
    std::copy_n(gradient(), size(), d);
    kernels.scale(T(-1), d, size());
    if (pairs_ == 0) return;
    double alphas[kLbfgsMemory];
    for (std::size_t i = pairs_; i-- > 0;) {
      const std::size_t at = slot(i);
      alphas[i] = dot(buffers_.steps[at], d) / curvature_[at];
      kernels.add_scaled(static_cast<T>(-alphas[i]), buffers_.changes[at], d, size());
    }
    const std::size_t newest = slot(pairs_ - 1);
    kernels.scale(static_cast<T>(curvature_[newest] / change_squares_), d, size());
    for (std::size_t i = 0; i < pairs_; ++i) {
      const std::size_t at = slot(i);
      const double beta = dot(buffers_.changes[at], d) / curvature_[at];
      kernels.add_scaled(static_cast<T>(alphas[i] - beta), buffers_.steps[at], d, size());
    }
  }

  Search search_line() {
    const double length = std::sqrt(dot(buffers_.direction, buffers_.direction));
    std::copy_n(x(), size(), buffers_.previous_x);
    std::copy_n(gradient(), size(), buffers_.previous_gradient);
    start_slope_ = dot(gradient(), buffers_.direction);
    if (!(start_slope_ < 0.0)) return Search::failed;
    LineSearch search(value_, start_slope_,
                      iterations() == 0 ? std::min(1.0 / length, kMaxStep) : 1.0, kMaxStep);
    for (int trial = 0; trial < kMaxLineSearchSteps; ++trial) {
      step_ = search.step();
      std::copy_n(buffers_.previous_x, size(), x());
      mlp_.kernels().add_scaled(static_cast<T>(step_), buffers_.direction, x(), size());
      mlp_.parameters().refresh();
      if (!evaluate()) return Search::interrupted;
      end_slope_ = dot(gradient(), buffers_.direction);
      // A search that gives up has found what there is to find: L-BFGS-B goes on from there.
      if (search.advance(value_, end_slope_) != LineSearch::Verdict::evaluate) {
        return Search::accepted;
      }
    }
    return Search::failed;
  }

  /// Keeps (step, change of the gradient), unless its curvature is not safely positive.
  void remember_pair() {
    const double curvature = (end_slope_ - start_slope_) * step_;
    if (curvature <= kEpsilon * -start_slope_ * step_) return;
    if (pairs_ == kLbfgsMemory) {
      oldest_ = (oldest_ + 1) % kLbfgsMemory;
    } else {
      ++pairs_;
    }
    const std::size_t at = slot(pairs_ - 1);
    const Kernels<T>& kernels = mlp_.kernels();
    std::copy_n(buffers_.direction, size(), buffers_.steps[at]);
    kernels.scale(static_cast<T>(step_), buffers_.steps[at], size());
    std::copy_n(gradient(), size(), buffers_.changes[at]);
    kernels.add_scaled(T(-1), buffers_.previous_gradient, buffers_.changes[at], size());
    curvature_[at] = curvature;
    change_squares_ = dot(buffers_.changes[at], buffers_.changes[at]);
  }

  [[nodiscard]] double max_gradient() {
    const T* g = gradient();
    T largest = T(0);
    for (std::size_t i = 0; i < size(); ++i) largest = std::max(largest, std::fabs(g[i]));
    return static_cast<double>(largest);
  }

  /// Dot product of two vectors that are laid out as the parameters.
  [[nodiscard]] double dot(const T* a, const T* b) {
    double sum = 0.0;
    for (const Layer<T>& layer : mlp_.parameters().layers()) {
      const auto weights = layer.weights - x();
      const auto bias = layer.bias - x();
      sum += dot(a + weights, b + weights, layer.rows, layer.columns);
      sum += dot(a + bias, b + bias, 1, layer.n_out);
    }
    return sum;
  }

  [[nodiscard]] double dot(const T* a, const T* b, std::size_t k, std::size_t n) {
    mlp_.kernels().column_dots(a, b, k, n, buffers_.columns);
    double sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) sum += buffers_.columns[j];
    return sum;
  }

  [[nodiscard]] int iterations() const { return fit_.progress.state().epoch; }
  [[nodiscard]] T* x() { return mlp_.parameters().values().data(); }
  [[nodiscard]] T* gradient() { return mlp_.parameters().gradients().data(); }
  [[nodiscard]] std::size_t size() { return mlp_.parameters().values().size(); }
  [[nodiscard]] std::size_t slot(std::size_t age) const { return (oldest_ + age) % kLbfgsMemory; }

  FitContext<T>& fit_;
  const Training& training_;
  const LossScaling& scaling_;
  std::span<const std::int32_t> rows_;
  // scikit-learn's gradient of several regression outputs is that of n_outputs times the loss it
  // reports; a line search needs the pair to agree.
  double data_weight_;
  const LbfgsBuffers<T>& buffers_;
  Mlp<T>& mlp_;
  ScoreSums sums_;

  double value_ = 0.0;  // what is minimised
  double reported_loss_ = 0.0;
  int evaluations_ = 0;
  double step_ = 0.0;
  double start_slope_ = 0.0, end_slope_ = 0.0;
  std::size_t pairs_ = 0, oldest_ = 0;
  double curvature_[kLbfgsMemory] = {};
  double change_squares_ = 0.0;  // of the newest pair
};

}  // namespace

template <class T>
LbfgsBuffers<T>::LbfgsBuffers(Mlp<T>& mlp, Arena& arena) {
  const std::size_t size = mlp.parameters().values().size();
  for (T*& step : steps) step = arena.take<T>(size);
  for (T*& change : changes) change = arena.take<T>(size);
  previous_x = arena.take<T>(size);
  previous_gradient = arena.take<T>(size);
  direction = arena.take<T>(size);
  std::size_t widest = 0;
  for (const Layer<T>& layer : mlp.parameters().layers())
    widest = std::max(widest, std::max(layer.columns, layer.n_out));
  columns = arena.take<double>(mlp.kernels().packed_columns(widest));
}

template <class T>
FitStatus train_lbfgs(FitContext<T>& fit, const LbfgsBuffers<T>& buffers) {
  return Lbfgs<T>(fit, buffers).run();
}

template struct LbfgsBuffers<float>;
template struct LbfgsBuffers<double>;
template FitStatus train_lbfgs(FitContext<float>&, const LbfgsBuffers<float>&);
template FitStatus train_lbfgs(FitContext<double>&, const LbfgsBuffers<double>&);

}  // namespace mlpgrid
