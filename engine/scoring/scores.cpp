// The formulas of sklearn.metrics 1.2 (accuracy_score, balanced_accuracy_score, f1_score with
// average="macro", log_loss, r2_score, mean_squared_error).
#include "engine/scoring/scores.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mlpgrid {

std::span<const ScoringKind> scorings() {
  static constexpr ScoringKind kScorings[] = {
      {Scoring::accuracy, "accuracy", true, false},
      {Scoring::balanced_accuracy, "balanced_accuracy", true, false},
      {Scoring::f1_macro, "f1_macro", true, false},
      {Scoring::neg_log_loss, "neg_log_loss", true, true},
      {Scoring::r2, "r2", false, false},
      {Scoring::neg_mean_squared_error, "neg_mean_squared_error", false, false}};
  return kScorings;
}

const ScoringKind& kind_of(Scoring scoring) {
  return *std::ranges::find(scorings(), scoring, &ScoringKind::value);
}

void ScoreSums::reset() {
  std::fill(hits_.begin(), hits_.end(), 0);
  std::fill(true_count_.begin(), true_count_.end(), 0);
  std::fill(predicted_count_.begin(), predicted_count_.end(), 0);
  std::fill(squared_error_.begin(), squared_error_.end(), 0.0);
  rows_ = 0;
  loss_ = 0.0;
}

void ScoreSums::add_labels(std::span<const std::int32_t> truth,
                           std::span<const std::int32_t> predicted) {
  if (hits_.size() == 2) {
    // Sums that vectorise; a tiny network takes hardly longer than counting one by one.
    std::int32_t positive = 0, called_positive = 0, both = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      positive += truth[i];
      called_positive += predicted[i];
      both += truth[i] & predicted[i];
    }
    const auto rows = static_cast<std::int64_t>(truth.size());
    true_count_[0] += rows - positive;
    true_count_[1] += positive;
    predicted_count_[0] += rows - called_positive;
    predicted_count_[1] += called_positive;
    hits_[0] += rows - positive - called_positive + both;
    hits_[1] += both;
    return;
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto t = static_cast<std::size_t>(truth[i]);
    ++true_count_[t];
    ++predicted_count_[static_cast<std::size_t>(predicted[i])];
    if (truth[i] == predicted[i]) ++hits_[t];
  }
}

double ScoreSums::score(Scoring scoring, const TargetSpread& spread) const {
  if (rows_ == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto rows = static_cast<double>(rows_);
  switch (scoring) {
    case Scoring::accuracy:
      return static_cast<double>(std::accumulate(hits_.begin(), hits_.end(), std::int64_t{0})) /
             rows;
    case Scoring::balanced_accuracy: {
      double sum = 0.0;
      int classes = 0;
      for (std::size_t c = 0; c < hits_.size(); ++c) {
        if (true_count_[c] == 0) continue;
        sum += static_cast<double>(hits_[c]) / static_cast<double>(true_count_[c]);
        ++classes;
      }
      return sum / classes;
    }
    case Scoring::f1_macro: {
      double sum = 0.0;
      int classes = 0;
      for (std::size_t c = 0; c < hits_.size(); ++c) {
        const std::int64_t both = true_count_[c] + predicted_count_[c];
        if (both == 0) continue;
        sum += 2.0 * static_cast<double>(hits_[c]) / static_cast<double>(both);
        ++classes;
      }
      return sum / classes;
    }
    case Scoring::neg_log_loss:
      return -mean_loss();
    case Scoring::neg_mean_squared_error: {
      double sum = 0.0;
      for (std::size_t j = 0; j < squared_error_.size(); ++j) {
        const double unit = spread.divisor.empty() ? 1.0 : spread.divisor[j];
        sum += squared_error_[j] * (unit * unit);
      }
      return -sum / (rows * static_cast<double>(squared_error_.size()));
    }
    case Scoring::r2:
      break;
  }
  return r2(spread);
}

double ScoreSums::r2(const TargetSpread& spread) const {
  double sum = 0.0;        // of the outputs' own r2
  double error = 0.0;      // of the outputs that vary
  double variation = 0.0;  // likewise
  for (std::size_t j = 0; j < squared_error_.size(); ++j) {
    if (spread.variation[j] > 0.0) {
      sum += 1.0 - squared_error_[j] / spread.variation[j];
      error += squared_error_[j];
      variation += spread.variation[j];
    } else {
      sum += squared_error_[j] > 0.0 ? 0.0 : 1.0;
    }
  }
  if (spread.variance_weighted && variation > 0.0) return 1.0 - error / variation;
  return sum / static_cast<double>(squared_error_.size());
}

namespace {

double stored_feature(const FeatureView& features, std::size_t row, std::size_t j) {
  const std::size_t at = row * features.cols + j;
  return features.type == StoredType::uint8
             ? static_cast<double>(static_cast<const std::uint8_t*>(features.data)[at])
             : static_cast<const double*>(features.data)[at];
}

}  // namespace

TargetSpread target_spread(const FeatureView& features, const TargetView& targets,
                           std::span<const std::int32_t> rows) {
  const bool inputs = targets.kind == TargetView::Kind::inputs;
  const std::span<const double> divisor = inputs ? features.divisor : targets.divisor;
  const std::size_t n = targets.n_outputs;
  const auto stored = [&](std::int32_t row, std::size_t j) {
    const auto r = static_cast<std::size_t>(row);
    return inputs ? stored_feature(features, r, j) : targets.values[r * n + j];
  };
  // Row by row, as they lie in memory.
  std::vector<double> mean(n, 0.0);
  for (const std::int32_t row : rows) {
    for (std::size_t j = 0; j < n; ++j) mean[j] += stored(row, j);
  }
  for (double& sum : mean) sum /= static_cast<double>(rows.size());
  TargetSpread spread;
  spread.variation.assign(n, 0.0);
  std::vector<char> varies(n, 0);
  for (const std::int32_t row : rows) {
    for (std::size_t j = 0; j < n; ++j) {
      const double difference = stored(row, j) - mean[j];
      spread.variation[j] += difference * difference;
      if (stored(row, j) != stored(rows.front(), j)) varies[j] = 1;
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    if (varies[j] == 0) spread.variation[j] = 0.0;
    if (!divisor.empty()) spread.variation[j] /= divisor[j] * divisor[j];
  }
  // Autoencoders are scored as they are trained: on inputs as the network sees them.
  if (!inputs) spread.divisor = divisor;
  spread.variance_weighted = inputs;
  return spread;
}

bool has_loss(const Network& network, const TargetView& targets,
              std::span<const std::int32_t> rows) {
  if (rows.empty()) return false;
  return network.classes.empty() || std::ranges::all_of(rows, [&](std::int32_t row) {
           return std::ranges::binary_search(network.classes, targets.labels[row]);
         });
}

bool has_score(Scoring scoring, const Network& network, const TargetView& targets,
               std::span<const std::int32_t> rows) {
  if (scoring == Scoring::r2) return rows.size() >= 2;
  if (!kind_of(scoring).of_probabilities) return !rows.empty();
  const std::size_t known = network.n_known(targets.n_classes);
  if (known < 2 || !has_loss(network, targets, rows)) return false;
  std::vector<char> occurs(targets.n_classes, 0);
  for (const std::int32_t row : rows) occurs[static_cast<std::size_t>(targets.labels[row])] = 1;
  return static_cast<std::size_t>(std::ranges::count(occurs, 1)) == known;
}

}  // namespace mlpgrid
