// The formulas of sklearn.metrics 1.2 (accuracy_score, balanced_accuracy_score, f1_score with
// average="macro", log_loss, r2_score, mean_squared_error).
#include "engine/scores.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mlpgrid {

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

double ScoreSums::score(Scoring scoring, std::span<const double> variation,
                        bool variance_weighted) const {
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
    case Scoring::neg_mean_squared_error:
      return -std::accumulate(squared_error_.begin(), squared_error_.end(), 0.0) /
             (rows * static_cast<double>(squared_error_.size()));
    case Scoring::r2:
      break;
  }
  if (variance_weighted) {
    const double total = std::accumulate(variation.begin(), variation.end(), 0.0);
    const double error = std::accumulate(squared_error_.begin(), squared_error_.end(), 0.0);
    return total > 0.0 ? 1.0 - error / total : (error > 0.0 ? 0.0 : 1.0);
  }
  double sum = 0.0;
  for (std::size_t j = 0; j < squared_error_.size(); ++j) {
    sum += variation[j] > 0.0 ? 1.0 - squared_error_[j] / variation[j]
                              : (squared_error_[j] > 0.0 ? 0.0 : 1.0);
  }
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

std::vector<double> target_variation(const FeatureView& features, const TargetView& targets,
                                     std::span<const std::int32_t> rows) {
  const bool inputs = targets.kind == TargetView::Kind::inputs;
  const std::span<const double> divisor = inputs ? features.divisor : targets.divisor;
  std::vector<double> variation(targets.n_outputs, 0.0);
  const auto stored = [&](std::int32_t row, std::size_t j) {
    const auto r = static_cast<std::size_t>(row);
    return inputs ? stored_feature(features, r, j) : targets.values[r * targets.n_outputs + j];
  };
  // Row by row, as they lie in memory.
  std::vector<double> mean(targets.n_outputs, 0.0);
  for (const std::int32_t row : rows) {
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += stored(row, j);
  }
  for (double& sum : mean) sum /= static_cast<double>(rows.size());
  for (const std::int32_t row : rows) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      const double difference = stored(row, j) - mean[j];
      variation[j] += difference * difference;
    }
  }
  for (std::size_t j = 0; j < divisor.size(); ++j) variation[j] /= divisor[j] * divisor[j];
  return variation;
}

}  // namespace mlpgrid
