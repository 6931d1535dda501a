// Results files that somebody made up: what they claim is held against the size of the file before
// anything is allocated, nothing is read from elsewhere, and numbers that make no sense are refused
// by the name of the file. The checksum keeps nobody out: anyone can compute it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>

#include <cstring>
#include <functional>
#include <optional>

#include "results/hdf5/diff.hpp"
#include "results/hdf5/format/blocks.hpp"
#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/pictures.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "results/report/report.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::message_of;
using testing::read_bytes;
using testing::write_bytes;

using Dims = std::vector<hsize_t>;

class HostileFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_results(file_, testing::sample_run(), {}, testing::sample_records());
  }

  void change(const std::function<void(hid_t root)>& edit) const {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "open");
    edit(file.id());
  }

  // Instead of the dataset `name`: one that claims these extents and holds nothing.
  void replace(const std::string& name, hid_t type, const Dims& dims,
               const std::optional<Dims>& chunk = std::nullopt, bool can_grow = false) const {
    change([&](hid_t root) {
      if (H5Lexists(root, name.c_str(), H5P_DEFAULT) > 0) {
        ASSERT_GE(H5Ldelete(root, name.c_str(), H5P_DEFAULT), 0);
      }
      const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "list");
      const auto rank = static_cast<int>(dims.size());
      if (chunk) {
        ASSERT_GE(H5Pset_chunk(list.id(), rank, chunk->data()), 0);
        ASSERT_GE(H5Pset_deflate(list.id(), 1), 0);
      }
      const Dims most(dims.size(), H5S_UNLIMITED);
      const Handle space(H5Screate_simple(rank, dims.data(), can_grow ? most.data() : nullptr),
                         H5Sclose, "space");
      const Handle dataset(
          H5Dcreate2(root, name.c_str(), type, space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT),
          H5Dclose, "create");
    });
  }

  template <class T>
  void fill(const std::string& name, const std::function<void(std::vector<T>&)>& edit) const {
    change([&](hid_t root) {
      const Handle dataset = hdf5::open_dataset(root, name);
      std::vector<T> values = hdf5::read_values<T>(root, name, hdf5::extents(dataset.id(), name));
      edit(values);
      ASSERT_GE(H5Dwrite(dataset.id(), hdf5::memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                         values.data()),
                0);
    });
  }

  // All that any command reads.
  void read() const {
    const ResultsFile results = read_results(file_);
    (void)make_report(results);
    for (const std::string& curve : curve_names(results)) (void)read_curve(results, curve)(0);
    (void)read_config_model(results, 1);
    (void)diff_results(results, results);
  }

  void expect_refusal(const std::string& why) const {
    EXPECT_THAT(message_of([&] { read(); }), AllOf(HasSubstr(file_.string()), HasSubstr(why)));
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.h5";
};

constexpr hsize_t kHuge = hsize_t{1} << 31;
constexpr const char* kTooMuch = "claims to hold more";

TEST_F(HostileFileTest, AllThatIsReadIsReadOfAnHonestFile) {
  EXPECT_EQ(message_of([&] { read(); }), "");
}

TEST_F(HostileFileTest, ClaimsAreHeldAgainstTheSizeOfTheFile) {
  const std::string whole = read_bytes(file_);
  const std::vector<std::tuple<const char*, hid_t, Dims, std::optional<Dims>>> claims = {
      {"fold_rows/train_0", H5T_NATIVE_INT32, {kHuge}, {}},
      {"fold_rows/held_out_1", H5T_NATIVE_INT32, {kHuge}, Dims{1024}},
      {"fold_seed", H5T_NATIVE_INT32, {kHuge}, Dims{1024}},
      {"confusion/class_names", hdf5::string_type().id(), {kHuge}, {}},
      {"best_model/layer_sizes", H5T_NATIVE_INT32, {kHuge}, Dims{1024}},
      {"best_model/feature_names", hdf5::string_type().id(), {kHuge}, Dims{1024}},
      {"epoch", H5T_NATIVE_INT32, {kHuge - 1}, {}}};
  for (const auto& [name, type, dims, chunk] : claims) {
    write_bytes(file_, whole);
    SCOPED_TRACE(name);
    const bool is_text = std::string_view(name).ends_with("names");
    replace(name, is_text ? hdf5::string_type().id() : type, dims, chunk);
    EXPECT_THAT(message_of([&] { read(); }),
                AllOf(HasSubstr(file_.string()), AnyOf(HasSubstr(kTooMuch), HasSubstr("shape"))));
  }
}

TEST_F(HostileFileTest, LabelsAndConfigsAreHeldAgainstTheSizeOfTheFile) {
  const Handle type = hdf5::string_type();
  replace("label", type.id(), {kHuge}, Dims{1024});
  expect_refusal(kTooMuch);
}

TEST_F(HostileFileTest, AChunkMayNotBeLargerThanTheFileCanHold) {
  replace("fold_seed", H5T_NATIVE_INT32, {2}, Dims{hsize_t{1} << 28}, true);
  expect_refusal(kTooMuch);
}

// Thousands of configs that all have the same text of a megabyte.
TEST_F(HostileFileTest, TextsMayNotBeLargerThanTheFileCanHold) {
  constexpr std::size_t kLabels = 4096;
  haddr_t place = 0;
  change([&](hid_t root) {
    ASSERT_GE(H5Ldelete(root, "label", H5P_DEFAULT), 0);
    const hsize_t dims[] = {kLabels};
    const Handle space(H5Screate_simple(1, dims, nullptr), H5Sclose, "space");
    const Handle type = hdf5::string_type();
    const Handle label(
        H5Dcreate2(root, "label", type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose, "create");
    const std::string text(1 << 20, 'x');
    std::vector<const char*> texts(kLabels, "");
    texts[0] = text.c_str();
    ASSERT_GE(H5Dwrite(label.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()), 0);
    place = H5Dget_offset(label.id());
  });
  std::string bytes = read_bytes(file_);
  constexpr std::size_t kReference = 16;
  for (std::size_t i = 1; i < kLabels; ++i) {
    bytes.replace(place + i * kReference, kReference, bytes, place, kReference);
  }
  write_bytes(file_, bytes);
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  EXPECT_THAT(message_of([&] { read(); }), HasSubstr(file_.string()));
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 3 * 1024 * 1024) << "KiB";
}

TEST_F(HostileFileTest, NothingIsReadFromAnotherFile) {
  const std::string whole = read_bytes(file_);
  folder_.write("secret", std::string(64, 's'));
  const std::filesystem::path other = folder_ / "other.h5";
  write_bytes(other, whole);
  const hsize_t dims[] = {2};
  change([&](hid_t root) {
    ASSERT_GE(H5Ldelete(root, "fold_seed", H5P_DEFAULT), 0);
    const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "list");
    ASSERT_GE(H5Pset_external(list.id(), (folder_ / "secret").c_str(), 0, 8), 0);
    const Handle space(H5Screate_simple(1, dims, nullptr), H5Sclose, "space");
    const Handle dataset(H5Dcreate2(root, "fold_seed", H5T_NATIVE_INT32, space.id(), H5P_DEFAULT,
                                    list.id(), H5P_DEFAULT),
                         H5Dclose, "create");
  });
  expect_refusal("another file");

  write_bytes(file_, whole);
  change([&](hid_t root) {
    ASSERT_GE(H5Ldelete(root, "fold_seed", H5P_DEFAULT), 0);
    const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "list");
    const Handle space(H5Screate_simple(1, dims, nullptr), H5Sclose, "space");
    ASSERT_GE(H5Pset_virtual(list.id(), space.id(), other.c_str(), "fold_seed", space.id()), 0);
    const Handle dataset(H5Dcreate2(root, "fold_seed", H5T_NATIVE_INT32, space.id(), H5P_DEFAULT,
                                    list.id(), H5P_DEFAULT),
                         H5Dclose, "create");
  });
  expect_refusal("another file");

  write_bytes(file_, whole);
  change([&](hid_t root) {
    ASSERT_GE(H5Ldelete(root, "fold_seed", H5P_DEFAULT), 0);
    ASSERT_GE(
        H5Lcreate_external(other.c_str(), "fold_seed", root, "fold_seed", H5P_DEFAULT, H5P_DEFAULT),
        0);
  });
  expect_refusal("fold_seed");
}

TEST_F(HostileFileTest, LinksInACircleEnd) {
  change([&](hid_t root) {
    ASSERT_GE(H5Lcreate_hard(root, "/", root, "confusion/up", H5P_DEFAULT, H5P_DEFAULT), 0);
    ASSERT_GE(H5Ldelete(root, "label", H5P_DEFAULT), 0);
    ASSERT_GE(H5Lcreate_soft("label", root, "label", H5P_DEFAULT, H5P_DEFAULT), 0);
  });
  expect_refusal("label");
}

// HDF5's own walk would take minutes for these.
TEST_F(HostileFileTest, DiffWalksDeepFilesQuickly) {
  change([&](hid_t root) {
    Handle group = hdf5::open_group(root, "confusion");
    for (int i = 0; i < 3000; ++i) {
      group = Handle(H5Gcreate2(group.id(), "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                     "create");
    }
    for (const char* name : {"one", "two", "three"}) {
      ASSERT_GE(H5Lcreate_hard(root, "/", root, name, H5P_DEFAULT, H5P_DEFAULT), 0);
    }
  });
  const ResultsFile results = read_results(file_);
  EXPECT_THAT(diff_results(results, results), ::testing::IsEmpty());
}

TEST_F(HostileFileTest, NumbersThatMakeNoSenseAreDamage) {
  const std::string whole = read_bytes(file_);
  const auto refuse = [&](const char* name, std::int32_t value, const char* why) {
    write_bytes(file_, whole);
    fill<std::int32_t>(name, [&](std::vector<std::int32_t>& values) { values.back() = value; });
    SCOPED_TRACE(name);
    expect_refusal(why);
  };
  refuse("confusion/counts", -1, "a confusion matrix makes no sense");
  refuse("confusion/counts", std::numeric_limits<std::int32_t>::max(), "confusion matrix");
  refuse("confusion/test_counts", -1, "a confusion matrix makes no sense");
  refuse("best_model/layer_sizes", 0, "layers of a model");
  refuse("alias_of", 7, "alias_of");
  refuse("status", 6, "status");

  write_bytes(file_, whole);
  change([&](hid_t root) {
    const Handle model = hdf5::open_group(root, "best_model");
    ASSERT_GE(H5Adelete(model.id(), "config"), 0);
    hdf5::write_attribute(model.id(), "config", std::int32_t{4});
  });
  expect_refusal("a config that it lacks");

  write_bytes(file_, whole);
  change(
      [&](hid_t root) { ASSERT_GE(H5Ldelete(root, "best_model/feature_shift", H5P_DEFAULT), 0); });
  expect_refusal("scaler");

  write_bytes(file_, whole);
  replace("train_loss_floor", H5T_NATIVE_DOUBLE, {1});
  replace("val_loss_floor", H5T_NATIVE_DOUBLE, {1});
  expect_refusal("unexpected shape");
}

// A run that was stopped at once: nothing of its curves is there, whatever they would take.
TEST_F(HostileFileTest, CurvesWithoutContentCostNothing) {
  constexpr hsize_t kEpochs = 300'000;
  const std::vector<std::int32_t> numbers(kEpochs, 0);
  replace("epoch", H5T_NATIVE_INT32, {kEpochs});
  fill<std::int32_t>("epoch", [&](std::vector<std::int32_t>& values) { values = numbers; });
  for (const char* name : {"train_loss", "val_loss", "train_score", "val_score"}) {
    replace(name, H5T_NATIVE_DOUBLE, {4, 2, kEpochs}, Dims{1, 2, kEpochs});
  }
  const ResultsFile results = read_results(file_);
  EXPECT_EQ(results.run.max_epochs, static_cast<std::int32_t>(kEpochs));
  const ValuesOfConfig curve = read_curve(results, "val_loss");
  for (std::size_t config = 0; config < 4; ++config) EXPECT_TRUE(curve(config).empty());
  EXPECT_EQ(message_of([&] { read(); }), "");
}

// A chunk of several blocks, and one block in several chunks.
TEST_F(HostileFileTest, BlocksAreReadInAnyLayout) {
  for (const auto& chunk : {std::optional<Dims>(), std::optional(Dims{3, 4, 5}),
                            std::optional(Dims{1, 4, 5}), std::optional(Dims{2, 3, 2})}) {
    replace("blocks", H5T_NATIVE_DOUBLE, {7, 4, 5}, chunk);
    fill<double>("blocks", [](std::vector<double>& values) {
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
    });
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
    hdf5::Blocks blocks(file.id(), "blocks", {7, 4, 5});
    for (const std::size_t block : {0U, 1U, 2U, 3U, 6U, 5U, 0U}) {
      ASSERT_TRUE(blocks.is_stored(block));
      const std::span<const double> values = blocks.read(block);
      ASSERT_EQ(values.size(), 20U);
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(values[i], static_cast<double>(block * 20 + i));
      }
    }
  }
}

}  // namespace
}  // namespace mlpgrid
