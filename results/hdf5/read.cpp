// Reads a results file back into memory. Nothing in the file is trusted unless it was checked here.
// Writing is write.cpp's.
#include "results/hdf5/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "results/files/atomic_file.hpp"
#include "results/hdf5/confusion.hpp"
#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/reading.hpp"
#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;

void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(fmt::format("it is damaged: {}", what));
}

int checked_schema_version(hid_t root) {
  if (!hdf5::has_attribute(root, "schema_version") || !hdf5::has_attribute(root, "experiment")) {
    throw std::runtime_error("it is an HDF5 file, but not one of mlpgrid's results files");
  }
  const int version = hdf5::read_int_attribute(root, "schema_version");
  if (version > kSchemaVersion) {
    throw std::runtime_error(fmt::format(
        "it has schema_version {}, and this program reads up to {}: use a newer mlpgrid", version,
        kSchemaVersion));
  }
  return version;
}

hsize_t list_length(hid_t group, const std::string& name) {
  const Handle dataset = hdf5::open_dataset(group, name);
  const auto dims = hdf5::extents(dataset.id(), name);
  if (dims.size() != 1) throw std::runtime_error(fmt::format("dataset '{}' is no list", name));
  return dims[0];
}

template <class T>
std::vector<T> read_list(hid_t group, const std::string& name) {
  return hdf5::read_values<T>(group, name, {list_length(group, name)});
}

std::vector<std::string> read_string_list(hid_t group, const std::string& name) {
  return hdf5::read_strings(group, name, {list_length(group, name)});
}

std::vector<ParamColumn> read_params(hid_t root, const std::vector<hsize_t>& by_config) {
  std::vector<std::string> names;
  hdf5::check(H5Literate(
                  root, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr,
                  [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
                    if (std::string_view(name).starts_with("param_")) {
                      static_cast<std::vector<std::string>*>(out)->emplace_back(name);
                    }
                    return 0;
                  },
                  &names),
              "list the datasets");
  std::vector<ParamColumn> params;
  for (const std::string& name : names) {
    ParamColumn& param = params.emplace_back();
    param.name = name.substr(std::string_view("param_").size());
    const Handle dataset = hdf5::open_dataset(root, name);
    switch (hdf5::type_class(dataset.id(), name)) {
      case H5T_STRING:
        param.values = hdf5::read_strings(root, name, by_config);
        break;
      case H5T_INTEGER:
        param.values = hdf5::read_values<std::int32_t>(root, name, by_config);
        break;
      default:
        param.values = hdf5::read_values<double>(root, name, by_config);
    }
  }
  return params;
}

StoredModel read_model(hid_t group) {
  StoredModel model;
  model.activation = hdf5::read_string_attribute(group, "activation");
  model.output = hdf5::read_string_attribute(group, "output");
  model.precision = hdf5::read_string_attribute(group, "precision");
  model.layer_sizes = read_list<std::int32_t>(group, "layer_sizes");
  demand(model.layer_sizes.size() >= 2 &&
             std::ranges::all_of(model.layer_sizes, [](std::int32_t size) { return size > 0; }),
         "the layers of a model make no sense");
  const auto size_of = [&](std::size_t layer) {
    return static_cast<hsize_t>(model.layer_sizes[layer]);
  };
  for (std::size_t i = 0; i + 1 < model.layer_sizes.size(); ++i) {
    model.weights.push_back(hdf5::read_values<double>(group, fmt::format("weights_{}", i),
                                                      {size_of(i), size_of(i + 1)}));
    model.biases.push_back(
        hdf5::read_values<double>(group, fmt::format("biases_{}", i), {size_of(i + 1)}));
  }
  const auto read_scaler = [&](const char* name, std::size_t layer) {
    return hdf5::has_link(group, name) ? hdf5::read_values<double>(group, name, {size_of(layer)})
                                       : std::vector<double>();
  };
  const std::size_t last = model.layer_sizes.size() - 1;
  model.feature_shift = read_scaler("feature_shift", 0);
  model.feature_divisor = read_scaler("feature_divisor", 0);
  model.target_shift = read_scaler("target_shift", last);
  model.target_divisor = read_scaler("target_divisor", last);
  demand(model.feature_shift.empty() == model.feature_divisor.empty() &&
             model.target_shift.empty() == model.target_divisor.empty(),
         "a model's scaler has a half only");
  if (hdf5::has_link(group, "class_names")) {
    model.class_names = read_string_list(group, "class_names");
  }
  return model;
}

StoredModel read_best_model(hid_t group, bool refitted) {
  StoredModel model = read_model(group);
  if (refitted) model.fold = kRefitFold;
  return model;
}

void read_run(hid_t root, RunDescription& run) {
  run.title = hdf5::read_string_attribute(root, "title");
  run.experiment = hdf5::read_string_attribute(root, "experiment");
  run.seed = hdf5::read_int_attribute(root, "seed");
  run.data_sha256 = hdf5::read_string_attribute(root, "data_sha256");
  if (hdf5::has_attribute(root, "features_sha256")) {
    run.features_sha256 = hdf5::read_string_attribute(root, "features_sha256");
  }
  run.scoring = hdf5::read_string_attribute(root, "scoring");
  run.refit = hdf5::read_int_attribute(root, "refit") != 0;
  const hsize_t epochs = list_length(root, "epoch");
  if (epochs > static_cast<hsize_t>(std::numeric_limits<std::int32_t>::max())) {
    throw std::runtime_error("the dimension epoch is impossibly long");
  }
  run.max_epochs = static_cast<std::int32_t>(epochs);
  run.label = read_string_list(root, "label");
  const std::vector<hsize_t> by_config = {run.n_configs()};
  run.params = read_params(root, by_config);
  run.alias_of = hdf5::read_values<std::int32_t>(root, "alias_of", by_config);
  run.fold_seed = read_list<std::int32_t>(root, "fold_seed");
  run.fold_repeat = read_list<std::int32_t>(root, "fold_repeat");
  const Handle rows = hdf5::open_group(root, "fold_rows");
  for (std::size_t fold = 0; fold < run.n_folds(); ++fold) {
    run.fold_train_rows.push_back(
        read_list<std::int32_t>(rows.id(), fmt::format("train_{}", fold)));
    run.fold_held_out_rows.push_back(
        read_list<std::int32_t>(rows.id(), fmt::format("held_out_{}", fold)));
    const std::string missing = fmt::format("missing_classes_{}", fold);
    if (!hdf5::has_link(rows.id(), missing)) continue;
    run.fold_missing_classes.resize(run.n_folds());
    run.fold_missing_classes[fold] = read_list<std::int32_t>(rows.id(), missing);
  }
  if (hdf5::has_link(root, "train_loss_floor")) {
    const std::vector<hsize_t> by_fold = {run.n_folds()};
    run.fold_train_loss_floor = hdf5::read_values<double>(root, "train_loss_floor", by_fold);
    run.fold_val_loss_floor = hdf5::read_values<double>(root, "val_loss_floor", by_fold);
  }
  if (hdf5::has_link(root, "confusion")) {
    const Handle confusion = hdf5::open_group(root, "confusion");
    run.class_names = read_string_list(confusion.id(), "class_names");
  }
  for (const auto& classes : run.fold_missing_classes) {
    for (const std::int32_t c : classes) {
      if (c < 0 || static_cast<std::size_t>(c) >= run.class_names.size()) {
        throw std::runtime_error("/fold_rows names a class that there is not");
      }
    }
  }
  check_run(run);
}

// Class scores add counts up over the folds of a config, which must not overflow.
void check_counts(const std::vector<Confusion>& fits, std::size_t n_folds) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (i % n_folds == 0) sum = 0;
    for (const ClassPair& pair : fits[i]) {
      sum += pair.count;
      demand(pair.count > 0 && sum <= std::numeric_limits<std::int32_t>::max(),
             "a confusion matrix makes no sense");
    }
  }
}

void read_fits(hid_t root, ResultsFile& results) {
  const RunDescription& run = results.run;
  const std::vector<hsize_t> by_fold = {run.n_configs(), run.n_folds()};
  const Handle timing = hdf5::open_group(root, "timing");
  for_each_fit_number([&](const FitNumber& number, auto, auto of_file) {
    using Values = std::remove_reference_t<decltype(results.*of_file)>;
    const hid_t group = number.is_time ? timing.id() : root;
    if (number.kept != FitNumber::Kept::always && !hdf5::has_link(group, number.name)) return;
    results.*of_file = hdf5::read_values<typename Values::value_type>(group, number.name, by_fold);
  });
  for (const std::int32_t status : hdf5::read_values<std::int32_t>(root, "status", by_fold)) {
    if (status < 0 || status > static_cast<std::int32_t>(RunStatus::failed)) {
      throw std::runtime_error(fmt::format("unknown status {}", status));
    }
    results.status.push_back(static_cast<RunStatus>(status));
  }
  results.error = hdf5::read_strings(root, "error", by_fold);
  if (hdf5::has_link(root, "confusion")) {
    const Handle confusion = hdf5::open_group(root, "confusion");
    const hsize_t classes = run.class_names.size();
    const std::vector<hsize_t> pairs = {run.n_configs(), run.n_folds(), classes, classes};
    results.confusion = hdf5::read_confusion(confusion.id(), "counts", pairs);
    check_counts(results.confusion, run.n_folds());
    if (hdf5::has_link(confusion.id(), "test_counts")) {
      results.test_confusion = hdf5::read_confusion(confusion.id(), "test_counts", pairs);
      check_counts(results.test_confusion, run.n_folds());
    }
  }
  const std::vector<hsize_t> by_config = {run.n_configs()};
  results.ranking = {hdf5::read_values<double>(root, "mean_test_score", by_config),
                     hdf5::read_values<double>(root, "std_test_score", by_config),
                     hdf5::read_values<std::int32_t>(root, "rank_test_score", by_config)};
}

ResultsFile read_all(std::shared_ptr<const hdf5::InputFile> file,
                     const std::filesystem::path& path) {
  ResultsFile results;
  results.path = path;
  results.file = std::move(file);
  results.sealed = results.file->sealed();
  const hdf5::ReadLimit limit(results.file->most_bytes());
  const hid_t root = results.file->id();
  results.schema_version = checked_schema_version(root);
  results.complete = hdf5::read_int_attribute(root, "complete") != 0;
  read_run(root, results.run);
  read_fits(root, results);

  const Handle environment = hdf5::open_group(root, "environment");
  for (const std::string& name : hdf5::attribute_names(environment.id())) {
    const std::string value = hdf5::read_string_attribute(environment.id(), name);
    if (name == "version") {
      results.run.version = value;
    } else {
      results.environment.emplace_back(name, value);
    }
  }

  results.best_model_test_score = std::numeric_limits<double>::quiet_NaN();
  if (hdf5::has_link(root, "best_model")) {
    const Handle group = hdf5::open_group(root, "best_model");
    results.best_config = hdf5::read_int_attribute(group.id(), "config");
    demand(results.best_config >= 0 &&
               static_cast<std::size_t>(results.best_config) < results.run.n_configs(),
           "its best model is of a config that it lacks");
    results.best_model_test_score = hdf5::read_double_attribute(group.id(), "test_score");
    results.best_model = read_best_model(group.id(), results.run.refit);
    if (hdf5::has_link(group.id(), "feature_names")) {
      results.run.feature_names = read_string_list(group.id(), "feature_names");
    }
  }
  return results;
}

}  // namespace

ResultsFile read_results_file(const std::filesystem::path& file) {
  return hdf5::naming(
      file, [&] { return read_all(std::make_shared<const hdf5::InputFile>(file), file); });
}

ResultsFile read_results_file(FileDescriptor open, const std::filesystem::path& file) {
  return hdf5::naming(file, [&] {
    return read_all(std::make_shared<const hdf5::InputFile>(std::move(open)), file);
  });
}

StoredModel read_config_model(const ResultsFile& results, std::int32_t config) {
  return hdf5::reading(results, [&](hid_t root) {
    const auto configs = static_cast<std::int32_t>(results.run.n_configs());
    if (config < 0 || config >= configs) {
      throw std::runtime_error(
          fmt::format("it has no config {}, but 0 to {}", config, configs - 1));
    }
    if (hdf5::has_link(root, "models")) {
      const Handle models = hdf5::open_group(root, "models");
      const std::string name =
          std::to_string(results.run.alias_of[static_cast<std::size_t>(config)]);
      if (hdf5::has_link(models.id(), name)) {
        const Handle of_config = hdf5::open_group(models.id(), name);
        if (hdf5::has_link(of_config.id(), "fold_0")) {
          return read_model(hdf5::open_group(of_config.id(), "fold_0").id());
        }
      }
    }
    if (results.best_model && results.best_config == config) return *results.best_model;
    throw std::runtime_error(
        fmt::format("it holds no model of config {}; run it with --keep-models all", config));
  });
}

std::vector<FitTrace> read_traces(const ResultsFile& results) {
  return hdf5::reading(results, [&](hid_t root) {
    if (!hdf5::has_link(root, "trace")) {
      throw std::runtime_error("it has no trace; run the experiment with --trace true");
    }
    const Handle group = hdf5::open_group(root, "trace");
    std::vector<FitTrace> traces;
    for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
      if (!hdf5::has_link(group.id(), std::to_string(config))) continue;
      const Handle of_config = hdf5::open_group(group.id(), std::to_string(config));
      for (std::size_t fold = 0; fold < results.run.n_folds(); ++fold) {
        const std::string name = fmt::format("fold_{}", fold);
        if (!hdf5::has_link(of_config.id(), name)) continue;
        const Handle of_fold = hdf5::open_group(of_config.id(), name);
        FitTrace& found = traces.emplace_back();
        found.config = static_cast<std::int32_t>(config);
        found.fold = static_cast<std::int32_t>(fold);
        found.trace.names = read_string_list(of_fold.id(), "name");
        found.trace.loss = read_list<double>(of_fold.id(), "loss_before");
        found.trace.parameters = hdf5::read_values<double>(
            of_fold.id(), "value", {found.trace.loss.size(), found.trace.names.size()});
      }
    }
    return traces;
  });
}

ValuesOfConfig read_curve(const ResultsFile& results, const std::string& name) {
  return hdf5::values_of_configs(results, [&](hid_t root) {
    if (std::ranges::find(kFitCurves, name, &FitCurve::name) == std::end(kFitCurves) ||
        !hdf5::has_link(root, name)) {
      throw std::runtime_error(fmt::format("it has no curve '{}'", name));
    }
    const RunDescription& run = results.run;
    return hdf5::Blocks(root, name,
                        {run.n_configs(), run.n_folds(), static_cast<hsize_t>(run.max_epochs)});
  });
}

}  // namespace mlpgrid
