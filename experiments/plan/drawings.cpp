// Passes the points of a grid and the rows to reconstruct through a model. The passes are the
// engine's.
#include "experiments/plan/drawings.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "engine/predict.hpp"

namespace mlpgrid {

namespace {

// The automatic range of a map is that of the points, extended by this share of it on each side.
constexpr double kMargin = 0.1;

bool has_map(const Plan& plan) { return plan.experiment.map_size > 0; }
bool is_autoencoder(const Plan& plan) { return plan.experiment.data.task == Task::autoencoder; }

double feature(const Dataset& dataset, std::size_t row, std::size_t j) {
  const std::size_t at = row * dataset.n_features + j;
  return dataset.values.empty() ? dataset.bytes[at] : dataset.values[at];
}

double target(const Dataset& dataset, std::size_t row) {
  if (!dataset.labels.empty()) return dataset.labels[row];
  return dataset.target_values.empty() ? 0.0 : dataset.target_values[row * dataset.n_outputs];
}

std::vector<double> evenly_spaced(double low, double high, std::size_t n) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = low + (high - low) * (static_cast<double>(i) / static_cast<double>(n - 1));
  }
  return values;
}

MapRange range_of_points(const Dataset& dataset) {
  MapRange range{};
  for (std::size_t j = 0; j < 2; ++j) {
    range.low[j] = range.high[j] = feature(dataset, 0, j);
    for (std::size_t row = 1; row < dataset.n_rows; ++row) {
      range.low[j] = std::min(range.low[j], feature(dataset, row, j));
      range.high[j] = std::max(range.high[j], feature(dataset, row, j));
    }
    const double margin = kMargin * (range.high[j] - range.low[j]);
    range.low[j] -= margin;
    range.high[j] += margin;
  }
  return range;
}

std::vector<double> draw_map(const Plan& plan, std::int32_t config, const Model& model) {
  const MapFrame frame = map_frame(plan).value();
  const Scaler& features = feature_scaler(plan, config, 0);
  const Scaler& targets = target_scaler(plan, config, 0);
  std::vector<double> grid;
  for (const double x2 : frame.x2) {
    for (const double x1 : frame.x1) grid.insert(grid.end(), {x1, x2});
  }
  std::vector<std::int32_t> rows(grid.size() / 2);
  std::iota(rows.begin(), rows.end(), 0);
  const FeatureView view{.type = StoredType::float64,
                         .data = grid.data(),
                         .cols = 2,
                         .shift = features.shift,
                         .divisor = features.divisor};
  std::vector<double> outputs = predict_outputs(model, view, rows);
  const std::size_t n = model.network.n_outputs;
  if (n > 1 || !model.network.classes.empty()) {
    std::vector<double> classes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      classes.push_back(predicted_class(model.network, std::span(outputs).subspan(i * n, n)));
    }
    return classes;
  }
  if (!targets.divisor.empty()) {
    for (double& y : outputs) y = y * targets.divisor[0] + targets.shift[0];
  }
  return outputs;
}

}  // namespace

bool is_drawn(const Plan& plan, std::int32_t fold) {
  return fold == 0 && (has_map(plan) || is_autoencoder(plan));
}

std::optional<MapFrame> map_frame(const Plan& plan) {
  if (!has_map(plan)) return std::nullopt;
  const Dataset& dataset = plan.data.dataset;
  const MapRange range = plan.experiment.map_range.value_or(range_of_points(dataset));
  MapFrame frame;
  frame.x1 = evenly_spaced(range.low[0], range.high[0], plan.experiment.map_size);
  frame.x2 = evenly_spaced(range.low[1], range.high[1], plan.experiment.map_size);
  std::vector<std::int32_t> part(dataset.n_rows, 0);
  for (const std::int32_t row : plan.folds[0].held_out.rows())
    part[static_cast<std::size_t>(row)] = 1;
  for (const std::int32_t row : plan.folds[0].train.rows()) part[static_cast<std::size_t>(row)] = 0;
  for (const std::int32_t row : plan.data.test) part[static_cast<std::size_t>(row)] = 2;
  for (std::size_t row = 0; row < dataset.n_rows; ++row) {
    frame.point_x1.push_back(feature(dataset, row, 0));
    frame.point_x2.push_back(feature(dataset, row, 1));
    frame.point_target.push_back(target(dataset, row));
  }
  frame.point_part = std::move(part);
  return frame;
}

std::optional<ReconstructionFrame> reconstruction_frame(const Plan& plan) {
  if (!is_autoencoder(plan)) return std::nullopt;
  const Dataset& dataset = plan.data.dataset;
  // All configs have the same scaler: resolve.cpp refuses an autoencoder with several.
  const Scaler& scaler = feature_scaler(plan, 0, 0);
  const auto source = plan.data.test.empty() ? plan.folds[0].held_out.rows() : plan.data.test;
  ReconstructionFrame frame;
  frame.rows.assign(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                         kReconstructedRows, source.size())));
  frame.height = dataset.is_image() ? dataset.image_height : 1;
  frame.width = dataset.n_features / frame.height;
  for (const std::int32_t row : frame.rows) {
    for (std::size_t j = 0; j < dataset.n_features; ++j) {
      const double x = feature(dataset, static_cast<std::size_t>(row), j);
      frame.originals.push_back(scaler.divisor.empty() ? x
                                                       : (x - scaler.shift[j]) / scaler.divisor[j]);
    }
  }
  return frame;
}

void add_drawings(const Plan& plan, const Model& model, FitRecord& record) {
  if (has_map(plan)) record.map = draw_map(plan, record.config, model);
  if (is_autoencoder(plan)) {
    record.reconstructions = predict_outputs(model, fit_data(plan, record.config, 0, {}).features,
                                             reconstruction_frame(plan).value().rows);
  }
}

}  // namespace mlpgrid
