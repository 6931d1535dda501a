// The schema: which datasets, attributes and groups a results file has. How they are laid out so
// that every reader opens them is format/writer.cpp's; getting the bytes to disk is
// files/atomic_file.cpp's.
#include "results/hdf5/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "results/class_scores.hpp"
#include "results/files/atomic_file.hpp"
#include "results/hdf5/confusion.hpp"
#include "results/hdf5/curve_chunks.hpp"
#include "results/hdf5/format/writer.hpp"
#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using hdf5::Layout;
using hdf5::OutputFile;
using hdf5::Scale;
using hdf5::Scales;
using hdf5::write_attribute;
using hdf5::Writer;

void write_model(Writer& writer, hid_t group, const FitRecord& record, const RunDescription& run) {
  const StoredModel& model = *record.model;
  write_attribute(group, "config", record.config);
  write_attribute(group, "activation", model.activation);
  write_attribute(group, "output", model.output);
  write_attribute(group, "precision", model.precision);
  write_attribute(group, "n_iter", record.n_iter);
  write_attribute(group, "test_score", record.test_score);

  std::vector<Scale> layers;
  for (std::size_t i = 0; i < model.layer_sizes.size(); ++i) {
    layers.push_back(writer.scale(group, fmt::format("layer_{}", i),
                                  static_cast<std::size_t>(model.layer_sizes[i])));
  }
  const Scale layer = writer.scale(group, "layer", layers.size());
  writer.put(group, "layer_sizes", model.layer_sizes, {&layer});
  const auto put = [&](const std::string& name, const std::vector<double>& values,
                       const Scales& scales) {
    std::size_t expected = 1;
    for (const Scale* scale : scales) expected *= static_cast<std::size_t>(scale->size);
    if (values.size() != expected) {
      throw std::invalid_argument(fmt::format("model of config {}: {} has {} values, not {}",
                                              record.config, name, values.size(), expected));
    }
    if (model.precision == "float32") {
      writer.put_as_float(group, name, values, scales, Layout::whole);
    } else {
      writer.put(group, name, values, scales, Layout::whole);
    }
  };
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    put(fmt::format("weights_{}", i), model.weights.at(i), {&layers[i], &layers[i + 1]});
    put(fmt::format("biases_{}", i), model.biases.at(i), {&layers[i + 1]});
  }
  const auto put_scaler = [&](const char* name, const std::vector<double>& values,
                              const Scale& scale) {
    if (values.empty()) return;
    if (values.size() != scale.size) {
      throw std::invalid_argument(fmt::format("model of config {}: {} has {} values, not {}",
                                              record.config, name, values.size(), scale.size));
    }
    writer.put(group, name, values, {&scale});
  };
  put_scaler("feature_shift", model.feature_shift, layers.front());
  put_scaler("feature_divisor", model.feature_divisor, layers.front());
  put_scaler("target_shift", model.target_shift, layers.back());
  put_scaler("target_divisor", model.target_divisor, layers.back());
  const auto& class_names = model.class_names.empty() ? run.class_names : model.class_names;
  if (!class_names.empty()) {
    const Scale classes = writer.scale(group, "class", class_names.size());
    writer.put(group, "class_names", class_names, {&classes});
  }
  if (!run.feature_names.empty()) {
    const Scale features = writer.scale(group, "feature", run.feature_names.size());
    writer.put(group, "feature_names", run.feature_names, {&features});
  }
}

// Builds one file: the dimensions of the root, and what all of its datasets have in common.
class ResultsBuilder {
 public:
  ResultsBuilder(const ResultsFile& results, const RecordGrid& grid, OutputFile& output)
      : results_(results),
        run_(results.run),
        grid_(grid),
        writer_(output),
        config_(writer_.scale(writer_.root(), "config", run_.n_configs())),
        fold_(writer_.scale(writer_.root(), "fold", run_.n_folds())),
        epoch_(
            writer_.scale(writer_.root(), "epoch", static_cast<std::size_t>(run_.max_epochs), 1)) {
    config_coordinates_ = "label";
    for (const ParamColumn& param : run_.params) config_coordinates_ += " param_" + param.name;
  }

  void write_root_attributes() const;
  void write_coordinates();
  void write_scores();
  void write_status();
  void write_curves(const CurveChunks& curves);
  void write_timing();
  void write_fold_rows();
  void write_confusion();
  void write_models();
  void write_traces();
  void write_maps();
  void write_reconstructions();
  void write_environment() const;
  void write_plots(const CurveChunks& curves) const;
  void finish() { writer_.finish(); }

 private:
  // Names the coordinates that belong to the dataset's dimensions, by CF's convention: xarray makes
  // coordinates only of datasets that a variable names.
  void name_coordinates(const Handle& dataset, bool has_config, bool has_fold) const {
    const char* separator = has_config && has_fold ? " " : "";
    write_attribute(dataset.id(), "coordinates",
                    fmt::format("{}{}{}", has_config ? config_coordinates_ : "", separator,
                                has_fold ? "fold_seed fold_repeat" : ""));
  }

  template <class T>
  Handle put_by_config(const char* name, const std::vector<T>& values) {
    Handle dataset = writer_.put(writer_.root(), name, values, {&config_});
    name_coordinates(dataset, true, false);
    return dataset;
  }

  template <class T>
  Handle put_by_fold(const char* name, const std::vector<T>& values) {
    Handle dataset = writer_.put(writer_.root(), name, values, {&config_, &fold_});
    name_coordinates(dataset, true, true);
    return dataset;
  }

  // Writes one block per config: `values` of the record of its first fold, NaN where it has none.
  void put_blocks(const Handle& group, const char* name, const Scales& scales,
                  std::vector<double> FitRecord::*values);

  // The experiment decides which curves a file has, not how its fits went.
  [[nodiscard]] bool has_curve(const CurveChunks::Curve& curve) const {
    return run_.stops_early || curve.name != std::string_view("early_stopping_score") ||
           !curve.empty();
  }

  const ResultsFile& results_;
  const RunDescription& run_;
  const RecordGrid& grid_;
  Writer writer_;
  Scale config_, fold_, epoch_;
  std::string config_coordinates_;
};

void ResultsBuilder::write_root_attributes() const {
  const hid_t root = writer_.root();
  write_attribute(root, "Conventions", std::string("CF-1.8"));
  write_attribute(root, "title", run_.title);
  write_attribute(root, "schema_version", results_.schema_version);
  write_attribute(root, "default", std::string("plots"));
  write_attribute(root, "seed", run_.seed);
  write_attribute(root, "data_sha256", run_.data_sha256);
  if (!run_.features_sha256.empty()) {
    write_attribute(root, "features_sha256", run_.features_sha256);
  }
  write_attribute(root, "scoring", run_.scoring);
  write_attribute(root, "refit", std::int32_t{run_.refit});
  write_attribute(root, "complete", std::int32_t{results_.complete});
  write_attribute(root, "experiment", run_.experiment);
}

void ResultsBuilder::write_coordinates() {
  const hid_t root = writer_.root();
  writer_.put(root, "label", run_.label, {&config_});
  for (const ParamColumn& param : run_.params) {
    std::visit(
        [&](const auto& values) { writer_.put(root, "param_" + param.name, values, {&config_}); },
        param.values);
  }
  writer_.put(root, "fold_seed", run_.fold_seed, {&fold_});
  writer_.put(root, "fold_repeat", run_.fold_repeat, {&fold_});
  put_by_config("alias_of", run_.alias_of);
  if (!run_.fold_train_loss_floor.empty()) {
    for (const auto& [name, floor] : {std::pair("train_loss_floor", &run_.fold_train_loss_floor),
                                      std::pair("val_loss_floor", &run_.fold_val_loss_floor)}) {
      name_coordinates(writer_.put(root, name, *floor, {&fold_}), false, true);
    }
  }
}

void ResultsBuilder::write_scores() {
  put_by_config("mean_test_score", results_.ranking.mean_test_score);
  put_by_config("std_test_score", results_.ranking.std_test_score);
  put_by_config("rank_test_score", results_.ranking.rank_test_score);
  for_each_fit_number([&](const FitNumber& number, auto, auto of_file) {
    const auto& values = results_.*of_file;
    if (!number.is_time && !values.empty()) put_by_fold(number.name, values);
  });
}

void ResultsBuilder::put_blocks(const Handle& group, const char* name, const Scales& scales,
                                std::vector<double> FitRecord::*values) {
  const Handle dataset =
      writer_.dataset(group.id(), name, H5T_IEEE_F64LE, scales, Layout::blocks_of_first);
  for (std::size_t config = 0; config < run_.n_configs(); ++config) {
    const FitRecord* first = grid_.cells[config * run_.n_folds()];
    if (first == nullptr || (first->*values).empty()) continue;
    writer_.put_block(dataset, config, first->*values);
  }
}

void ResultsBuilder::write_maps() {
  if (!run_.map) return;
  const MapFrame& map = *run_.map;
  const Handle group = writer_.group(writer_.root(), "maps");
  const Scale row = writer_.scale(group.id(), "row", map.x2.size());
  const Scale column = writer_.scale(group.id(), "column", map.x1.size());
  const Scale point = writer_.scale(group.id(), "point", map.point_x1.size());
  writer_.put(group.id(), "x1", map.x1, {&column});
  writer_.put(group.id(), "x2", map.x2, {&row});
  writer_.put(group.id(), "point_x1", map.point_x1, {&point});
  writer_.put(group.id(), "point_x2", map.point_x2, {&point});
  writer_.put(group.id(), "point_target", map.point_target, {&point});
  const Handle part = writer_.put(group.id(), "point_part", map.point_part, {&point});
  const std::int32_t flags[] = {0, 1, 2};
  write_attribute(part.id(), "flag_values", std::span<const std::int32_t>(flags));
  write_attribute(part.id(), "flag_meanings", std::string("train held_out test"));
  put_blocks(group, "output", {&config_, &row, &column}, &FitRecord::map);
}

void ResultsBuilder::write_reconstructions() {
  if (!run_.reconstruction) return;
  const ReconstructionFrame& frame = *run_.reconstruction;
  const Handle group = writer_.group(writer_.root(), "reconstructions");
  const Scale image = writer_.scale(group.id(), "image", frame.rows.size());
  const Scale row = writer_.scale(group.id(), "row", frame.height);
  const Scale column = writer_.scale(group.id(), "column", frame.width);
  writer_.put(group.id(), "data_row", frame.rows, {&image});
  writer_.put(group.id(), "original", frame.originals, {&image, &row, &column});
  put_blocks(group, "reconstructed", {&config_, &image, &row, &column},
             &FitRecord::reconstructions);
}

void ResultsBuilder::write_traces() {
  const auto has_trace = [](const FitRecord* cell) { return cell != nullptr && cell->trace; };
  if (std::ranges::none_of(grid_.cells, has_trace)) return;
  const Handle traces = writer_.group(writer_.root(), "trace");
  for (std::size_t config = 0; config < run_.n_configs(); ++config) {
    const auto row = std::span(grid_.cells).subspan(config * run_.n_folds(), run_.n_folds());
    const bool is_alias = run_.alias_of[config] != static_cast<std::int32_t>(config);
    if (is_alias || std::ranges::none_of(row, has_trace)) continue;
    const Handle group = writer_.group(traces.id(), std::to_string(config));
    for (std::size_t fold = 0; fold < run_.n_folds(); ++fold) {
      if (!has_trace(row[fold])) continue;
      const StoredTrace& trace = *row[fold]->trace;
      const Handle inner = writer_.group(group.id(), fmt::format("fold_{}", fold));
      const Scale step = writer_.scale(inner.id(), "step", trace.n_steps(), 1);
      const Scale parameter = writer_.scale(inner.id(), "parameter", trace.names.size());
      writer_.put(inner.id(), "name", trace.names, {&parameter});
      writer_.put(inner.id(), "loss_before", trace.loss, {&step});
      writer_.put(inner.id(), "value", trace.parameters, {&step, &parameter}, Layout::whole);
    }
  }
}

void ResultsBuilder::write_status() {
  std::vector<std::int32_t> numbers;
  numbers.reserve(results_.status.size());
  for (const RunStatus status : results_.status) {
    numbers.push_back(static_cast<std::int32_t>(status));
  }
  const Handle status = put_by_fold("status", numbers);
  const std::int32_t flags[] = {0, 1, 2, 3, 4, 5};
  write_attribute(status.id(), "flag_values", std::span<const std::int32_t>(flags));
  write_attribute(status.id(), "flag_meanings",
                  std::string("not_run converged max_epochs early_stopped diverged failed"));
  put_by_fold("error", results_.error);
}

void ResultsBuilder::write_curves(const CurveChunks& curves) {
  for (const CurveChunks::Curve& curve : curves.curves()) {
    if (!has_curve(curve)) continue;
    const Handle dataset = writer_.dataset(writer_.root(), curve.name, H5T_IEEE_F64LE,
                                           {&config_, &fold_, &epoch_}, Layout::blocks_of_first);
    name_coordinates(dataset, true, true);
    // H5Web and silx draw three dimensions as images unless the signal says that it is a line.
    write_attribute(dataset.id(), "interpretation", std::string("spectrum"));
    for (const CurveChunks::Chunk& chunk : curve.chunks) {
      if (!chunk.stored.empty()) writer_.put_chunk(dataset, chunk.first_config, chunk.stored);
    }
  }
}

void ResultsBuilder::write_timing() {
  const Handle group = writer_.group(writer_.root(), "timing");
  if (grid_.refit != nullptr) {
    write_attribute(group.id(), "refit_time_s", grid_.refit->fit_time_s);
  }
  for_each_fit_number([&](const FitNumber& number, auto, auto of_file) {
    if (!number.is_time) return;
    const Handle dataset =
        writer_.put(group.id(), number.name, results_.*of_file, {&config_, &fold_});
    write_attribute(dataset.id(), "units", std::string("s"));
  });
}

void ResultsBuilder::write_fold_rows() {
  const Handle group = writer_.group(writer_.root(), "fold_rows");
  for (std::size_t fold = 0; fold < run_.n_folds(); ++fold) {
    writer_.put_list(group.id(), fmt::format("train_{}", fold), run_.fold_train_rows[fold].rows());
    writer_.put_list(group.id(), fmt::format("held_out_{}", fold),
                     run_.fold_held_out_rows[fold].rows());
    if (run_.fold_missing_classes.empty() || run_.fold_missing_classes[fold].empty()) continue;
    writer_.put_list(group.id(), fmt::format("missing_classes_{}", fold),
                     run_.fold_missing_classes[fold]);
  }
}

void ResultsBuilder::write_confusion() {
  if (run_.class_names.empty()) return;
  const std::size_t n_classes = run_.class_names.size();
  const Handle group = writer_.group(writer_.root(), "confusion");
  const Scale actual = writer_.scale(group.id(), "true_class", n_classes);
  const Scale predicted = writer_.scale(group.id(), "predicted_class", n_classes);
  writer_.put(group.id(), "class_names", run_.class_names, {&actual});
  const Scales pairs = {&config_, &fold_, &actual, &predicted};
  const std::vector<Confusion>& held_out = results_.confusion;
  hdf5::write_confusion(writer_, group, "counts", held_out, pairs);
  const ClassScores scores = class_scores(held_out, n_classes);
  const Scales by_class = {&config_, &fold_, &actual};
  writer_.put(group.id(), "precision", scores.precision, by_class, Layout::blocks_of_first);
  writer_.put(group.id(), "recall", scores.recall, by_class, Layout::blocks_of_first);
  writer_.put(group.id(), "f1", scores.f1, by_class, Layout::blocks_of_first);
  writer_.put(group.id(), "support", scores.support, by_class, Layout::blocks_of_first);
  put_by_fold("elementwise_accuracy", elementwise_accuracy(held_out, n_classes));
  put_by_fold("collapsed", collapsed(held_out));

  const std::vector<Confusion>& test = results_.test_confusion;
  if (test.empty()) return;
  hdf5::write_confusion(writer_, group, "test_counts", test, pairs);
  put_by_fold("test_elementwise_accuracy", elementwise_accuracy(test, n_classes));
}

void ResultsBuilder::write_models() {
  if (const FitRecord* best = best_model_record(run_, grid_)) {
    const Handle group = writer_.group(writer_.root(), "best_model");
    write_model(writer_, group.id(), *best, run_);
  }
  const std::size_t folds = run_.n_folds();
  const auto has_model = [](const FitRecord* cell) { return cell != nullptr && cell->model; };
  if (std::ranges::none_of(grid_.cells, has_model)) return;
  const Handle models = writer_.group(writer_.root(), "models");
  for (std::size_t config = 0; config < run_.n_configs(); ++config) {
    const auto row = std::span(grid_.cells).subspan(config * folds, folds);
    const bool is_alias = run_.alias_of[config] != static_cast<std::int32_t>(config);
    if (is_alias || std::ranges::none_of(row, has_model)) continue;
    const Handle group = writer_.group(models.id(), std::to_string(config));
    for (std::size_t fold = 0; fold < folds; ++fold) {
      if (!has_model(row[fold])) continue;
      const Handle inner = writer_.group(group.id(), fmt::format("fold_{}", fold));
      write_model(writer_, inner.id(), *row[fold], run_);
    }
  }
}

void ResultsBuilder::write_environment() const {
  const Handle group = writer_.group(writer_.root(), "environment");
  write_attribute(group.id(), "version", run_.version);
  for (const auto& [name, value] : results_.environment) write_attribute(group.id(), name, value);
}

// A viewer that follows `default` opens the best config's validation curve beside its training
// curve.
void ResultsBuilder::write_plots(const CurveChunks& curves) const {
  const Handle plots = writer_.group(writer_.root(), "plots");
  write_attribute(plots.id(), "NX_class", std::string("NXentry"));
  writer_.plot(plots, {"mean_test_score", {"config"}, "std_test_score"});
  writer_.plot(plots, {"split_test_score", {"config", "fold"}});
  std::vector<std::string> names;
  for (const CurveChunks::Curve& curve : curves.curves()) {
    if (!curve.empty()) names.emplace_back(curve.name);
  }
  const auto has = [&](const std::string& name) { return std::ranges::count(names, name) != 0; };
  const std::string best = std::to_string(std::max(results_.ranking.best(), 0));
  for (const std::string& name : names) {
    const std::string train = name.starts_with("val_") ? "train_" + name.substr(4) : "";
    writer_.plot(
        plots, {name, {"config", "fold", "epoch"}, {}, has(train) ? train : "", {best, "0", "."}});
  }
  write_attribute(plots.id(), "default",
                  std::string(has("val_loss") ? "val_loss" : "mean_test_score"));
}

// False when `stop` was requested first. HDF5 has closed the file when this returns.
bool build_file(OutputFile& output, const ResultsFile& results, const RecordGrid& grid,
                CurveChunks& curves, const std::stop_token& stop) {
  ResultsBuilder builder(results, grid, output);
  builder.write_root_attributes();
  builder.write_coordinates();
  builder.write_scores();
  builder.write_status();
  curves.wait();
  if (stop.stop_requested()) return false;
  builder.write_curves(curves);
  builder.write_timing();
  builder.write_fold_rows();
  builder.write_confusion();
  builder.write_models();
  builder.write_traces();
  builder.write_maps();
  builder.write_reconstructions();
  builder.write_environment();
  builder.write_plots(curves);
  builder.finish();
  return true;
}

}  // namespace

bool write_results(const std::filesystem::path& output, const ResultsFile& results,
                   const RecordGrid& grid, CurveChunks& curves, int threads,
                   const std::stop_token& stop) {
  curves.begin(threads, stop);
  AtomicFile file(output);
  OutputFile written(file.descriptor(), output);
  try {
    if (!build_file(written, results, grid, curves, stop)) return false;
  } catch (const std::runtime_error&) {
    written.check();  // report the full disk, rather than what HDF5 makes of it
    throw;
  }
  written.finish();
  file.commit();
  return true;
}

void write_results(const std::filesystem::path& output, const RunDescription& run,
                   const Environment& environment, std::span<const FitRecord> records) {
  std::vector<const FitRecord*> pointers;
  pointers.reserve(records.size());
  for (const FitRecord& record : records) pointers.push_back(&record);
  check_run(run);
  const RecordGrid grid = arrange(run, pointers);
  CurveChunks curves(run);
  for (const FitRecord& record : records) curves.add(record);
  (void)write_results(output, collect_results(run, environment, grid), grid, curves, 1);
}

}  // namespace mlpgrid
