// After MLPClassifier._fit_stochastic and train_test_split of scikit-learn 1.2.1.
#include "engine/solvers/early_stopping.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mlpgrid {
namespace {

// Multilabel targets, which is what more than one output looks like there, are not stratified.
bool is_stratified(const Network& network, const TargetView& targets) {
  return targets.kind == TargetView::Kind::labels && network.n_outputs == 1;
}

}  // namespace

Scoring early_stopping_scoring(const TargetView& targets) {
  return targets.kind == TargetView::Kind::labels ? Scoring::accuracy : Scoring::r2;
}

std::size_t validation_count(const Training& training, std::size_t n) {
  return static_cast<std::size_t>(std::ceil(training.validation_fraction * static_cast<double>(n)));
}

EarlyStoppingNeeds early_stopping_needs(const Network& network, const FitData& data) {
  EarlyStoppingNeeds needs;
  if (data.targets.kind != TargetView::Kind::labels) needs.validation_rows = 2;
  if (!is_stratified(network, data.targets)) return needs;
  std::vector<std::size_t> counts(data.targets.n_classes, 0);
  for (const std::int32_t row : data.train) {
    ++counts[static_cast<std::size_t>(data.targets.labels[row])];
  }
  needs.train_rows = needs.validation_rows =
      counts.size() - static_cast<std::size_t>(std::ranges::count(counts, 0U));
  const auto rare = std::ranges::find(counts, 1U);
  if (rare != counts.end()) needs.rare_class = static_cast<std::int32_t>(rare - counts.begin());
  return needs;
}

bool can_stop_early(const FitSpec& spec, const FitData& data) {
  const EarlyStoppingNeeds needs = early_stopping_needs(spec.network, data);
  const std::size_t held_back = validation_count(spec.training, data.train.size());
  return needs.rare_class < 0 && held_back >= needs.validation_rows &&
         held_back + needs.train_rows <= data.train.size();
}

ShuffleSplit early_stopping_split(const FitSpec& spec, const FitData& data, RandomState& random) {
  const std::size_t n_validation = validation_count(spec.training, data.train.size());
  ShuffleSplit split;
  if (is_stratified(spec.network, data.targets)) {
    std::vector<std::int32_t> labels;
    for (const std::int32_t row : data.train) labels.push_back(data.targets.labels[row]);
    split = stratified_shuffle_split(labels, n_validation, random);
  } else {
    split = shuffle_split(data.train.size(), n_validation, random);
  }
  for (auto* part : {&split.train, &split.test}) {
    for (std::int32_t& position : *part) position = data.train[static_cast<std::size_t>(position)];
  }
  return split;
}

}  // namespace mlpgrid
