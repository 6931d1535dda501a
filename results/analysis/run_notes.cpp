// Words the notes. Counting what they are about is the callers' business.
#include "results/analysis/run_notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace mlpgrid {
namespace {

constexpr std::size_t kNamedAtMost = 8;

}  // namespace

std::string missing_classes_note(const std::vector<std::vector<std::int32_t>>& missing,
                                 const std::vector<std::string>& class_names) {
  std::vector<std::string> named;
  std::size_t folds = 0;
  std::size_t more = 0;
  for (std::size_t fold = 0; fold < missing.size(); ++fold) {
    folds += missing[fold].empty() ? 0 : 1;
    for (const std::int32_t c : missing[fold]) {
      if (named.size() == kNamedAtMost) {
        ++more;
      } else {
        named.push_back(
            fmt::format("'{}' in fold {}", class_names[static_cast<std::size_t>(c)], fold));
      }
    }
  }
  if (folds == 0) return {};
  return fmt::format(
      "the training rows lack a class in {} of {} folds: {}{}. Networks there have no "
      "output for it, as in scikit-learn: its rows count as wrong and have no loss. More rows of "
      "the "
      "class help, or stratified or shuffled folds, or leaving it out.",
      folds, missing.size(), fmt::join(named, ", "),
      more == 0 ? "" : fmt::format(" and {} more", more));
}

std::string undefined_scores_note(const std::string& scoring, std::size_t undefined,
                                  std::size_t folds) {
  if (undefined == 0) return {};
  const bool is_r2 = scoring == "r2";
  return fmt::format(
      "{} is undefined (NaN) in {} of {} folds, {}, so no config has a mean: they all share rank "
      "1. "
      "--scoring {} or more held-out rows rank them: fewer folds, a larger --test-size.",
      scoring, undefined, folds,
      is_r2 ? "which hold out fewer than two rows"
            : "whose held-out rows are not of the same classes as the training rows",
      is_r2 ? "neg_mean_squared_error" : "accuracy");
}

std::string undefined_scores_note(const ResultsFile& results) {
  const std::size_t folds = results.run.n_folds();
  std::vector<char> undefined(folds, 0);
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    if (is_usable(results.status[i]) && std::isnan(results.split_test_score[i])) {
      undefined[i % folds] = 1;
    }
  }
  const auto count = static_cast<std::size_t>(std::ranges::count(undefined, 1));
  return undefined_scores_note(results.run.scoring, count, folds);
}

}  // namespace mlpgrid
