// Scores from sums over rows: what is counted while rows pass by, and scikit-learn's metrics of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/data_view.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// Sums over the rows seen since reset(). Sized once; adding rows allocates nothing.
class ScoreSums {
 public:
  ScoreSums(std::size_t n_classes, std::size_t n_outputs)
      : hits_(n_classes),
        true_count_(n_classes),
        predicted_count_(n_classes),
        squared_error_(n_outputs) {}

  void reset();
  void add_labels(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted);
  void add_rows(std::size_t rows, double loss) {
    rows_ += rows;
    loss_ += loss;
  }
  /// n_outputs sums that the output kernel adds to.
  [[nodiscard]] double* squared_error() { return squared_error_.data(); }

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Mean loss per row, without penalty.
  [[nodiscard]] double mean_loss() const { return loss_ / static_cast<double>(rows_); }

  /// scikit-learn's metric; NaN without rows. `target_variation` (r2 only): per output the sum over
  /// the same rows of (y - mean(y))^2. r2 is the uniform average over outputs, or weighted by
  /// variance where `variance_weighted`. neg_log_loss is of the unpenalised loss.
  [[nodiscard]] double score(Scoring scoring, std::span<const double> target_variation,
                             bool variance_weighted) const;

 private:
  std::vector<std::int64_t> hits_, true_count_, predicted_count_;
  std::vector<double> squared_error_;
  std::size_t rows_ = 0;
  double loss_ = 0.0;
};

/// Sum over `rows` of (y - mean(y))^2 per output, of the scaled targets.
[[nodiscard]] std::vector<double> target_variation(const FeatureView& features,
                                                   const TargetView& targets,
                                                   std::span<const std::int32_t> rows);

}  // namespace mlpgrid
