// Numbers of a run by name, one per config and fold, and thresholds on them: `--success` counts
// with these, `--against-reported` compares them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// Of the quantity `name`, which is a number of fit_values.hpp, one that is computed of them
/// (elementwise_accuracy, test_elementwise_accuracy, collapsed, train_loss_floor, val_loss_floor),
/// or CURVE or CURVE_last (the last value of a curve), CURVE_min, CURVE_max or CURVE_best (at
/// best_epoch): n_configs x n_folds, NaN where a fit has none (not run, failed, and but for its
/// times and epochs diverged). `epoch`, where it is not 0, asks for CURVE at this epoch. Curves are
/// read from results.path. Throws std::invalid_argument that lists the names for an unknown one,
/// and for a quantity that the run does not have.
[[nodiscard]] std::vector<double> fold_values(const ResultsFile& results, const std::string& name,
                                              std::int32_t epoch = 0);

/// A traced parameter (w1, b1[2], w2[0,1], ...) after step `step`, which counts from 1, or with
/// loss_before the loss before it: n_configs x n_folds, NaN where a fit took fewer steps. Read from
/// results.path. Throws std::invalid_argument for a run without a trace and for an unknown name.
[[nodiscard]] std::vector<double> traced_values(const ResultsFile& results, const std::string& name,
                                                std::int32_t step);

/// "val_loss<0.1": a quantity against a number.
struct Condition {
  enum class Operator { less, less_equal, greater, greater_equal };
  std::string quantity;
  Operator comparison = Operator::less;
  double threshold = 0.0;
  std::string text;  // without blanks

  [[nodiscard]] bool holds(double value) const;  // false for NaN
};

/// Operators < <= > >=; blanks are ignored. Throws std::invalid_argument that says what is wrong.
[[nodiscard]] Condition parse_condition(const std::string& text);

/// Per config, over its folds and repeats.
struct SuccessCounts {
  std::vector<double> mean, deviation, min, max;  // over the fits that have a value; NaN without
  std::vector<std::int32_t> successes;            // fits for which the condition holds
  std::vector<std::int32_t> fits;                 // that ran, however they ended
  std::vector<double> share;                      // successes / fits; NaN where none ran
};
[[nodiscard]] SuccessCounts count_successes(const ResultsFile& results, const Condition& condition);

}  // namespace mlpgrid
