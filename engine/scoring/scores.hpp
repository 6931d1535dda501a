// Scores from sums over rows: what is counted while rows pass by, and scikit-learn's metrics of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/data_view.hpp"
#include "engine/fit.hpp"

namespace mlpgrid {

/// What there is to know of a scoring beside its formula (ScoreSums::score).
struct ScoringKind {
  Scoring value;
  std::string_view name;
  bool of_classes;  // else of values
  /// Needs loss log_loss, and rows of each class that the network knows, two at least, and of no
  /// other.
  bool of_probabilities;
};
[[nodiscard]] std::span<const ScoringKind> scorings();
[[nodiscard]] const ScoringKind& kind_of(Scoring scoring);

/// What scores need to know of a row set beside the sums over it. Of values only.
struct TargetSpread {
  std::vector<double> variation;  // per output the sum of (y - mean(y))^2, of the scaled targets
  std::span<const double> divisor = {};  // of scaled targets; empty: 1
  bool variance_weighted = false;        // how r2 averages over outputs; else uniformly
};

/// Of these rows. 0 for an output whose targets are all equal, without rounding.
[[nodiscard]] TargetSpread target_spread(const FeatureView& features, const TargetView& targets,
                                         std::span<const std::int32_t> rows);

/// Whether the metric is defined on these rows, as in scikit-learn: r2 needs two, those of
/// probabilities the rows that ScoringKind says.
[[nodiscard]] bool has_score(Scoring scoring, const Network& network, const TargetView& targets,
                             std::span<const std::int32_t> rows);

/// Whether the network knows the classes of all these rows; without that there is no loss.
[[nodiscard]] bool has_loss(const Network& network, const TargetView& targets,
                            std::span<const std::int32_t> rows);

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

  /// scikit-learn's metric of rows on which it is defined, else NaN or nonsense: ask has_score().
  /// `spread` is of the same rows. The squared error is in the units of the data, as with
  /// TransformedTargetRegressor; neg_log_loss is of the unpenalised loss.
  [[nodiscard]] double score(Scoring scoring, const TargetSpread& spread) const;

 private:
  std::vector<std::int64_t> hits_, true_count_, predicted_count_;
  std::vector<double> squared_error_;
  std::size_t rows_ = 0;
  double loss_ = 0.0;

  [[nodiscard]] double r2(const TargetSpread& spread) const;
};

}  // namespace mlpgrid
