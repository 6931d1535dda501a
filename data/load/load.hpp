// Turns the data options of an experiment into rows in memory, and into lists of the rows to train
// on, to validate with and to test with. Cutting the former into folds is make_splits.hpp's.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"
#include "data/scaler.hpp"
#include "data/splits.hpp"

namespace mlpgrid {

enum class DataSource {
  mnist,
  fashion_mnist,
  moons,
  circles,
  xor_points,
  spirals,
  line,
  ps5_surrogate,
  glyphs,
  csv,
  idx
};

/// The data options of the command line, under the same names. A count of 0 means "not given".
struct DataOptions {
  DataSource source = DataSource::glyphs;
  std::filesystem::path data_dir;  // --data-dir, may be empty
  std::filesystem::path csv;
  std::vector<std::string> target;
  std::vector<std::string> columns;
  std::filesystem::path images, labels;  // source idx
  Task task = Task::automatic;
  std::size_t samples = 0;       // files: the first rows, 0 = all; generators: default 500
  std::size_t test_samples = 0;  // rows of the test file (public sets) or further generated rows
  std::size_t test_offset = 0;
  std::size_t validation_samples = 0;  // rows of the test file (or further generated rows)
  std::size_t validation_offset = 0;
  double noise = -1.0;  // < 0: the generator's default (moons 0.2, circles 0.05, xor 0, spirals 0,
                        // ps5-surrogate 0.5, glyphs 0.1)
  std::uint32_t data_seed = 0;
};

/// All rows in one data set: first the pool that folds are made of, then validation, then test. The
/// lists hold row numbers of `dataset`.
struct LoadedData {
  Dataset dataset;
  std::vector<std::int32_t> pool;
  std::vector<std::int32_t> validation;  // held out from every fit, if any were asked for
  std::vector<std::int32_t> test;
  /// Where models of another run make the features (features-from): what each of them makes of all
  /// rows, n_rows x n_features, row-major; dataset.values equals the first. Else empty.
  std::vector<std::vector<double>> feature_sets;
  std::string sha256;  // content_sha256(dataset); with feature sets, a hash over that of each
  std::string features_sha256;  // of the models that made the feature sets; empty without them
};

/// A data source and its name as a value of --data.
struct NamedSource {
  DataSource value;
  std::string_view name;
};
[[nodiscard]] std::span<const NamedSource> data_sources();

/// Throws std::invalid_argument that names the options which do not go with the source or with each
/// other.
void check_data_options(const DataOptions& options);

/// Reads or makes the data. Throws std::runtime_error or std::invalid_argument with a message that
/// names the file or option and the remedy.
[[nodiscard]] LoadedData load_data(const DataOptions& options);

/// Every file that load_data() might read: those that the options name, whether they exist or not,
/// and the files of a public set in all folders of data_folders().
[[nodiscard]] std::vector<std::filesystem::path> data_files(const DataOptions& options);

/// Rows of a public set's test file alone: the first options.samples (0: all), without labels where
/// the task is autoencoder. Throws as load_data() does.
[[nodiscard]] Dataset load_public_test_rows(const DataOptions& options);

/// Where public sets are looked for, in order: data_dir (where given), $MLPGRID_DATA_DIR,
/// $XDG_CACHE_HOME/mlpgrid, ~/.cache/mlpgrid.
[[nodiscard]] std::vector<std::filesystem::path> data_folders(
    const std::filesystem::path& data_dir);

}  // namespace mlpgrid
