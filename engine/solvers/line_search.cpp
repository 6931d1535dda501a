// The two stages and the safeguarded interpolation of the More-Thuente search.
#include "engine/solvers/line_search.hpp"

#include <algorithm>
#include <cmath>

namespace mlpgrid {
namespace {

constexpr double kSufficientDecrease = 1e-3;
constexpr double kSlopeReduction = 0.9;
constexpr double kRelativeWidth = 0.1;
constexpr double kMinStep = 0.0;
constexpr double kShrink = 0.66;
constexpr double kExtrapolateLow = 1.1;
constexpr double kExtrapolateHigh = 4.0;

}  // namespace

LineSearch::LineSearch(double f, double slope, double step, double max_step)
    : initial_f_(f),
      initial_slope_(slope),
      sufficient_slope_(kSufficientDecrease * slope),
      step_(step),
      max_step_(max_step),
      low_(0.0),
      high_(step + kExtrapolateHigh * step),
      width_(max_step - kMinStep),
      previous_width_(2.0 * width_),
      best_{0.0, f, slope},
      other_{0.0, f, slope} {}

LineSearch::Verdict LineSearch::advance(double f, double slope) {
  const double bound = initial_f_ + step_ * sufficient_slope_;
  if (first_stage_ && f <= bound && slope >= 0.0) first_stage_ = false;

  if (f <= bound && std::fabs(slope) <= kSlopeReduction * -initial_slope_) {
    return Verdict::accepted;
  }
  const bool cornered = bracketed_ && (step_ <= low_ || step_ >= high_);
  const bool narrow = bracketed_ && high_ - low_ <= kRelativeWidth * high_;
  const bool at_top = step_ == max_step_ && f <= bound && slope <= sufficient_slope_;
  const bool at_bottom = step_ == kMinStep && (f > bound || slope >= sufficient_slope_);
  if (cornered || narrow || at_top || at_bottom) return Verdict::gave_up;

  const Point trial{step_, f, slope};
  if (first_stage_ && f <= best_.f && f > bound) {
    // Lower, but not by enough: interpolate the function less its sufficient decrease.
    const auto modified = [this](const Point& p) {
      return Point{p.step, p.f - p.step * sufficient_slope_, p.slope - sufficient_slope_};
    };
    const auto original = [this](const Point& p) {
      return Point{p.step, p.f + p.step * sufficient_slope_, p.slope + sufficient_slope_};
    };
    Point best = modified(best_);
    Point other = modified(other_);
    choose_step(best, other, modified(trial));
    best_ = original(best);
    other_ = original(other);
  } else {
    choose_step(best_, other_, trial);
  }

  if (bracketed_) {
    const double interval = std::fabs(other_.step - best_.step);
    if (interval >= kShrink * previous_width_) {
      step_ = best_.step + 0.5 * (other_.step - best_.step);
    }
    previous_width_ = width_;
    width_ = interval;
    low_ = std::min(best_.step, other_.step);
    high_ = std::max(best_.step, other_.step);
  } else {
    low_ = step_ + kExtrapolateLow * (step_ - best_.step);
    high_ = step_ + kExtrapolateHigh * (step_ - best_.step);
  }
  step_ = std::min(std::max(step_, kMinStep), max_step_);
  if (bracketed_ && (step_ <= low_ || step_ >= high_ || high_ - low_ <= kRelativeWidth * high_)) {
    step_ = best_.step;
  }
  return Verdict::evaluate;
}

double LineSearch::minimum_of_cubic(const Point& from, const Point& to) {
  const double span = to.step - from.step;
  const double theta = 3.0 * (from.f - to.f) / span + to.slope + from.slope;
  const double s = std::max({std::fabs(theta), std::fabs(to.slope), std::fabs(from.slope)});
  const double radicand = (theta / s) * (theta / s) - to.slope / s * (from.slope / s);
  const double gamma = std::copysign(s * std::sqrt(radicand), span);
  const double r = (gamma - from.slope + theta) / (gamma - from.slope + gamma + to.slope);
  return from.step + r * span;
}

void LineSearch::choose_step(Point& best, Point& other, const Point& trial) {
  const double span = trial.step - best.step;
  const double opposite = trial.slope * (best.slope / std::fabs(best.slope));
  const double theta = 3.0 * (best.f - trial.f) / span + best.slope + trial.slope;
  const double s = std::max({std::fabs(theta), std::fabs(best.slope), std::fabs(trial.slope)});
  const double radicand = (theta / s) * (theta / s) - best.slope / s * (trial.slope / s);
  double next;
  if (trial.f > best.f) {
    // Higher: a minimum lies between. The cubic's step, or half-way to the quadratic's.
    const double gamma = std::copysign(s * std::sqrt(radicand), span);
    const double r = (gamma - best.slope + theta) / (gamma - best.slope + gamma + trial.slope);
    const double cubic = best.step + r * span;
    const double quadratic =
        best.step + best.slope / ((best.f - trial.f) / span + best.slope) / 2.0 * span;
    next = std::fabs(cubic - best.step) < std::fabs(quadratic - best.step)
               ? cubic
               : cubic + (quadratic - cubic) / 2.0;
    bracketed_ = true;
  } else if (opposite < 0.0) {
    // Lower, slopes of opposite sign: bracketed as well. The farther of cubic and secant step.
    const double gamma = -std::copysign(s * std::sqrt(radicand), span);
    const double r = (gamma - trial.slope + theta) / (gamma - trial.slope + gamma + best.slope);
    const double cubic = trial.step - r * span;
    const double secant = trial.step - trial.slope / (trial.slope - best.slope) * span;
    next = std::fabs(cubic - trial.step) > std::fabs(secant - trial.step) ? cubic : secant;
    bracketed_ = true;
  } else if (std::fabs(trial.slope) < std::fabs(best.slope)) {
    // Lower, same sign, flatter: the cubic's step only where its minimum lies beyond the trial.
    const double gamma = -std::copysign(s * std::sqrt(std::max(0.0, radicand)), span);
    const double r = (gamma - trial.slope + theta) / (gamma + (best.slope - trial.slope) + gamma);
    const double cubic = r < 0.0 && gamma != 0.0 ? trial.step - r * span
                         : span > 0.0            ? high_
                                                 : low_;
    const double secant = trial.step - trial.slope / (trial.slope - best.slope) * span;
    const bool cubic_nearer = std::fabs(cubic - trial.step) < std::fabs(secant - trial.step);
    if (bracketed_) {
      const double limit = trial.step + kShrink * (other.step - trial.step);
      next = cubic_nearer ? cubic : secant;
      next = span > 0.0 ? std::min(limit, next) : std::max(limit, next);
    } else {
      const bool cubic_farther = std::fabs(cubic - trial.step) > std::fabs(secant - trial.step);
      next = std::min(std::max(cubic_farther ? cubic : secant, low_), high_);
    }
  } else if (bracketed_) {
    // Lower, same sign, no flatter: the cubic through the trial and the other end.
    next = minimum_of_cubic(trial, other);
  } else {
    next = span > 0.0 ? high_ : low_;
  }

  if (trial.f > best.f) {
    other = trial;
  } else {
    if (opposite < 0.0) other = best;
    best = trial;
  }
  step_ = next;
}

}  // namespace mlpgrid
