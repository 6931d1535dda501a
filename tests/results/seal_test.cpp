// The seal of a results file: any damage to a file is refused by that word before HDF5 sees it, and
// what another program has written to is read without one.
#include "results/files/seal.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/file.h>
#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>

#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::message_of;
using ::testing::Not;
using testing::read_bytes;
using testing::write_bytes;

constexpr std::size_t kSeal = 24;

class SealTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_results(file_, testing::sample_run(), {{"cpu", "one"}}, testing::sample_records());
    whole_ = read_bytes(file_);
  }

  [[nodiscard]] std::string refusal() const {
    return message_of([&] { (void)read_results(file_); });
  }
  [[nodiscard]] std::string refusal_of(const std::string& content) const {
    write_bytes(file_, content);
    return refusal();
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.h5";
  std::string whole_;
};

TEST_F(SealTest, StandsBehindTheContentAsTheFormatSays) {
  const std::string seal = whole_.substr(whole_.size() - kSeal);
  EXPECT_EQ(seal.substr(0, 8), "MLPSEAL\n");
  std::uint64_t numbers[2];
  std::memcpy(numbers, &seal[8], sizeof numbers);
  EXPECT_EQ(numbers[0], whole_.size() - kSeal);
  EXPECT_EQ(numbers[1], XXH3_64bits(whole_.data(), whole_.size() - 8));
  EXPECT_TRUE(read_results(file_).sealed);
}

TEST_F(SealTest, AnyFlippedBitIsDamage) {
  std::mt19937 random(16);
  std::uniform_int_distribution<std::size_t> bits(0, whole_.size() * 8 - 1);
  std::vector<std::size_t> places;
  for (int i = 0; i < 300; ++i) places.push_back(bits(random));
  for (std::size_t bit = 0; bit < 48 * 8; ++bit) places.push_back(bit);  // the superblock
  for (std::size_t bit = 0; bit < kSeal * 8; ++bit) {
    places.push_back((whole_.size() - kSeal) * 8 + bit);
  }
  for (const std::size_t place : places) {
    std::string content = whole_;
    content[place / 8] = static_cast<char>(content[place / 8] ^ 1 << place % 8);
    EXPECT_THAT(refusal_of(content), AllOf(HasSubstr(file_.string()), HasSubstr("damaged")))
        << "bit " << place;
  }
}

TEST_F(SealTest, AnyClearedSectorIsDamage) {
  constexpr std::size_t kSector = 512;
  std::size_t damaged = 0;
  for (std::size_t at = 0; at < whole_.size(); at += kSector) {
    std::string content = whole_;
    const std::size_t size = std::min(kSector, content.size() - at);
    content.replace(at, size, size, '\0');
    if (content == whole_) continue;
    ++damaged;
    EXPECT_THAT(refusal_of(content), HasSubstr("damaged")) << "from " << at;
  }
  EXPECT_GT(damaged, 20U);
}

TEST_F(SealTest, ACutFileIsDamage) {
  for (std::size_t size = 64; size < whole_.size(); size += 1 + whole_.size() / 97) {
    EXPECT_THAT(refusal_of(whole_.substr(0, size)), HasSubstr("damaged or cut short")) << size;
  }
  for (std::size_t lost = 1; lost < kSeal; ++lost) {
    EXPECT_THAT(refusal_of(whole_.substr(0, whole_.size() - lost)), HasSubstr("damaged")) << lost;
  }
}

TEST_F(SealTest, WithoutItTheFileIsReadAndSaysSo) {
  write_bytes(file_, whole_.substr(0, whole_.size() - kSeal));
  const ResultsFile results = read_results(file_);
  EXPECT_FALSE(results.sealed);
  EXPECT_TRUE(results.complete);
}

TEST_F(SealTest, AnotherProgramThatWritesCutsItOff) {
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
    EXPECT_TRUE(hdf5::has_link(file.id(), "label"));
  }
  EXPECT_TRUE(read_bytes(file_) == whole_) << "reading leaves it";
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "open");
    hdf5::write_attribute(file.id(), "note", std::string("mine"));
  }
  EXPECT_FALSE(read_results(file_).sealed);
}

TEST_F(SealTest, DamageNamesTheJournalThatIsStillThere) {
  whole_[whole_.size() / 2] = static_cast<char>(whole_[whole_.size() / 2] ^ 1);
  EXPECT_THAT(refusal_of(whole_), Not(HasSubstr("journal")));
  write_bytes(file_.string() + ".journal", "fits");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string() + ".journal"), HasSubstr("--resume")));
}

TEST_F(SealTest, AFileThatIsOpenForWritingIsNotRead) {
  const int fd = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);  // as HDF5 does
  EXPECT_THAT(refusal(), AllOf(HasSubstr("another program has it open for writing"),
                               Not(HasSubstr("LOCKING"))));
  ::close(fd);
  EXPECT_EQ(refusal(), "");
}

TEST_F(SealTest, WhatIsReadLaterComesFromTheFileThatWasChecked) {
  const ResultsFile results = read_results(file_);
  std::filesystem::remove(file_);
  write_bytes(file_, "another one");
  EXPECT_EQ(read_curve(results, "train_loss")(0).size(), 2U * 3);
}

}  // namespace
}  // namespace mlpgrid
