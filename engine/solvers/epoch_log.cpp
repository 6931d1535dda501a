// Bookkeeping of a fit's epochs.
#include "engine/solvers/epoch_log.hpp"

#include <chrono>
#include <cmath>
#include <limits>

namespace mlpgrid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The one NaN that is recorded: which of NaN's bit patterns arithmetic leaves depends on the order
/// of operands that a compiler chose.
double canonical(double x) { return std::isnan(x) ? kNan : x; }

}  // namespace

template <class T>
EpochLog<T>::EpochLog(const FitSpec& spec, const FitData& data,
                      std::span<const std::int32_t> trained, Mlp<T>& mlp, FitObserver& observer,
                      FitResult& result)
    : spec_(spec),
      mlp_(mlp),
      observer_(observer),
      result_(result),
      train_(spec, data, trained),
      held_out_(spec, data, data.held_out),
      best_epoch_value_(-kInfinity),
      best_monitored_(-kInfinity) {
  const auto epochs = static_cast<std::size_t>(spec.training.max_iter);
  result_.train_loss.reserve(epochs);
  result_.train_score.reserve(epochs);
  if (held_out_.empty()) return;
  result_.val_loss.reserve(epochs);
  result_.val_score.reserve(epochs);
}

template <class T>
bool EpochLog<T>::is_due(int epoch) const {
  return !held_out_.empty() && spec_.eval_every > 0 && epoch % spec_.eval_every == 0;
}

/// Larger is better.
template <class T>
double EpochLog<T>::monitored(Monitor monitor) const {
  switch (monitor) {
    case Monitor::train_loss:
      return -result_.train_loss.back();
    case Monitor::val_loss:
      return -result_.val_loss.back();
    case Monitor::val_score:
      break;
  }
  return result_.val_score.back();
}

template <class T>
std::optional<FitStatus> EpochLog<T>::epoch_finished(double train_loss,
                                                     const ScoreSums& train_sums) {
  const int epoch = ++result_.n_iter;
  result_.train_loss.push_back(canonical(train_loss));
  result_.train_score.push_back(canonical(train_.score(train_sums)));
  Evaluation::Result held_out{kNan, kNan};
  if (is_due(epoch)) {
    const auto start = std::chrono::steady_clock::now();
    const auto evaluated = held_out_.run(mlp_, observer_);
    if (!evaluated) return FitStatus::not_run;
    held_out = *evaluated;
    result_.score_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  if (!held_out_.empty()) {
    result_.val_loss.push_back(canonical(held_out.loss));
    result_.val_score.push_back(canonical(held_out.score));
  }
  observer_.epoch_finished(epoch);
  if (!std::isfinite(train_loss)) return FitStatus::diverged;

  const bool judged = held_out_.has_score() && spec_.eval_every > 0;
  const double value = monitored(judged ? Monitor::val_score : Monitor::train_loss);
  if (value > best_epoch_value_) {
    best_epoch_value_ = value;
    result_.best_epoch = epoch;
  }
  const Training& training = spec_.training;
  const auto held_out_rows = static_cast<double>(held_out_.size());
  const double summed = held_out.loss * spec_.network.scaling.rows(held_out_rows);
  if (summed < training.stop_val_loss_sum) return FitStatus::converged;
  if (training.patience == 0 && !training.restore_best) return std::nullopt;
  if (const double now = monitored(training.monitor); now > best_monitored_) {
    best_monitored_ = now;
    monitored_epoch_ = epoch;
    if (training.restore_best) {
      mlp_.parameters().save_best();
      has_best_weights_ = true;
    }
  }
  const bool out = training.patience > 0 && epoch - monitored_epoch_ >= training.patience;
  return out ? std::optional(FitStatus::early_stopped) : std::nullopt;
}

template class EpochLog<float>;
template class EpochLog<double>;

}  // namespace mlpgrid
