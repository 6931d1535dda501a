// scikit-learn's early stopping: which of the training rows are held back to judge, and whether
// they can.
#pragma once

#include <cstddef>

#include "engine/fit.hpp"
#include "engine/random/random.hpp"
#include "engine/random/shuffle_split.hpp"

namespace mlpgrid {

/// What the held-back rows are scored by: accuracy, or r2 of values.
[[nodiscard]] Scoring early_stopping_scoring(const TargetView& targets);

/// How many of n training rows are held back.
[[nodiscard]] std::size_t validation_count(const Training& training, std::size_t n);

/// What the two parts must have so that both say something; scikit-learn raises where they do not.
struct EarlyStoppingNeeds {
  std::size_t train_rows = 1;
  std::size_t validation_rows = 1;
  std::int32_t rare_class = -1;  // has a single row, and each part needs one; -1: none
};
[[nodiscard]] EarlyStoppingNeeds early_stopping_needs(const Network& network, const FitData& data);

/// Whether a fit that stops early gets them.
[[nodiscard]] bool can_stop_early(const FitSpec& spec, const FitData& data);

/// Row numbers out of data.train, drawn as scikit-learn draws them.
[[nodiscard]] ShuffleSplit early_stopping_split(const FitSpec& spec, const FitData& data,
                                                RandomState& random);

}  // namespace mlpgrid
