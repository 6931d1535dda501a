// The More-Thuente line search: a step along a descent direction with sufficient decrease and a
// flat enough slope. Knows nothing of vectors; the caller evaluates f and its slope at the steps
// asked for.
#pragma once

namespace mlpgrid {

/// J. J. More and D. J. Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM
/// TOMS 20 (1994), with the constants of L-BFGS-B: sufficient decrease 1e-3, slope 0.9, relative
/// width 0.1, steps in [0, max_step].
class LineSearch {
 public:
  enum class Verdict { evaluate, accepted, gave_up };

  /// f and slope (negative) at step 0, and the first step to try.
  LineSearch(double f, double slope, double step, double max_step);

  /// Takes f and slope at step(). evaluate: step() is the next to try. accepted: step() satisfies
  /// both conditions. gave_up: rounding or the bounds end the search; step() is the last one tried.
  Verdict advance(double f, double slope);

  [[nodiscard]] double step() const { return step_; }

 private:
  struct Point {
    double step, f, slope;
  };
  /// Of the cubic with the values and slopes of both points, the step of its minimum.
  static double minimum_of_cubic(const Point& from, const Point& to);
  void choose_step(Point& best, Point& other, const Point& trial);

  double initial_f_, initial_slope_, sufficient_slope_;
  double step_, max_step_;
  double low_, high_;  // between them the next step must lie
  double width_, previous_width_;
  Point best_, other_;  // ends of the interval once it is bracketed
  bool bracketed_ = false;
  bool first_stage_ = true;
};

}  // namespace mlpgrid
