// Chunked forward passes over a row set.
#include "engine/network/evaluation.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mlpgrid {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

// One entry per row becomes one per pair, in rising order. The cost is that of the rows, however
// many classes there are.
void add_up(std::vector<ConfusionCount>& counts) {
  std::ranges::sort(counts, {},
                    [](const ConfusionCount& c) { return std::pair(c.actual, c.predicted); });
  std::size_t pairs = 0;
  for (const ConfusionCount& c : counts) {
    ConfusionCount* last = pairs == 0 ? nullptr : &counts[pairs - 1];
    if (last != nullptr && last->actual == c.actual && last->predicted == c.predicted) {
      ++last->count;
    } else {
      counts[pairs++] = c;
    }
  }
  counts.resize(pairs);
  counts.shrink_to_fit();
}

}  // namespace

void check_network(const Network& network, Scoring scoring, const FitData& data) {
  const bool labels = data.targets.kind == TargetView::Kind::labels;
  const std::size_t known = network.n_known(data.targets.n_classes);
  require(network.n_features == data.features.cols && network.n_features > 0,
          "the network's inputs are not the data's features");
  for (const std::size_t width : network.hidden_layer_sizes) require(width > 0, "an empty layer");
  require(network.output != Output::softmax || (labels && network.loss == Loss::log_loss),
          "output softmax needs classes and loss log_loss");
  require(network.loss != Loss::log_loss ||
              (labels && (network.output == Output::softmax || network.output == Output::logistic)),
          "loss log_loss needs classes and output softmax or logistic");
  require(!labels || network.output == Output::softmax || known <= 2,
          "more than two classes need output softmax");
  require(network.n_outputs == (!labels                             ? data.targets.n_outputs
                                : network.output == Output::softmax ? known
                                                                    : 1),
          "the network's outputs do not fit the targets");
  const ScoringKind& kind = kind_of(scoring);
  require(labels == kind.of_classes, labels
                                         ? "the scoring is of values; these targets are classes"
                                         : "the scoring is of classes; these targets are values");
  require(!kind.of_probabilities || network.loss == Loss::log_loss,
          "scoring by probabilities needs loss log_loss");
}

Evaluation::Evaluation(const FitSpec& spec, const FitData& data, std::span<const std::int32_t> rows,
                       Scoring scoring)
    : rows_(rows),
      scoring_(scoring),
      has_loss_(mlpgrid::has_loss(spec.network, data.targets, rows)),
      has_score_(mlpgrid::has_score(scoring, spec.network, data.targets, rows)),
      scaling_(spec.network.scaling),
      sums_(data.targets.n_classes, spec.network.n_outputs) {
  if (!rows.empty() && data.targets.kind != TargetView::Kind::labels) {
    spread_ = target_spread(data.features, data.targets, rows);
  }
}

double Evaluation::score(const ScoreSums& sums) const {
  return has_score_ ? sums.score(scoring_, spread_) : std::numeric_limits<double>::quiet_NaN();
}

template <class T>
std::optional<Evaluation::Result> Evaluation::run(Mlp<T>& mlp, const FitObserver& observer) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (rows_.empty()) return Result{kNan, kNan};
  sums_.reset();
  for (std::size_t start = 0; start < rows_.size(); start += mlp.chunk_rows()) {
    if (observer.stop_requested()) return std::nullopt;
    mlp.forward(rows_.subspan(start, std::min(mlp.chunk_rows(), rows_.size() - start)), false,
                &sums_);
    if (confusion_ == nullptr) continue;
    for (std::size_t i = 0; i < mlp.labels().size(); ++i) {
      confusion_->push_back({mlp.labels()[i], mlp.predicted()[i], 1});
    }
  }
  if (confusion_ != nullptr) add_up(*confusion_);
  const double loss = sums_.mean_loss() * (static_cast<double>(sums_.rows()) /
                                           scaling_.rows(static_cast<double>(sums_.rows())));
  return Result{has_loss_ ? scaling_.loss_factor * loss : kNan, score(sums_)};
}

template std::optional<Evaluation::Result> Evaluation::run(Mlp<float>&, const FitObserver&);
template std::optional<Evaluation::Result> Evaluation::run(Mlp<double>&, const FitObserver&);

}  // namespace mlpgrid
