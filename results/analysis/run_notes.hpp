// Warnings about a run, as sentences without the word "Warning": they appear before its first fit
// and below every table. Who prints them is the caller.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// Says which folds' training rows lack which classes, and what follows. `missing` is per fold, as
/// RunDescription::fold_missing_classes. Empty where no fold lacks any.
[[nodiscard]] std::string missing_classes_note(
    const std::vector<std::vector<std::int32_t>>& missing,
    const std::vector<std::string>& class_names);

/// Says that `scoring` has no value on the held-out rows of `undefined` out of `folds` folds, why,
/// and which scoring would have. Empty where `undefined` is 0.
[[nodiscard]] std::string undefined_scores_note(const std::string& scoring, std::size_t undefined,
                                                std::size_t folds);

/// The same sentence about a run, from its fits that ended well without a score.
[[nodiscard]] std::string undefined_scores_note(const ResultsFile& results);

}  // namespace mlpgrid
