// Warnings about a run, in words, without that one: before its first fit and below every table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/results_file.hpp"

namespace mlpgrid {

/// Which training rows lack which classes, and what follows. `missing` is per fold, as in
/// RunDescription. Empty where none lacks any.
[[nodiscard]] std::string missing_classes_note(
    const std::vector<std::vector<std::int32_t>>& missing,
    const std::vector<std::string>& class_names);

/// That the scoring has no value on the held-out rows of `undefined` of `folds` folds, why, and
/// which one would. Empty for 0.
[[nodiscard]] std::string undefined_scores_note(const std::string& scoring, std::size_t undefined,
                                                std::size_t folds);

/// Of the fits that ended well without a score.
[[nodiscard]] std::string undefined_scores_note(const ResultsFile& results);

}  // namespace mlpgrid
