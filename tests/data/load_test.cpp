// From data options to rows: each kind of source, and options that mean nothing for it.
#include "data/load/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "data/sources/generators.hpp"
#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::idx_content;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using testing::write_gzip;

// An environment variable set or unset (no value) for the length of a test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { set(before_ ? before_->c_str() : nullptr); }

 private:
  void set(const char* value) const {
    if (value) {
      setenv(name_, value, 1);
    } else {
      unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

std::string load_error(const DataOptions& options) {
  return error_of([&] { (void)load_data(options); });
}

TEST(LoadGenerated, CutsOneCallIntoParts) {
  DataOptions options;
  options.source = DataSource::moons;
  options.samples = 50;
  options.validation_samples = 3;
  options.test_samples = 2;
  options.noise = 0.3;
  options.data_seed = 9;
  const LoadedData data = load_data(options);
  EXPECT_EQ(data.dataset.values, make_moons(55, 0.3, 9).values);
  ASSERT_EQ(data.pool.size(), 50U);
  EXPECT_EQ(data.pool.front(), 0);
  EXPECT_EQ(data.pool.back(), 49);
  EXPECT_THAT(data.validation, ElementsAre(50, 51, 52));
  EXPECT_THAT(data.test, ElementsAre(53, 54));
  EXPECT_EQ(data.sha256, content_sha256(data.dataset));
}

TEST(LoadGenerated, HasDefaults) {
  const auto values = [](DataSource source) {
    DataOptions options;
    options.source = source;
    return load_data(options).dataset.values;
  };
  EXPECT_EQ(values(DataSource::moons), make_moons(500, 0.2, 0).values);
  EXPECT_EQ(values(DataSource::circles), make_circles(500, 0.05, 0.8, 0).values);
  EXPECT_EQ(values(DataSource::xor_points), make_xor(500, 0.0, 0).values);
  EXPECT_EQ(values(DataSource::spirals), make_spirals(500, 0.0, 0).values);
  EXPECT_EQ(load_data({}).dataset.bytes, make_glyphs(500, 0.1, 0).bytes);
}

TEST(LoadGenerated, AutoencoderHasNoLabels) {
  DataOptions options;
  options.task = Task::autoencoder;
  const LoadedData data = load_data(options);
  EXPECT_TRUE(data.dataset.labels.empty());
  EXPECT_TRUE(data.dataset.class_names.empty());
}

TEST(LoadGenerated, RefusesMoreRowsThanRowNumbers) {
  DataOptions options;
  options.samples = 2000000000;
  options.test_samples = static_cast<std::size_t>(-1);
  EXPECT_THAT(load_error(options), StartsWith("--test-samples"));
}

TEST(LoadOptions, RefusesWhatMeansNothingForTheSource) {
  const auto refused = [](DataSource source, auto change, const char* option) {
    DataOptions options;
    options.source = source;
    change(options);
    EXPECT_THAT(load_error(options), StartsWith(option));
    EXPECT_THROW((void)load_data(options), std::invalid_argument);
  };
  using enum DataSource;
  refused(
      moons, [](DataOptions& o) { o.csv = "a.csv"; }, "--csv");
  refused(
      moons, [](DataOptions& o) { o.target = {"y"}; }, "--target");
  refused(
      mnist, [](DataOptions& o) { o.columns = {"a"}; }, "--columns");
  refused(
      mnist, [](DataOptions& o) { o.images = "a"; }, "--images");
  refused(
      glyphs, [](DataOptions& o) { o.labels = "a"; }, "--labels");
  refused(
      mnist, [](DataOptions& o) { o.noise = 0.1; }, "--noise");
  refused(
      csv, [](DataOptions& o) { o.data_seed = 1; }, "--data-seed");
  refused(
      csv, [](DataOptions& o) { o.test_samples = 1; }, "--test-samples");
  refused(
      idx, [](DataOptions& o) { o.validation_samples = 1; }, "--validation-samples");
  refused(
      xor_points, [](DataOptions& o) { o.test_offset = 1; }, "--test-offset");
  refused(
      spirals, [](DataOptions& o) { o.validation_offset = 1; }, "--validation-offset");
  refused(
      mnist, [](DataOptions& o) { o.test_offset = 1; }, "--test-offset");
  refused(
      mnist, [](DataOptions& o) { o.validation_offset = 1; }, "--validation-offset");
  refused(
      circles, [](DataOptions& o) { o.task = Task::regression; }, "--task");
  refused(
      csv, [](DataOptions&) {}, "--csv");
  refused(
      csv, [](DataOptions& o) { o.csv = "a.csv"; }, "--target");
  refused(
      idx, [](DataOptions&) {}, "--images");
  refused(
      idx, [](DataOptions& o) { o.images = "a"; }, "--labels");
  refused(
      idx, [](DataOptions& o) { o.images = "a", o.labels = "b", o.task = Task::autoencoder; },
      "--labels");
}

TEST(LoadCsv, TakesTheFirstRows) {
  const TemporaryFolder dir;
  DataOptions options;
  options.source = DataSource::csv;
  options.csv = dir.write("points.csv", "a,y\n1,p\n2,q\n3,p\n");
  options.target = {"y"};
  EXPECT_EQ(load_data(options).pool.size(), 3U);
  options.samples = 2;
  EXPECT_EQ(load_data(options).pool.size(), 2U);
  options.samples = 4;
  EXPECT_THAT(load_error(options),
              AllOf(HasSubstr("--samples 4"), HasSubstr("points.csv has only 3 rows")));
}

TEST(LoadIdx, ReadsImagesAndLabels) {
  const TemporaryFolder dir;
  DataOptions options;
  options.source = DataSource::idx;
  options.images = dir.write("pictures.idx", idx_content({6, 2, 3}));
  options.labels = write_gzip(dir / "kinds.gz", idx_content({6}, 0, 4));
  const Dataset whole = load_data(options).dataset;
  EXPECT_EQ(whole.n_rows, 6U);
  EXPECT_EQ(whole.image_height, 2U);
  EXPECT_EQ(whole.image_width, 3U);
  EXPECT_THAT(whole.class_names, ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(whole.labels, ElementsAre(0, 1, 2, 3, 0, 1));

  options.samples = 3;
  const Dataset part = load_data(options).dataset;
  EXPECT_EQ(part.bytes.size(), 18U);
  EXPECT_THAT(part.labels, ElementsAre(0, 1, 2));

  options.samples = 7;
  EXPECT_THAT(load_error(options), AllOf(HasSubstr("pictures.idx"), HasSubstr("has 6 entries")));
  options.samples = 0;
  options.labels = dir.write("codes.idx", idx_content({6}, 253));  // 253, 254, 255, 0, 1, 2
  const Dataset codes = load_data(options).dataset;
  EXPECT_THAT(codes.class_names, ElementsAre("0", "1", "2", "253", "254", "255"));
  EXPECT_THAT(codes.labels, ElementsAre(3, 4, 5, 0, 1, 2));

  options.samples = 3;
  options.labels = dir.write("few.idx", idx_content({5}));
  EXPECT_THAT(load_error(options),
              AllOf(HasSubstr("pictures.idx has 6 images"), HasSubstr("few.idx has 5 labels")));
}

class LoadPublic : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.source = DataSource::fashion_mnist;
    options_.data_dir = dir_.path();
    write_gzip(dir_ / "fashion-mnist/train-images-idx3-ubyte.gz", idx_content({8, 2, 2}));
    dir_.write("fashion-mnist/train-labels-idx1-ubyte", idx_content({8}, 0, 10));
  }
  void write_test_files() {
    dir_.write("fashion-mnist/t10k-images-idx3-ubyte", idx_content({6, 2, 2}, 100));
    dir_.write("fashion-mnist/t10k-labels-idx1-ubyte", idx_content({6}, 4, 10));
  }
  // Nothing outside the test's own folder is ever looked at.
  Environment data_dir_{"MLPGRID_DATA_DIR", nullptr};
  Environment cache_{"XDG_CACHE_HOME", "/nonexistent/cache"};
  Environment home_{"HOME", "/nonexistent/home"};
  TemporaryFolder dir_;
  DataOptions options_;
};

TEST_F(LoadPublic, NeedsNoTestFilesForThePool) {
  options_.samples = 5;
  const LoadedData data = load_data(options_);
  EXPECT_EQ(data.dataset.name, "fashion-mnist");
  EXPECT_EQ(data.pool.size(), 5U);
  EXPECT_EQ(data.dataset.class_names.size(), 10U);
  EXPECT_EQ(data.dataset.class_names[0], "T-shirt/top");
  EXPECT_EQ(data.dataset.class_names[9], "Ankle boot");
  EXPECT_THAT(data.dataset.labels, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(LoadPublic, TakesValidationAndTestRowsFromTheTestFile) {
  write_test_files();
  options_.validation_samples = 2;
  options_.test_samples = 3;
  options_.test_offset = 3;
  const LoadedData data = load_data(options_);
  EXPECT_EQ(data.pool.size(), 8U);
  EXPECT_THAT(data.validation, ElementsAre(8, 9));
  EXPECT_THAT(data.test, ElementsAre(10, 11, 12));
  EXPECT_THAT(data.dataset.labels, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 7, 8, 9));
  EXPECT_EQ(data.dataset.bytes[8 * 4], 100);
  EXPECT_EQ(data.dataset.bytes[10 * 4], 100 + 3 * 4);

  options_.test_offset = 4;
  EXPECT_THAT(load_error(options_), HasSubstr("t10k-images-idx3-ubyte: has 6 entries, fewer"));
}

TEST_F(LoadPublic, TakesTestRowsAlone) {
  write_test_files();
  const Dataset all = load_public_test_rows(options_);
  EXPECT_EQ(all.n_rows, 6U);
  EXPECT_EQ(all.bytes[0], 100);
  EXPECT_EQ(all.class_names.size(), 10U);
  options_.samples = 2;
  EXPECT_THAT(load_public_test_rows(options_).labels, ElementsAre(4, 5));
  std::filesystem::remove(dir_.path() / "fashion-mnist/t10k-labels-idx1-ubyte");
  options_.task = Task::autoencoder;
  EXPECT_TRUE(load_public_test_rows(options_).labels.empty());
}

TEST_F(LoadPublic, LooksInTheFoldersInTheirOrder) {
  options_.data_dir.clear();
  EXPECT_THAT(load_error(options_), HasSubstr("/nonexistent/cache/mlpgrid/fashion-mnist"));
  {
    const Environment variable("MLPGRID_DATA_DIR", dir_.path().c_str());
    EXPECT_EQ(load_data(options_).pool.size(), 8U);
    const TemporaryFolder other;
    other.write("fashion-mnist/train-images-idx3-ubyte", idx_content({2, 2, 2}));
    other.write("fashion-mnist/train-labels-idx1-ubyte", idx_content({2}));
    options_.data_dir = other.path();
    EXPECT_EQ(load_data(options_).pool.size(), 2U);
  }
  const Environment cache("XDG_CACHE_HOME", dir_.path().c_str());
  EXPECT_THAT(data_folders("given"),
              ElementsAre("given", dir_.path() / "mlpgrid", "/nonexistent/home/.cache/mlpgrid"));
}

TEST_F(LoadPublic, SaysWhatIsMissingAndWhatToDo) {
  options_.source = DataSource::mnist;
  EXPECT_THAT(load_error(options_),
              AllOf(HasSubstr("--data mnist"), HasSubstr("`mlpgrid data fetch mnist`"),
                    HasSubstr((dir_.path() / "mnist").string()),
                    HasSubstr("/nonexistent/home/.cache/mlpgrid/mnist"),
                    HasSubstr("--data-dir DIR"), HasSubstr("MLPGRID_DATA_DIR"),
                    HasSubstr("train-images-idx3-ubyte.gz"), HasSubstr("--data glyphs")));
}

TEST_F(LoadPublic, RefusesFilesThatDoNotBelongTogether) {
  write_test_files();
  options_.test_samples = 1;
  dir_.write("fashion-mnist/t10k-images-idx3-ubyte", idx_content({6, 3, 2}));
  EXPECT_THAT(load_error(options_), HasSubstr("images of 3x2"));
  dir_.write("fashion-mnist/train-labels-idx1-ubyte", idx_content({8}, 9, 20));
  options_.test_samples = 0;
  EXPECT_THAT(load_error(options_), HasSubstr("a label above 9"));
  options_.task = Task::autoencoder;
  EXPECT_THAT(load_error(options_), Not(HasSubstr("label")));
}

}  // namespace
}  // namespace mlpgrid
