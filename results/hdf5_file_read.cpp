// Reads a results file back into memory, trusting nothing about it but what it checks.
// Writing is hdf5_file_write.cpp's.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <new>
#include <stdexcept>
#include <system_error>

#include "results/atomic_file.hpp"
#include "results/hdf5_confusion.hpp"
#include "results/hdf5_file.hpp"
#include "results/hdf5_handles.hpp"
#include "results/journal_view.hpp"
#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;

// What keeps HDF5 from opening a file that this process may read. HDF5 itself does not tell.
std::string why_not(int fd) {
  if (locking_disabled() || ::flock(fd, LOCK_SH | LOCK_NB) == 0) {
    return fmt::format("HDF5 cannot open it ({}); it may be cut short or damaged", hdf5::cause());
  }
  if (errno == EWOULDBLOCK) {
    return "another program has it open for writing, say h5py with mode 'r+' or HDFView: close it "
           "there";
  }
  return "this file system refuses locks: set HDF5_USE_FILE_LOCKING=FALSE in the environment";
}

Handle open_results(const std::filesystem::path& file) {
  if (is_journal_only(file)) return open_to_read(file);
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0 && errno == ENOENT) throw std::runtime_error("there is no such file");
  if (fd.get() < 0) throw std::runtime_error(std::generic_category().message(errno));
  if (!std::filesystem::is_regular_file(file)) throw std::runtime_error("it is not a file");
  const htri_t is_hdf5 = H5Fis_hdf5(file.c_str());
  if (is_hdf5 == 0) throw std::runtime_error("it is not an HDF5 file");
  hid_t id = is_hdf5 < 0 ? H5I_INVALID_HID : H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) throw std::runtime_error(why_not(fd.get()));
  return {id, H5Fclose, "open the file"};
}

int checked_schema_version(const Handle& file) {
  if (!hdf5::has_attribute(file.id(), "schema_version") ||
      !hdf5::has_attribute(file.id(), "experiment")) {
    throw std::runtime_error("it is an HDF5 file, but not one of mlpgrid's results files");
  }
  const int version = hdf5::read_int_attribute(file.id(), "schema_version");
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
  if (model.layer_sizes.size() < 2 ||
      std::ranges::any_of(model.layer_sizes, [](std::int32_t size) { return size <= 0; })) {
    throw std::runtime_error("/best_model/layer_sizes makes no sense");
  }
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

void read_run(const Handle& file, RunDescription& run) {
  const hid_t root = file.id();
  run.title = hdf5::read_string_attribute(root, "title");
  run.experiment = hdf5::read_string_attribute(root, "experiment");
  run.seed = hdf5::read_int_attribute(root, "seed");
  run.data_sha256 = hdf5::read_string_attribute(root, "data_sha256");
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
    run.fold_train_loss_floor = read_list<double>(root, "train_loss_floor");
    run.fold_val_loss_floor = read_list<double>(root, "val_loss_floor");
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

void read_fits(hid_t root, ResultsFile& results) {
  const RunDescription& run = results.run;
  const std::vector<hsize_t> by_fold = {run.n_configs(), run.n_folds()};
  results.split_test_score = hdf5::read_values<double>(root, "split_test_score", by_fold);
  results.split_train_score = hdf5::read_values<double>(root, "split_train_score", by_fold);
  if (hdf5::has_link(root, "test_score")) {
    results.test_score = hdf5::read_values<double>(root, "test_score", by_fold);
  }
  if (hdf5::has_link(root, "zero_weight_share")) {
    results.zero_weight_share = hdf5::read_values<double>(root, "zero_weight_share", by_fold);
    results.mean_abs_weight = hdf5::read_values<double>(root, "mean_abs_weight", by_fold);
  }
  results.n_iter = hdf5::read_values<std::int32_t>(root, "n_iter", by_fold);
  results.best_epoch = hdf5::read_values<std::int32_t>(root, "best_epoch", by_fold);
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
    if (hdf5::has_link(confusion.id(), "test_counts")) {
      results.test_confusion = hdf5::read_confusion(confusion.id(), "test_counts", pairs);
    }
  }
  const Handle timing = hdf5::open_group(root, "timing");
  results.fit_time_s = hdf5::read_values<double>(timing.id(), "fit_time_s", by_fold);
  results.score_time_s = hdf5::read_values<double>(timing.id(), "score_time_s", by_fold);

  const std::vector<hsize_t> by_config = {run.n_configs()};
  results.ranking = {hdf5::read_values<double>(root, "mean_test_score", by_config),
                     hdf5::read_values<double>(root, "std_test_score", by_config),
                     hdf5::read_values<std::int32_t>(root, "rank_test_score", by_config)};
}

ResultsFile read_all(const std::filesystem::path& path) {
  const Handle file = open_results(path);
  const hid_t root = file.id();
  ResultsFile results;
  results.path = path;
  results.schema_version = checked_schema_version(file);
  results.complete = hdf5::read_int_attribute(root, "complete") != 0;
  read_run(file, results.run);
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
    results.best_model_test_score = hdf5::read_double_attribute(group.id(), "test_score");
    results.best_model = read_best_model(group.id(), results.run.refit);
    if (hdf5::has_link(group.id(), "feature_names")) {
      results.run.feature_names = read_string_list(group.id(), "feature_names");
    }
  }
  return results;
}

// Whatever goes wrong, the message begins with the file.
template <class Read>
auto naming(const std::filesystem::path& file, Read read) {
  const hdf5::QuietErrors quiet;
  const auto fail = [&](const char* why) {
    throw std::runtime_error(fmt::format("cannot read {}: {}", file.string(), why));
  };
  try {
    return read();
  } catch (const std::bad_alloc&) {
    fail("there is not enough memory for what it claims to hold");
  } catch (const std::exception& error) {
    fail(error.what());
  }
  throw std::logic_error("unreachable");
}

}  // namespace

ResultsFile read_results(const std::filesystem::path& file) {
  ResultsFile results = naming(file, [&] { return read_all(file); });
  look_beside(results);
  return results;
}

StoredModel read_config_model(const std::filesystem::path& path, std::int32_t config) {
  return naming(path, [&] {
    const Handle file = open_results(path);
    (void)checked_schema_version(file);
    const auto configs = static_cast<std::int32_t>(list_length(file.id(), "config"));
    if (config < 0 || config >= configs) {
      throw std::runtime_error(
          fmt::format("it has no config {}, but 0 to {}", config, configs - 1));
    }
    if (hdf5::has_link(file.id(), "models")) {
      const Handle models = hdf5::open_group(file.id(), "models");
      const auto alias =
          hdf5::read_values<std::int32_t>(file.id(), "alias_of", {static_cast<hsize_t>(configs)});
      const std::string name = std::to_string(alias[static_cast<std::size_t>(config)]);
      if (hdf5::has_link(models.id(), name)) {
        const Handle of_config = hdf5::open_group(models.id(), name);
        if (hdf5::has_link(of_config.id(), "fold_0")) {
          return read_model(hdf5::open_group(of_config.id(), "fold_0").id());
        }
      }
    }
    if (hdf5::has_link(file.id(), "best_model")) {
      const Handle best = hdf5::open_group(file.id(), "best_model");
      if (hdf5::read_int_attribute(best.id(), "config") == config) {
        return read_best_model(best.id(), hdf5::read_int_attribute(file.id(), "refit") != 0);
      }
    }
    throw std::runtime_error(
        fmt::format("it holds no model of config {}; run it with --keep-models all", config));
  });
}

std::vector<FitTrace> read_traces(const std::filesystem::path& path) {
  return naming(path, [&] {
    const Handle file = open_results(path);
    (void)checked_schema_version(file);
    if (!hdf5::has_link(file.id(), "trace")) {
      throw std::runtime_error("it has no trace; run the experiment with --trace true");
    }
    const auto configs = static_cast<std::int32_t>(list_length(file.id(), "config"));
    const auto folds = static_cast<std::int32_t>(list_length(file.id(), "fold"));
    const Handle group = hdf5::open_group(file.id(), "trace");
    std::vector<FitTrace> traces;
    for (std::int32_t config = 0; config < configs; ++config) {
      if (!hdf5::has_link(group.id(), std::to_string(config))) continue;
      const Handle of_config = hdf5::open_group(group.id(), std::to_string(config));
      for (std::int32_t fold = 0; fold < folds; ++fold) {
        const std::string name = fmt::format("fold_{}", fold);
        if (!hdf5::has_link(of_config.id(), name)) continue;
        const Handle of_fold = hdf5::open_group(of_config.id(), name);
        FitTrace& found = traces.emplace_back(FitTrace{config, fold, {}});
        found.trace.names = read_string_list(of_fold.id(), "name");
        found.trace.loss = read_list<double>(of_fold.id(), "loss_before");
        found.trace.parameters = hdf5::read_values<double>(
            of_fold.id(), "value", {found.trace.loss.size(), found.trace.names.size()});
      }
    }
    return traces;
  });
}

std::vector<double> read_curve(const std::filesystem::path& file, const std::string& name) {
  constexpr std::array<std::string_view, 5> kCurves = {"train_loss", "train_score", "val_loss",
                                                       "val_score", "early_stopping_score"};
  return naming(file, [&] {
    const Handle results = open_results(file);
    (void)checked_schema_version(results);
    const hid_t root = results.id();
    if (std::ranges::find(kCurves, name) == kCurves.end() || !hdf5::has_link(root, name)) {
      throw std::runtime_error(fmt::format("it has no curve '{}'", name));
    }
    return hdf5::read_values<double>(
        root, name,
        {list_length(root, "config"), list_length(root, "fold"), list_length(root, "epoch")});
  });
}

}  // namespace mlpgrid
