// Cells of the grid from records in any order. Values are passed on untouched, but for the rule
// that only fits with usable weights have a score.
#include "results/record_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <stdexcept>

#include "results/ranking.hpp"

namespace mlpgrid {
namespace {

// Whether size is the product of the factors; correct also where the product would overflow.
bool is_product(std::size_t size, std::initializer_list<std::size_t> factors) {
  for (const std::size_t factor : factors) {
    if (factor == 0) return size == 0;
    if (size % factor != 0) return false;
    size /= factor;
  }
  return size == 1;
}

bool fits_together(const StoredModel& model) {
  const std::size_t layers = model.layer_sizes.size();
  if (layers < 2 || model.weights.size() != layers - 1 || model.biases.size() != layers - 1 ||
      std::ranges::any_of(model.layer_sizes, [](std::int32_t size) { return size <= 0; })) {
    return false;
  }
  const auto size = [&](std::size_t i) { return static_cast<std::size_t>(model.layer_sizes[i]); };
  for (std::size_t i = 0; i + 1 < layers; ++i) {
    if (!is_product(model.weights[i].size(), {size(i), size(i + 1)}) ||
        model.biases[i].size() != size(i + 1)) {
      return false;
    }
  }
  const auto scales = [](const std::vector<double>& values, std::size_t n) {
    return values.empty() || values.size() == n;
  };
  return scales(model.feature_shift, size(0)) && scales(model.feature_divisor, size(0)) &&
         scales(model.target_shift, size(layers - 1)) &&
         scales(model.target_divisor, size(layers - 1));
}

}  // namespace

void check_run(const RunDescription& run) {
  const auto demand = [](bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(fmt::format("run description: {}", what));
  };
  const std::size_t configs = run.n_configs();
  const std::size_t folds = run.n_folds();
  demand(configs > 0 && folds > 0, "no configs or no folds");
  demand(run.max_epochs > 0, "max_epochs must be positive");
  demand(run.fold_missing_classes.empty() || run.fold_missing_classes.size() == folds,
         "fold_missing_classes is not of every fold");
  demand(run.alias_of.size() == configs, "alias_of has another length than label");
  demand(run.fold_repeat.size() == folds && run.fold_train_rows.size() == folds &&
             run.fold_held_out_rows.size() == folds,
         "the lists of folds differ in length");
  for (const ParamColumn& param : run.params) {
    demand(std::visit([](const auto& values) { return values.size(); }, param.values) == configs,
           "a parameter has another length than label");
  }
  demand(run.fold_train_loss_floor.size() == run.fold_val_loss_floor.size() &&
             (run.fold_train_loss_floor.empty() || run.fold_train_loss_floor.size() == folds),
         "the loss floors are not one per fold");
  if (const auto& map = run.map) {
    const std::size_t points = map->point_x1.size();
    demand(map->point_x2.size() == points && map->point_target.size() == points &&
               map->point_part.size() == points,
           "the points of the decision maps differ in number");
  }
  if (const auto& frame = run.reconstruction) {
    demand(is_product(frame->originals.size(), {frame->rows.size(), frame->height, frame->width}),
           "the reconstructions are not images x height x width");
  }
  for (const std::int32_t target : run.alias_of) {
    demand(target >= 0 && static_cast<std::size_t>(target) < configs &&
               run.alias_of[static_cast<std::size_t>(target)] == target,
           "alias_of must name a config that runs itself");
  }
}

void check_record(const RunDescription& run, const FitRecord& record) {
  const auto demand = [&](bool holds, const char* what) {
    if (!holds) {
      throw std::invalid_argument(
          fmt::format("record of config {}, fold {}: {}", record.config, record.fold, what));
    }
  };
  demand(record.config >= 0 && static_cast<std::size_t>(record.config) < run.n_configs(),
         "no such config");
  demand(record.fold == kRefitFold ||
             (record.fold >= 0 && static_cast<std::size_t>(record.fold) < run.n_folds()),
         "no such fold");
  demand(record.fold == kRefitFold ||
             run.alias_of[static_cast<std::size_t>(record.config)] == record.config,
         "an alias has no fits of its own");
  demand(record.status != RunStatus::not_run, "it has not run");
  for (const FitCurve& curve : kFitCurves) {
    demand(record.fold == kRefitFold ||
               (record.*curve.values).size() <= static_cast<std::size_t>(run.max_epochs),
           "a curve is longer than max_epochs");
  }
  const auto classes = static_cast<std::int32_t>(run.class_names.size());
  const auto is_pair = [&](const ClassPair& pair) {
    return pair.actual >= 0 && pair.actual < classes && pair.predicted >= 0 &&
           pair.predicted < classes && pair.count > 0;
  };
  for (const auto* confusion : {&record.confusion, &record.test_confusion}) {
    demand(std::ranges::all_of(*confusion, is_pair),
           "the confusion matrix counts classes that are not the run's");
  }
  demand(record.map.empty() ||
             (run.map && record.map.size() == run.map->x1.size() * run.map->x2.size()),
         "the decision map has another size than the run's");
  demand(record.reconstructions.empty() ||
             (run.reconstruction &&
              record.reconstructions.size() == run.reconstruction->originals.size()),
         "the reconstructions are not as many as the originals");
  demand(!record.model || fits_together(*record.model), "the model's lists do not fit together");
  demand(!record.trace || record.trace->parameters.size() ==
                              record.trace->n_steps() * record.trace->names.size(),
         "the trace is not steps x parameters");
}

bool is_usable(RunStatus status) {
  return status == RunStatus::converged || status == RunStatus::max_epochs ||
         status == RunStatus::early_stopped;
}

double ranked_score(const FitRecord& record) {
  return is_usable(record.status) ? record.split_test_score
                                  : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> RecordGrid::split_test_scores() const {
  std::vector<double> scores;
  scores.reserve(cells.size());
  for (const FitRecord* cell : cells) {
    scores.push_back(cell != nullptr ? ranked_score(*cell)
                                     : std::numeric_limits<double>::quiet_NaN());
  }
  return scores;
}

std::int32_t RecordGrid::best_config(const RunDescription& run) const {
  const std::int32_t best = rank_configs(split_test_scores(), run.n_folds()).best();
  if (best >= 0) return best;
  const auto ended_well = [](const FitRecord* cell) {
    return cell != nullptr && is_usable(cell->status);
  };
  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    const auto row = std::span(cells).subspan(config * run.n_folds(), run.n_folds());
    if (std::ranges::all_of(row, ended_well)) return static_cast<std::int32_t>(config);
  }
  return -1;
}

bool RecordGrid::complete(const RunDescription& run) const {
  if (std::ranges::find(cells, nullptr) != cells.end()) return false;
  return !run.refit || refit != nullptr || best_config(run) < 0;
}

const FitRecord* best_model_record(const RunDescription& run, const RecordGrid& grid) {
  const FitRecord* record = grid.refit;
  if (!run.refit) {
    const std::int32_t best = grid.best_config(run);
    record = best < 0 ? nullptr : grid.cells[static_cast<std::size_t>(best) * run.n_folds()];
  }
  return record != nullptr && record->model ? record : nullptr;
}

RecordGrid arrange(const RunDescription& run, std::span<const FitRecord* const> records) {
  const std::size_t folds = run.n_folds();
  RecordGrid grid;
  grid.cells.resize(run.n_configs() * folds, nullptr);
  for (const FitRecord* record : records) {
    check_record(run, *record);
    const FitRecord*& place = record->fold == kRefitFold
                                  ? grid.refit
                                  : grid.cells[static_cast<std::size_t>(record->config) * folds +
                                               static_cast<std::size_t>(record->fold)];
    if (place == nullptr) place = record;
  }
  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    const auto source = static_cast<std::size_t>(run.alias_of[config]);
    for (std::size_t fold = 0; fold < folds && source != config; ++fold) {
      grid.cells[config * folds + fold] = grid.cells[source * folds + fold];
    }
  }
  return grid;
}

}  // namespace mlpgrid
