// The real MNIST and Fashion-MNIST, where MLPGRID_DATA_DIR names the folder that holds them.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "data/idx.hpp"
#include "data/load.hpp"

namespace mlpgrid {
namespace {

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

// The label file of the test set, unpacked, has the SHA-256 that data/SHA256SUMS lists.
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
