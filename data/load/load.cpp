// Finds the files or calls the generator that the data options name, and refuses options that
// belong to another source. How the pool is cut into folds is in make_splits.cpp.
#include "data/load/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "data/csv/csv.hpp"
#include "data/public/public_sets.hpp"
#include "data/sources/generators.hpp"
#include "data/sources/idx.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAll = static_cast<std::size_t>(-1);
constexpr std::size_t kDefaultGenerated = 500;
constexpr double kCirclesFactor = 0.8;  // scikit-learn's default

std::string_view name_of(DataSource source) {
  return std::ranges::find(data_sources(), source, &NamedSource::value)->name;
}

bool is_public(DataSource source) {
  return source == DataSource::mnist || source == DataSource::fashion_mnist;
}
bool is_generated(DataSource source) {
  return !is_public(source) && source != DataSource::csv && source != DataSource::idx;
}

}  // namespace

std::span<const NamedSource> data_sources() {
  static constexpr NamedSource kSources[] = {
      {DataSource::mnist, "mnist"},    {DataSource::fashion_mnist, "fashion-mnist"},
      {DataSource::moons, "moons"},    {DataSource::circles, "circles"},
      {DataSource::xor_points, "xor"}, {DataSource::spirals, "spirals"},
      {DataSource::line, "line"},      {DataSource::ps5_surrogate, "ps5-surrogate"},
      {DataSource::glyphs, "glyphs"},  {DataSource::csv, "csv"},
      {DataSource::idx, "idx"}};
  return kSources;
}

// --data-dir is accepted with every source: like MLPGRID_DATA_DIR it only says where to look.
void check_data_options(const DataOptions& options) {
  const DataSource source = options.source;
  const auto only_for = [&](bool applies, bool given, std::string_view option,
                            std::string_view meant_for) {
    if (given && !applies) {
      throw std::invalid_argument(fmt::format("{}: is for --data {}, not for --data {}", option,
                                              meant_for, name_of(source)));
    }
  };
  const bool csv = source == DataSource::csv;
  only_for(csv, !options.csv.empty(), "--csv", "csv");
  only_for(csv, !options.target.empty(), "--target", "csv");
  only_for(csv, !options.columns.empty(), "--columns", "csv");
  only_for(source == DataSource::idx, !options.images.empty(), "--images", "idx");
  only_for(source == DataSource::idx, !options.labels.empty(), "--labels", "idx");
  constexpr std::string_view kNoisy = "moons, circles, xor, spirals, ps5-surrogate or glyphs";
  only_for(is_generated(source) && source != DataSource::line, options.noise >= 0.0, "--noise",
           kNoisy);
  only_for(is_generated(source), options.data_seed != 0, "--data-seed", "a generator");
  constexpr std::string_view kWithTestRows = "mnist, fashion-mnist or a generator";
  const bool test_rows = is_public(source) || is_generated(source);
  only_for(test_rows, options.test_samples > 0, "--test-samples", kWithTestRows);
  only_for(test_rows, options.validation_samples > 0, "--validation-samples", kWithTestRows);
  constexpr std::string_view kWithTestFile = "mnist or fashion-mnist";
  only_for(is_public(source), options.test_offset > 0, "--test-offset", kWithTestFile);
  only_for(is_public(source), options.validation_offset > 0, "--validation-offset", kWithTestFile);
  only_for(csv || source == DataSource::line || source == DataSource::ps5_surrogate,
           options.task == Task::regression, "--task regression", "csv, line or ps5-surrogate");
  only_for(source != DataSource::line, options.task == Task::classification,
           "--task classification", "a set with classes");

  if (options.test_offset > 0 && options.test_samples == 0) {
    throw std::invalid_argument("--test-offset: says nothing without --test-samples");
  }
  if (options.validation_offset > 0 && options.validation_samples == 0) {
    throw std::invalid_argument("--validation-offset: says nothing without --validation-samples");
  }
  if (!options.images.empty() && options.images == options.labels) {
    throw std::invalid_argument(
        fmt::format("--images and --labels are both {}", options.images.string()));
  }
}

namespace {

std::vector<std::string> digit_names(std::size_t n) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < n; ++i) names.push_back(fmt::format("{}", i));
  return names;
}

std::vector<std::string> public_class_names(DataSource source) {
  if (source == DataSource::mnist) return digit_names(10);
  return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
          "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
}

struct ImageFiles {
  fs::path images;
  fs::path labels;  // empty: not wanted
};

// Appends `count` images (kAll: the rest) from `offset` on, and their labels.
void append_images(Dataset& dataset, const ImageFiles& files, std::size_t offset,
                   std::size_t count) {
  std::optional<IdxArray> labels;  // read whole, so that its length can be compared
  if (!files.labels.empty()) labels = read_idx(files.labels, 1);
  IdxArray images = read_idx(files.images, 3, offset, count);
  if (labels && labels->entries_in_file != images.entries_in_file) {
    throw std::runtime_error(fmt::format("{} has {} images, but {} has {} labels",
                                         files.images.string(), images.entries_in_file,
                                         files.labels.string(), labels->entries_in_file));
  }
  if (dataset.n_rows == 0) {
    dataset.image_height = images.shape[1];
    dataset.image_width = images.shape[2];
    dataset.n_features = images.shape[1] * images.shape[2];
    dataset.bytes = std::move(images.bytes);
  } else if (images.shape[1] != dataset.image_height || images.shape[2] != dataset.image_width) {
    throw std::runtime_error(fmt::format(
        "{}: images of {}x{}, but those of the training file are {}x{}", files.images.string(),
        images.shape[1], images.shape[2], dataset.image_height, dataset.image_width));
  } else {
    dataset.bytes.insert(dataset.bytes.end(), images.bytes.begin(), images.bytes.end());
  }
  const std::size_t n = images.shape[0];
  dataset.n_rows += n;
  if (labels) {
    const auto first = labels->bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    dataset.labels.insert(dataset.labels.end(), first, first + static_cast<std::ptrdiff_t>(n));
  }
}

constexpr std::array<std::string_view, 4> kPublicFiles = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

fs::path find_public_file(const DataOptions& options, std::string_view file) {
  const std::string set(name_of(options.source));
  std::string looked_in;
  for (const fs::path& folder : data_folders(options.data_dir)) {
    if (const auto found = plain_or_packed(folder / set, file)) return *found;
    looked_in += fmt::format("\n  {}", (folder / set).string());
  }
  throw std::runtime_error(fmt::format(
      "--data {0}: no file {1} or {1}.gz; looked in{2}\n`mlpgrid data fetch {0}` downloads it. If "
      "you have it already: the set is train-images-idx3-ubyte, train-labels-idx1-ubyte, "
      "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each plain or .gz, in a folder called "
      "{0}; say where that folder lies with --data-dir DIR or the environment variable "
      "MLPGRID_DATA_DIR. --data glyphs needs no file.",
      set, file, looked_in.empty() ? " no folder: none is known" : looked_in));
}

// The files of the training part ("train") or the test part ("t10k") of a public set; an
// autoencoder needs no labels.
ImageFiles public_files(const DataOptions& options, std::string_view part) {
  ImageFiles files;
  files.images = find_public_file(options, fmt::format("{}-images-idx3-ubyte", part));
  if (options.task == Task::autoencoder) return files;
  files.labels = find_public_file(options, fmt::format("{}-labels-idx1-ubyte", part));
  return files;
}

void name_public_classes(Dataset& dataset, const DataOptions& options, const ImageFiles& files) {
  if (files.labels.empty()) return;
  dataset.class_names = public_class_names(options.source);
  if (*std::max_element(dataset.labels.begin(), dataset.labels.end()) > 9) {
    throw std::runtime_error(
        fmt::format("--data {}: a label above 9; the files beside {} are not this set",
                    dataset.name, files.labels.string()));
  }
}

Dataset load_public(const DataOptions& options) {
  Dataset dataset;
  dataset.name = name_of(options.source);
  const ImageFiles train = public_files(options, "train");
  append_images(dataset, train, 0, options.samples == 0 ? kAll : options.samples);
  if (options.validation_samples > 0 || options.test_samples > 0) {
    const ImageFiles test = public_files(options, "t10k");
    if (options.validation_samples > 0) {
      append_images(dataset, test, options.validation_offset, options.validation_samples);
    }
    if (options.test_samples > 0) {
      append_images(dataset, test, options.test_offset, options.test_samples);
    }
  }
  name_public_classes(dataset, options, train);
  return dataset;
}

// The label codes that occur become the classes, in ascending order and named by their digits; the
// labels are renumbered to match.
void name_classes_by_code(Dataset& dataset) {
  std::vector<std::int32_t> codes = dataset.labels;
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  for (const std::int32_t code : codes) dataset.class_names.push_back(fmt::format("{}", code));
  for (std::int32_t& label : dataset.labels) {
    const auto code = std::lower_bound(codes.begin(), codes.end(), label);
    label = static_cast<std::int32_t>(code - codes.begin());
  }
}

Dataset load_idx(const DataOptions& options) {
  if (options.images.empty()) {
    throw std::invalid_argument("--images: name the IDX file with the images (--data idx)");
  }
  const bool with_labels = options.task != Task::autoencoder;
  if (with_labels == options.labels.empty()) {
    throw std::invalid_argument(
        with_labels
            ? "--labels: name the IDX file with the labels, or say --task autoencoder for none"
            : "--labels: an autoencoder (--task autoencoder) has none");
  }
  Dataset dataset;
  dataset.name = options.images.stem().string();
  append_images(dataset, {.images = options.images, .labels = options.labels}, 0,
                options.samples == 0 ? kAll : options.samples);
  name_classes_by_code(dataset);
  return dataset;
}

Dataset load_csv(const DataOptions& options) {
  if (options.csv.empty()) throw std::invalid_argument("--csv: name the file (--data csv)");
  Dataset dataset = read_csv({.file = options.csv,
                              .targets = options.target,
                              .columns = options.columns,
                              .task = options.task,
                              .max_rows = options.samples == 0 ? kAll : options.samples});
  if (dataset.n_rows < options.samples) {
    throw std::runtime_error(fmt::format("--samples {}: {} has only {} rows", options.samples,
                                         options.csv.string(), dataset.n_rows));
  }
  return dataset;
}

Dataset generate(const DataOptions& options) {
  constexpr auto kMaxRows = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  const std::size_t pool = options.samples == 0 ? kDefaultGenerated : options.samples;
  const std::array<std::pair<std::string_view, std::size_t>, 3> parts = {
      {{"--samples", pool},
       {"--validation-samples", options.validation_samples},
       {"--test-samples", options.test_samples}}};
  std::size_t n = 0;
  for (const auto& [option, count] : parts) {
    if (count > kMaxRows - n) {
      throw std::invalid_argument(fmt::format("{} {}: a data set can have at most {} rows in all",
                                              option, count, kMaxRows));
    }
    n += count;
  }
  const auto noise_or = [&](double by_default) {
    return options.noise < 0.0 ? by_default : options.noise;
  };
  Dataset dataset;
  switch (options.source) {
    case DataSource::moons:
      dataset = make_moons(n, noise_or(0.2), options.data_seed);
      break;
    case DataSource::circles:
      dataset = make_circles(n, noise_or(0.05), kCirclesFactor, options.data_seed);
      break;
    case DataSource::xor_points:
      dataset = make_xor(n, noise_or(0.0), options.data_seed);
      break;
    case DataSource::spirals:
      dataset = make_spirals(n, noise_or(0.0), options.data_seed);
      break;
    case DataSource::line:
      dataset = make_line(n);
      break;
    case DataSource::ps5_surrogate:
      dataset =
          make_ps5_surrogate(n, noise_or(0.5), options.data_seed, options.task != Task::regression);
      break;
    default:
      dataset = make_glyphs(n, noise_or(0.1), options.data_seed);
      break;
  }
  if (options.task == Task::autoencoder) {
    dataset.labels.clear();
    dataset.class_names.clear();
    dataset.target_values.clear();
    dataset.n_outputs = 0;
  }
  return dataset;
}

}  // namespace

std::vector<fs::path> data_folders(const fs::path& data_dir) {
  std::vector<fs::path> folders;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value ? value : "");
  };
  if (!data_dir.empty()) folders.push_back(data_dir);
  if (const fs::path dir = variable("MLPGRID_DATA_DIR"); !dir.empty()) folders.push_back(dir);
  if (const fs::path dir = variable("XDG_CACHE_HOME"); !dir.empty()) {
    folders.push_back(dir / "mlpgrid");
  }
  if (const fs::path dir = variable("HOME"); !dir.empty()) {
    folders.push_back(dir / ".cache" / "mlpgrid");
  }
  return folders;
}

std::vector<fs::path> data_files(const DataOptions& options) {
  std::vector<fs::path> files;
  for (const fs::path& named : {options.csv, options.images, options.labels}) {
    if (!named.empty()) files.push_back(named);
  }
  if (!is_public(options.source)) return files;
  for (const fs::path& folder : data_folders(options.data_dir)) {
    for (const std::string_view file : kPublicFiles) {
      const auto found = plain_or_packed(folder / name_of(options.source), file);
      if (found) files.push_back(*found);
    }
  }
  return files;
}

Dataset load_public_test_rows(const DataOptions& options) {
  Dataset dataset;
  dataset.name = name_of(options.source);
  const ImageFiles test = public_files(options, "t10k");
  append_images(dataset, test, 0, options.samples == 0 ? kAll : options.samples);
  name_public_classes(dataset, options, test);
  check(dataset);
  return dataset;
}

LoadedData load_data(const DataOptions& options) {
  check_data_options(options);
  LoadedData data;
  if (is_public(options.source)) {
    data.dataset = load_public(options);
  } else if (options.source == DataSource::csv) {
    data.dataset = load_csv(options);
  } else if (options.source == DataSource::idx) {
    data.dataset = load_idx(options);
  } else {
    data.dataset = generate(options);
  }
  check(data.dataset);

  data.pool.resize(data.dataset.n_rows - options.validation_samples - options.test_samples);
  data.validation.resize(options.validation_samples);
  data.test.resize(options.test_samples);
  std::int32_t next = 0;
  for (auto* part : {&data.pool, &data.validation, &data.test}) {
    std::iota(part->begin(), part->end(), next);
    next += static_cast<std::int32_t>(part->size());
  }
  data.sha256 = content_sha256(data.dataset);
  return data;
}

}  // namespace mlpgrid
