// Scoring a network on whole row sets, chunk by chunk, and whether it goes with the data at all.
#pragma once

#include <span>

#include "engine/fit.hpp"
#include "engine/network/mlp.hpp"
#include "engine/scoring/scores.hpp"

namespace mlpgrid {

/// Throws std::invalid_argument unless the network goes with features and targets, and the scoring
/// with the targets.
void check_network(const Network& network, Scoring scoring, const FitData& data);

/// A row set with what its scores need beside the rows. Refers to `rows` and the spec, which must
/// outlive it; for one thread.
class Evaluation {
 public:
  Evaluation(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> rows)
      : Evaluation(spec, data, rows, spec.scoring) {}
  /// By another scoring than the fit's.
  Evaluation(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> rows,
             Scoring scoring);

  struct Result {
    double loss, score;  // NaN where there is none: has_loss(), has_score() of scores.hpp
  };
  /// Loss without penalty, scaled as the network says, and the score. Empty when `observer` asked
  /// to stop half-way.
  template <class T>
  [[nodiscard]] std::optional<Result> run(Mlp<T>& mlp, const FitObserver& observer);

  /// From now on counts pairs of classes as well, into `counts`, which must outlive this.
  void count_confusion(std::vector<ConfusionCount>& counts) { confusion_ = &counts; }

  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// Whether the scoring is defined on these rows; else all scores are NaN.
  [[nodiscard]] bool has_score() const { return has_score_; }
  /// The score of sums over exactly these rows, gathered elsewhere.
  [[nodiscard]] double score(const ScoreSums& sums) const;

 private:
  std::span<const std::int32_t> rows_;
  Scoring scoring_;
  bool has_loss_, has_score_;
  const LossScaling& scaling_;
  TargetSpread spread_;
  ScoreSums sums_;
  std::vector<ConfusionCount>* confusion_ = nullptr;
};

}  // namespace mlpgrid
