// What is recorded of every fit: its numbers and its curves, each named once. The members of
// FitRecord and ResultsFile, the journal's records, the datasets of the file and the quantities of
// tables are generated from these lists; what the values mean is decided where they are computed.
#pragma once

namespace mlpgrid {

/// Describes one number that every fit has.
struct FitNumber {
  enum class Kept {
    always,
    with_test_set,  // not in the file of a run that has none
    in_newer_files  // missing from files older than the number
  };
  const char* name;  // of the member, the dataset and the quantity in tables
  Kept kept;
  bool of_any_fit;  // has a meaning even where the fit diverged
  bool is_time;     // in seconds, in the group /timing; else in the root
};

// X(type, name, kept, of_any_fit, is_time). Types are double and std::int32_t. A new one needs a
// line here and its computation, in the engine (FitResult) or in experiments/fits/records.cpp.
#define MLPGRID_FIT_NUMBERS(X)                                       \
  X(std::int32_t, n_iter, always, true, false)                       \
  X(std::int32_t, best_epoch, always, true, false)                   \
  X(double, fit_time_s, always, true, true)                          \
  X(double, score_time_s, always, true, true)                        \
  X(double, split_test_score, always, false, false)                  \
  X(double, split_train_score, always, false, false)                 \
  X(double, test_score, with_test_set, false, false)                 \
  /* of the final weights, biases aside; NaN where there are none */ \
  X(double, zero_weight_share, in_newer_files, false, false)         \
  X(double, mean_abs_weight, in_newer_files, false, false)

// X(name): a value per epoch that ran, or none where the curve does not apply to the fit.
#define MLPGRID_FIT_CURVES(X) \
  X(train_loss)               \
  X(val_loss)                 \
  X(train_score)              \
  X(val_score)                \
  X(early_stopping_score) /* in files of runs that stop early */

}  // namespace mlpgrid
