// The table of public sets and where they are found; the real MNIST and Fashion-MNIST, where
// MLPGRID_DATA_DIR names the folder that holds them.
#include "data/public/public_sets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include "data/load/load.hpp"
#include "data/sources/idx.hpp"
#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TemporaryFolder;

TEST(PublicSetTable, KnowsTheFilesThatAreLoaded) {
  for (const PublicSet& set : public_sets()) {
    std::set<std::string> names;
    std::set<std::string> checksums;
    for (const PublicFile& file : set.files) {
      names.insert(file.name);
      checksums.insert(file.sha256);
      EXPECT_EQ(file.sha256.size(), 64U) << set.name;
    }
    EXPECT_THAT(names, ElementsAre("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
                                   "train-images-idx3-ubyte", "train-labels-idx1-ubyte"));
    EXPECT_EQ(checksums.size(), 4U) << set.name;
    EXPECT_GE(set.mirrors.size(), 2U) << set.name;
    for (const std::string& mirror : set.mirrors) {
      EXPECT_THAT(mirror, StartsWith("https://"));
      EXPECT_THAT(mirror, Not(EndsWith("/")));
    }
  }
  EXPECT_NE(find_public_set("mnist"), nullptr);
  EXPECT_NE(find_public_set("fashion-mnist"), nullptr);
  EXPECT_EQ(find_public_set("glyphs"), nullptr);
}

TEST(PublicSetLocation, IsTheFirstFolderWithTheMostFiles) {
  const TemporaryFolder dir;
  const PublicSet& set = *find_public_set("mnist");
  const std::vector<std::filesystem::path> folders = {dir.path() / "a", dir.path() / "b",
                                                      dir.path() / "c"};
  EXPECT_FALSE(locate(set, folders));
  dir.write("a/mnist/" + set.files[0].name, "");
  for (const PublicFile& file : set.files) {
    dir.write("b/mnist/" + file.name + ".gz", "");
    dir.write("c/mnist/" + file.name, "");
  }
  const auto complete = locate(set, folders);
  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->folder, dir.path() / "b/mnist");
  EXPECT_EQ(complete->files, 4U);
  const auto incomplete = locate(set, {folders[0]});
  ASSERT_TRUE(incomplete);
  EXPECT_EQ(incomplete->files, 1U);
}

class PublicSets : public ::testing::TestWithParam<DataSource> {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("MLPGRID_DATA_DIR");
    if (!folder) GTEST_SKIP() << "MLPGRID_DATA_DIR is not set";
    options_.source = GetParam();
    options_.data_dir = folder;
  }
  DataOptions options_;
};

TEST_P(PublicSets, HaveTheirKnownShape) {
  options_.test_samples = 10000;
  const LoadedData data = load_data(options_);
  EXPECT_EQ(data.pool.size(), 60000U);
  EXPECT_EQ(data.test.size(), 10000U);
  EXPECT_EQ(data.dataset.n_features, 784U);
  EXPECT_EQ(data.dataset.image_width, 28U);
  const auto zeros = std::count(data.dataset.labels.begin(), data.dataset.labels.end(), 0);
  EXPECT_EQ(zeros, GetParam() == DataSource::mnist ? 5923 + 980 : 6000 + 1000);
}

// The label file of the test set, unpacked, has the SHA-256 that data/public/SHA256SUMS lists.
TEST_P(PublicSets, TestLabelsHaveTheirChecksum) {
  const bool mnist = GetParam() == DataSource::mnist;
  const std::filesystem::path stem =
      options_.data_dir / (mnist ? "mnist" : "fashion-mnist") / "t10k-labels-idx1-ubyte";
  const std::filesystem::path packed = stem.string() + ".gz";
  const IdxArray labels = read_idx(std::filesystem::exists(stem) ? stem : packed, 1);
  ASSERT_EQ(labels.bytes.size(), 10000U);
  std::string content("\0\0\x08\x01\0\0\x27\x10", 8);
  content.append(labels.bytes.begin(), labels.bytes.end());

  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  ASSERT_EQ(EVP_Digest(content.data(), content.size(), digest, &length, EVP_sha256(), nullptr), 1);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    char byte[3];
    std::snprintf(byte, sizeof byte, "%02x", digest[i]);
    hex += byte;
  }
  EXPECT_EQ(hex, mnist ? "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
                       : "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");
}

INSTANTIATE_TEST_SUITE_P(Each, PublicSets,
                         ::testing::Values(DataSource::mnist, DataSource::fashion_mnist),
                         [](const auto& case_info) {
                           return case_info.param == DataSource::mnist ? "mnist" : "fashion_mnist";
                         });

}  // namespace
}  // namespace mlpgrid
