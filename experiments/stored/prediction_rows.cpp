// Loads rows from the source that was asked for and fits them to the model. Reading data is
// data/load/'s.
#include "experiments/stored/prediction_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <variant>

#include "data/csv/csv.hpp"
#include "data/csv/csv_classes.hpp"
#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"
#include "data/value_range.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/model_features.hpp"
#include "experiments/stored/stored_run.hpp"

namespace mlpgrid {

namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Loads rows once. The references are the arguments of load_prediction_rows().
class RowLoader {
 public:
  RowLoader(const RowsWanted& wanted, const ResultsFile& results, const Experiment& experiment,
            const Predictor& predictor, std::int32_t config)
      : wanted_(wanted),
        run_(results.run),
        path_(results.path),
        experiment_(experiment),
        predictor_(predictor),
        config_(config >= 0 ? config : results.best_config) {
    const bool of_features = !experiment_.features_from.empty();
    if (of_features) find_features_file();
    columns_ = of_features ? columns_of_features(experiment_, path_) : run_.feature_names;
  }

  PredictionRows load() {
    if (!wanted_.source) {
      load_own_test_rows();
    } else if (*wanted_.source == DataSource::csv) {
      load_csv();
    } else if (*wanted_.source == DataSource::idx) {
      load_idx();
    } else {
      load_named();
    }
    if (loaded_.rows.empty()) {
      loaded_.rows.resize(loaded_.dataset.n_rows);
      std::iota(loaded_.rows.begin(), loaded_.rows.end(), 0);
    }
    if (!experiment_.features_from.empty()) replace_features();
    require_width();
    if (!wanted_.source) require_unchanged();
    if (is_file_) describe_seen_rows();
    loaded_.has_targets = wanted_.with_targets && (predictor_.task == Task::autoencoder ||
                                                   !loaded_.dataset.labels.empty() ||
                                                   !loaded_.dataset.target_values.empty());
    const StoredModel& model = predictor_.stored;
    ValueRange::of_features(loaded_.dataset)
        .require({model.feature_shift, model.feature_divisor}, predictor_.model.precision);
    ValueRange::of_targets(loaded_.dataset)
        .require({model.target_shift, model.target_divisor}, predictor_.model.precision);
    return std::move(loaded_);
  }

 private:
  void load_own_test_rows() {
    DataOptions options = experiment_.data;
    options.data_dir = wanted_.options.data_dir;
    if (options.test_samples == 0) {
      throw UsageError(
          fmt::format("{}: the run has no test set of its own; name the rows to predict: --csv "
                      "FILE, --images FILE or --data NAME",
                      path_.string()));
    }
    LoadedData data = load_data(options);
    content_ = data.sha256;
    loaded_.dataset = std::move(data.dataset);
    loaded_.rows = std::move(data.test);
    loaded_.description = fmt::format("the run's test set, {}", loaded_.dataset.name);
  }

  void require_unchanged() const {
    if (content_ == run_.data_sha256) return;
    throw std::runtime_error(
        fmt::format("{}: the data set {} is not what it was when the run was made (its content "
                    "has another SHA-256); name the rows to predict: --csv FILE, --images FILE "
                    "or --data NAME",
                    path_.string(), loaded_.dataset.name));
  }

  void load_csv() {
    CsvOptions options;
    options.file = wanted_.options.csv;
    if (wanted_.options.samples > 0) options.max_rows = wanted_.options.samples;
    options.on_header = [this](const CsvHeader& header, CsvOptions& chosen) {
      choose_columns(header, chosen);
    };
    loaded_.dataset = read_csv(options);
    check(loaded_.dataset);
    if (loaded_.dataset.n_rows < wanted_.options.samples) {
      throw std::runtime_error(fmt::format("--samples {}: {} has only {} rows",
                                           wanted_.options.samples, wanted_.options.csv.string(),
                                           loaded_.dataset.n_rows));
    }
    describe_file(wanted_.options.csv);
  }

  void choose_columns(const CsvHeader& header, CsvOptions& chosen) const {
    if (wanted_.with_targets && predictor_.task != Task::autoencoder) {
      chosen.targets = wanted_.options.target;
      const Names& own = experiment_.data.target;
      const auto is_target = [&](const std::string& name) {
        return header.has(name) && !contains(columns_, name);
      };
      if (chosen.targets.empty() && std::all_of(own.begin(), own.end(), is_target)) {
        chosen.targets = own;
      }
    }
    if (chosen.targets.empty()) {
      chosen.task = Task::autoencoder;  // reads features only
    } else {
      chosen.task = predictor_.task;
      chosen.classes = predictor_.class_names;
      require_target_count(chosen.targets.size());
    }
    chosen.columns = columns_;
    const auto is_there = [&](const std::string& name) { return header.has(name); };
    if (!columns_.empty()) {
      require_columns(header);
    } else if (std::all_of(chosen.targets.begin(), chosen.targets.end(), is_there)) {
      const auto nameless = std::count(header.names().begin(), header.names().end(), "");
      require_column_count(header.names().size() - static_cast<std::size_t>(nameless) -
                           chosen.targets.size());
    }
  }

  void require_target_count(std::size_t n) const {
    const std::size_t wanted = predictor_.has_classes() ? 1 : predictor_.model.network.n_outputs;
    if (n == wanted) return;
    throw UsageError(fmt::format("--target: {} column(s), but the model predicts {}", n, wanted));
  }

  void require_columns(const CsvHeader& header) const {
    Names missing;
    for (const std::string& name : columns_) {
      if (!header.has(name)) missing.push_back(name);
    }
    if (missing.empty()) return;
    const std::string near = nearest_name(missing[0], header.names());
    throw std::runtime_error(fmt::format(
        "{}: the model needs the column{} {}, which the header lacks{}; name the columns as those "
        "that the model was trained on: {}",
        wanted_.options.csv.string(), missing.size() > 1 ? "s" : "", printable_list(missing),
        near.empty() ? ""
                     : fmt::format(" ('{}' is there: if it is the same as {}, rename it)",
                                   printable(near), printable(missing[0])),
        printable_list(columns_)));
  }

  // Models of images, or of features of other models, have no names of columns: their order counts.
  void require_column_count(std::size_t n) const {
    if (!experiment_.features_from.empty() || n == predictor_.n_features()) return;
    throw std::runtime_error(fmt::format(
        "{}: {} columns of features, but the model takes {}, in the order in which it was trained "
        "on them ({}); leave out other columns, and name that of the target with --target",
        wanted_.options.csv.string(), n, predictor_.n_features(), run_data()));
  }

  void load_idx() {
    DataOptions options = wanted_.options;
    options.source = DataSource::idx;
    const bool with_labels = !options.labels.empty();
    if (with_labels && !predictor_.has_classes()) {
      throw UsageError("--labels: the model predicts no classes; leave them out");
    }
    options.task = with_labels ? Task::classification : Task::autoencoder;
    loaded_.dataset = load_data(options).dataset;
    if (with_labels) number_as_the_model();
    describe_file(options.images);
  }

  // Renumbers the labels to the run's classes, which are found by the label codes.
  void number_as_the_model() {
    Dataset& dataset = loaded_.dataset;
    const Names& classes = predictor_.class_names;
    // Fashion-MNIST's classes have names, so their codes are their positions, from 0.
    const bool in_order = experiment_.data.source == DataSource::fashion_mnist;
    const KnownClasses known(in_order ? class_codes(classes.size()) : classes);
    std::vector<std::int32_t> number_of;
    for (const std::string& code : dataset.class_names) {
      number_of.push_back(known.find(code));
      if (number_of.back() >= 0) continue;
      throw std::runtime_error(fmt::format(
          "{}: label {} is none of the model's classes {}; leave out --labels to predict without "
          "a score",
          wanted_.options.labels.string(), code, printable_list(classes)));
    }
    for (std::int32_t& label : dataset.labels) label = number_of[static_cast<std::size_t>(label)];
    dataset.class_names = classes;
  }

  static Names class_codes(std::size_t n) {
    Names codes;
    for (std::size_t i = 0; i < n; ++i) codes.push_back(fmt::format("{}", i));
    return codes;
  }

  // Loads a public set's test file, or generates new rows.
  void load_named() {
    DataOptions options = wanted_.options;
    options.source = *wanted_.source;
    const std::string name = name_of(options.source);
    options.task = target_task(options.source);
    if (options.source == DataSource::mnist || options.source == DataSource::fashion_mnist) {
      loaded_.dataset = load_public_test_rows(options);
      loaded_.description = fmt::format("the test file of {}", name);
    } else {
      const bool same = options.source == experiment_.data.source;
      if (same && options.noise < 0.0) options.noise = experiment_.data.noise;
      if (same && !wanted_.has_data_seed) options.data_seed = experiment_.data.data_seed + 1;
      loaded_.dataset = load_data(options).dataset;
      loaded_.description =
          fmt::format("generated {}, data-seed {}{}", name, options.data_seed,
                      same && options.data_seed == experiment_.data.data_seed
                          ? ", which is the run's: the model may have been trained on these rows"
                          : "");
    }
    Dataset& dataset = loaded_.dataset;
    if (!dataset.labels.empty() && dataset.class_names != predictor_.class_names) {
      dataset.labels.clear();
      dataset.class_names.clear();
      loaded_.description += ", whose classes are not the model's: no score";
    }
  }

  // The task to load a source with; autoencoder means without targets.
  [[nodiscard]] Task target_task(DataSource source) const {
    const bool has_values = source == DataSource::line || source == DataSource::ps5_surrogate;
    if (!wanted_.with_targets) return Task::autoencoder;
    if (predictor_.has_classes() && source != DataSource::line) return Task::classification;
    if (predictor_.task == Task::regression && has_values) return Task::regression;
    return Task::autoencoder;
  }

  // Where the models' file is not at its old place, but beside the run's file, a whole folder was
  // moved.
  void find_features_file() {
    std::error_code none;
    const std::filesystem::path file = features_file(experiment_, path_);
    const std::filesystem::path beside = path_.parent_path() / file.filename();
    if (!std::filesystem::exists(file, none) && std::filesystem::exists(beside, none)) {
      experiment_.features_from = beside.string();
    }
  }

  // Makes the features of all models, as the run did, so that the hashes can be compared, and keeps
  // those of the config's model.
  void replace_features() {
    LoadedData data;
    data.dataset = std::move(loaded_.dataset);
    take_features(data, experiment_, path_);
    if (!run_.features_sha256.empty() && data.features_sha256 != run_.features_sha256) {
      throw std::runtime_error(fmt::format(
          "{}: the models of {} are not those that the run took its features from: that file was "
          "made anew since then; run this experiment again, too",
          path_.string(), features_file(experiment_, path_).string()));
    }
    const auto models = features_configs(experiment_);
    const std::int32_t model = stored_features_config(run_, experiment_, config_);
    const auto set = std::ranges::find(models, model) - models.begin();
    content_ = data.sha256;
    loaded_.dataset = std::move(data.dataset);
    loaded_.dataset.values = std::move(data.feature_sets.at(static_cast<std::size_t>(set)));
  }

  void require_width() const {
    const Dataset& dataset = loaded_.dataset;
    if (dataset.n_features == predictor_.n_features()) return;
    const std::string what = dataset.is_image()
                                 ? fmt::format("images of {}x{} = {} pixels", dataset.image_height,
                                               dataset.image_width, dataset.n_features)
                                 : fmt::format("{} features", dataset.n_features);
    throw std::runtime_error(
        fmt::format("{}: {}, but the model takes {} features ({}); give it rows of the kind that "
                    "it was trained on",
                    dataset.name, what, predictor_.n_features(), run_data()));
  }

  // "it was trained on mnist", for messages.
  [[nodiscard]] std::string run_data() const {
    const DataOptions& data = experiment_.data;
    const std::string file = data.source == DataSource::csv   ? data.csv.string()
                             : data.source == DataSource::idx ? data.images.string()
                                                              : name_of(data.source);
    return fmt::format("it was trained on {}", file);
  }

  void describe_file(const std::filesystem::path& file) {
    loaded_.description = printable(file.string(), kNoLimit);
    is_file_ = true;
    content_ = content_sha256(loaded_.dataset);
  }

  void describe_seen_rows() {
    if (content_ == run_.data_sha256) {
      const std::size_t all = loaded_.dataset.n_rows;
      const std::size_t seen = rows_seen().value_or(all);
      loaded_.description +=
          fmt::format(", the run's own data: the model was trained on {}",
                      seen == all ? "these rows" : fmt::format("{} of these {} rows", seen, all));
    }
  }

  // How many rows of the run's data the model was trained on; nothing: all of them.
  [[nodiscard]] std::optional<std::size_t> rows_seen() const {
    const std::int32_t fold = predictor_.stored.fold;
    if (fold == kRefitFold) return std::nullopt;
    return run_.fold_train_rows.at(static_cast<std::size_t>(fold)).size();
  }

  const RowsWanted& wanted_;
  const RunDescription& run_;
  const std::filesystem::path& path_;
  Experiment experiment_;
  const Predictor& predictor_;
  std::int32_t config_;
  Names columns_;  // of the data; those that the first model of the chain takes
  PredictionRows loaded_;
  bool is_file_ = false;
  std::string content_;  // SHA-256 of the rows, made like the run's data_sha256
};

}  // namespace

PredictionRows load_prediction_rows(const RowsWanted& wanted, const ResultsFile& results,
                                    const Experiment& experiment, const Predictor& predictor,
                                    std::int32_t config) {
  return RowLoader(wanted, results, experiment, predictor, config).load();
}

FitData prediction_data(const PredictionRows& rows, const Predictor& predictor) {
  const StoredModel& model = predictor.stored;
  FitData data;
  data.features = feature_view(rows.dataset, model.feature_shift, model.feature_divisor);
  data.targets =
      target_view(rows.dataset, predictor.task, model.target_shift, model.target_divisor);
  data.test = rows.rows;
  return data;
}

}  // namespace mlpgrid
