// Numbers of a run by name, one per config and fold, and conditions on them: `--success` counts
// with these, `--against-reported` compares them. How they are shown is tables/'s.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// The values of quantity `name`, n_configs x n_folds, row-major. It is a number of fit_values.hpp;
/// one computed from these (elementwise_accuracy, test_elementwise_accuracy, collapsed,
/// train_loss_floor, val_loss_floor); or a point of a CURVE: CURVE or CURVE_last (the last value),
/// CURVE_min, CURVE_max, CURVE_best (at best_epoch). An `epoch` other than 0 asks for a CURVE at
/// that epoch, from 1. NaN where a fit has no value: not run, failed or, except for its times and
/// epochs and the loss floors, diverged. Curves are read from the file of `results`. Throws
/// std::invalid_argument that lists the names for an unknown one, and for a quantity that the run
/// does not have.
[[nodiscard]] std::vector<double> fold_values(const ResultsFile& results, const std::string& name,
                                              std::int32_t epoch = 0);

/// The values of a traced parameter (w1, b1[2], w2[0,1], ...) after step `step`, which counts from
/// 1, or, for loss_before, of the loss before that step: n_configs x n_folds, NaN where a fit took
/// fewer steps. Read from the file of `results`. Throws std::invalid_argument for a run without a
/// trace and for an unknown name.
[[nodiscard]] std::vector<double> traced_values(const ResultsFile& results, const std::string& name,
                                                std::int32_t step);

/// A quantity against a number: "val_loss<0.1".
struct Condition {
  enum class Operator { less, less_equal, greater, greater_equal };
  std::string quantity;
  Operator comparison = Operator::less;
  double threshold = 0.0;
  std::string text;  // as the user wrote it, without blanks

  [[nodiscard]] bool holds(double value) const;  // false for NaN
};

/// Reads a condition with an operator < <= > >=; blanks are ignored. Throws std::invalid_argument
/// that says what is wrong.
[[nodiscard]] Condition parse_condition(const std::string& text);

/// A quantity and the fits that meet a condition on it, per config over its folds and repeats.
struct SuccessCounts {
  std::vector<double> mean, deviation, min, max;  // over the fits that have a value; NaN without
  std::vector<std::int32_t> successes;            // fits for which the condition holds
  std::vector<std::int32_t> fits;                 // fits that ran, however they ended
  std::vector<double> share;                      // successes / fits; NaN where none ran
};
[[nodiscard]] SuccessCounts count_successes(const ResultsFile& results, const Condition& condition);

}  // namespace mlpgrid
