// Chooses which configs are compared and on which folds. The formulas are statistics.cpp's.
#include "results/analysis/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

#include "results/analysis/run_notes.hpp"

namespace mlpgrid {
namespace {

std::size_t number_of_rows(const std::vector<RowList>& folds) {
  return std::transform_reduce(folds.begin(), folds.end(), std::size_t{0}, std::plus{},
                               [](const RowList& rows) { return rows.size(); });
}

std::size_t number_of_different(const std::vector<RowList>& folds) {
  std::set<RowList> sets;
  for (const RowList& fold : folds) {
    std::vector<std::int32_t> rows = fold.rows();
    std::ranges::sort(rows);
    sets.emplace(rows);
  }
  return sets.size();
}

void check_folds(const RunDescription& run) {
  if (run.n_folds() < 2) {
    throw std::runtime_error(
        "one fold shows no spread of the scores, so no test is possible; run the experiment with "
        "--folds 10, or with --folds 5 --repeats 5");
  }
  if (run.fold_held_out_rows == run.fold_train_rows) {
    throw std::runtime_error(
        "the scores are of the rows that were trained on (folds = 0), which no test can turn into "
        "a statement about new rows; run the experiment with --folds 10");
  }
  if (number_of_rows(run.fold_held_out_rows) == 0 || number_of_rows(run.fold_train_rows) == 0) {
    throw std::runtime_error("the file does not say which rows were trained on and held out");
  }
}

std::vector<double> differences_of_folds(const ResultsFile& results, std::size_t config,
                                         std::size_t best) {
  const std::size_t folds = results.run.n_folds();
  const auto scores = std::span(results.split_test_score);
  std::vector<double> differences;
  std::ranges::transform(scores.subspan(config * folds, folds), scores.subspan(best * folds, folds),
                         std::back_inserter(differences), std::minus{});
  return differences;
}

Comparison compare(const ResultsFile& results, std::size_t config, const RunComparison& all) {
  Comparison one;
  one.config = config;
  one.difference = difference_of_scores(differences_of_folds(results, config, all.best),
                                        all.n_test_over_n_train);
  one.test = t_test(one.difference);
  one.interval = confidence_interval(one.difference, kSignificance);
  one.probabilities = rope_probabilities(one.difference, all.rope);
  return one;
}

double median_half_width(const std::vector<Comparison>& comparisons, double alpha) {
  std::vector<double> widths;
  for (const Comparison& c : comparisons) widths.push_back(half_width(c.difference, alpha));
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::ranges::nth_element(widths, middle);
  return *middle;
}

}  // namespace

bool Comparison::has_no_spread() const {
  return difference.corrected_std == 0.0 && difference.mean != 0.0;
}

RunComparison compare_with_best(const ResultsFile& results, double rope) {
  const RunDescription& run = results.run;
  check_folds(run);
  const std::int32_t best = results.ranking.best();
  if (best < 0) {
    const std::string undefined = undefined_scores_note(results);
    throw std::runtime_error(undefined.empty()
                                 ? "no config has a score in every fold, so there is no best one"
                                 : "there is no best config to compare with: " + undefined);
  }
  RunComparison all;
  all.best = static_cast<std::size_t>(run.alias_of[static_cast<std::size_t>(best)]);
  all.n_test_over_n_train = static_cast<double>(number_of_rows(run.fold_held_out_rows)) /
                            static_cast<double>(number_of_rows(run.fold_train_rows));
  all.n_splits = number_of_different(run.fold_held_out_rows);
  all.rope = rope;

  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    if (run.alias_of[config] != static_cast<std::int32_t>(config)) {
      all.aliases.push_back(config);
    } else if (std::isnan(results.ranking.mean_test_score[config])) {
      all.left_out.push_back(config);
    } else if (config != all.best) {
      all.others.push_back(compare(results, config, all));
    }
  }
  if (all.others.empty()) {
    throw std::runtime_error(
        "only one config has fits of its own and a score in every fold: there is nothing to "
        "compare it with");
  }
  const auto& ranks = results.ranking.rank_test_score;
  std::ranges::stable_sort(all.others, {}, [&](const Comparison& c) { return ranks[c.config]; });

  std::vector<double> p_values;
  for (const Comparison& c : all.others) p_values.push_back(c.test.p_val);
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < adjusted.size(); ++i) all.others[i].p_val_holm = adjusted[i];

  all.smallest_difference = median_half_width(all.others, kSignificance);
  all.smallest_difference_of_all =
      median_half_width(all.others, kSignificance / static_cast<double>(all.others.size()));
  return all;
}

}  // namespace mlpgrid
