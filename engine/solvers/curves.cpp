// Points of curves, and the clock of the evaluations for them.
#include "engine/solvers/curves.hpp"

#include <chrono>
#include <cmath>
#include <limits>

namespace mlpgrid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The one NaN that is recorded: which of NaN's bit patterns arithmetic leaves depends on the order
/// of operands that a compiler chose.
double canonical(double x) { return std::isnan(x) ? kNan : x; }

}  // namespace

Curves::Curves(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> trained,
               FitResult& result)
    : spec_(spec),
      result_(result),
      train_(spec, data, trained),
      held_out_(spec, data, data.held_out) {
  const auto epochs = static_cast<std::size_t>(spec.training.max_iter);
  result_.train_loss.reserve(epochs);
  result_.train_score.reserve(epochs);
  if (held_out_.empty()) return;
  result_.val_loss.reserve(epochs);
  result_.val_score.reserve(epochs);
}

template <class T>
std::optional<EpochFigures> Curves::add(double train_loss, const ScoreSums& train_sums, Mlp<T>& mlp,
                                        const FitObserver& observer) {
  result_.train_loss.push_back(canonical(train_loss));
  result_.train_score.push_back(canonical(train_.score(train_sums)));
  if (held_out_.empty()) return EpochFigures{train_loss, kNan, kNan};
  Evaluation::Result held_out{kNan, kNan};
  const auto every = static_cast<std::size_t>(spec_.eval_every);
  if (every > 0 && result_.train_loss.size() % every == 0) {
    const auto start = std::chrono::steady_clock::now();
    const auto evaluated = held_out_.run(mlp, observer);
    if (!evaluated) return std::nullopt;
    held_out = *evaluated;
    result_.score_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  result_.val_loss.push_back(canonical(held_out.loss));
  result_.val_score.push_back(canonical(held_out.score));
  return EpochFigures{train_loss, held_out.loss, held_out.score};
}

template std::optional<EpochFigures> Curves::add(double, const ScoreSums&, Mlp<float>&,
                                                 const FitObserver&);
template std::optional<EpochFigures> Curves::add(double, const ScoreSums&, Mlp<double>&,
                                                 const FitObserver&);

}  // namespace mlpgrid
