// IDX files, plain and gzip, whole, in part, and wrong in every way that has a message.
#include "data/sources/idx.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::idx_content;
using testing::TemporaryFolder;
using testing::write_gzip;

TEST(Idx, ReadsPlainAndGzipAlike) {
  const TemporaryFolder dir;
  const std::string content = idx_content({5, 2, 3});
  for (const auto& file : {dir.write("a", content), write_gzip(dir / "a.gz", content)}) {
    const IdxArray whole = read_idx(file, 3);
    EXPECT_THAT(whole.shape, ElementsAre(5, 2, 3));
    ASSERT_EQ(whole.bytes.size(), 30U);
    EXPECT_EQ(whole.bytes[29], 29);

    const IdxArray part = read_idx(file, 3, 1, 2);
    EXPECT_THAT(part.shape, ElementsAre(2, 2, 3));
    EXPECT_EQ(part.entries_in_file, 5U);
    EXPECT_THAT(part.bytes, ElementsAre(6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17));

    EXPECT_THAT(read_idx(file, 3, 4).bytes, ElementsAre(24, 25, 26, 27, 28, 29));
  }
}

TEST(Idx, ReadsNoFurtherThanAskedFor) {
  const TemporaryFolder dir;
  const std::string content = idx_content({100000}, 0, 251);
  const auto cut = dir.write("cut", content.substr(0, 2000));
  EXPECT_EQ(read_idx(cut, 1, 10, 500).bytes.back(), 509 % 251);
}

TEST(Idx, NamesWhatIsWrong) {
  const TemporaryFolder dir;
  const std::string good = idx_content({4, 2, 2});
  const auto error = [&](const std::string& content, std::size_t rank = 3, std::size_t offset = 0,
                         std::size_t count = static_cast<std::size_t>(-1)) {
    const auto file = dir.write("some.idx", content);
    return error_of([&] { (void)read_idx(file, rank, offset, count); });
  };
  EXPECT_THAT(error(""), AllOf(HasSubstr("some.idx"), HasSubstr("is empty")));
  EXPECT_THAT(error("PK\3\4 and more"), HasSubstr("not an IDX file"));
  EXPECT_THAT(error(good.substr(0, 3)), HasSubstr("not an IDX file"));
  std::string floats = good;
  floats[2] = 0x0D;
  EXPECT_THAT(error(floats), HasSubstr("0x0d"));
  EXPECT_THAT(error(good, 1), HasSubstr("has 3 dimension(s) where 1"));
  EXPECT_THAT(error(idx_content({4}), 3), HasSubstr("label file given for images"));
  EXPECT_THAT(error(good.substr(0, 10)), HasSubstr("truncated in its header"));
  EXPECT_THAT(error(good.substr(0, good.size() - 1)), HasSubstr("truncated: 15 bytes"));
  EXPECT_THAT(error(good + "x"), HasSubstr("trailing bytes"));
  EXPECT_THAT(error(idx_content({0, 2, 2})), HasSubstr("dimension 1 has length 0"));
  EXPECT_THAT(error(good, 3, 0, 5), HasSubstr("has 4 entries, fewer than the 5"));
  EXPECT_THAT(error(good, 3, 3, 2), HasSubstr("from entry 3"));
  EXPECT_THAT(error(good, 3, 4), HasSubstr("none from entry 4"));
  EXPECT_THAT(error(idx_content({1}) + good, 1), HasSubstr("trailing bytes"));
}

TEST(Idx, SurvivesImpossibleDimensions) {
  const TemporaryFolder dir;
  const std::string huge("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16);
  const auto file = dir.write("huge", huge);
  EXPECT_THAT(error_of([&] { (void)read_idx(file, 3); }), HasSubstr("impossible dimensions"));
  const std::string large("\0\0\x08\x03\x00\xff\xff\xff\x00\x00\x10\x00\x00\x00\x10\x00", 16);
  const auto short_file = dir.write("large", large + "abc");
  EXPECT_THAT(error_of([&] { (void)read_idx(short_file, 3); }), HasSubstr("truncated: 3 bytes"));
}

TEST(Idx, NamesMissingFilesAndFolders) {
  const TemporaryFolder dir;
  EXPECT_THAT(error_of([&] { (void)read_idx(dir.path() / "nowhere", 1); }),
              AllOf(HasSubstr("nowhere"), HasSubstr("No such file")));
  EXPECT_THAT(error_of([&] { (void)read_idx(dir.path(), 1); }), HasSubstr("is a folder"));
}

TEST(Idx, ReportsDamagedGzip) {
  const TemporaryFolder dir;
  const auto good = write_gzip(dir / "good.gz", idx_content({3000, 2, 2}, 0, 241));
  const std::string content = testing::read_file(good);
  const auto error = [&](const std::string& damaged) {
    const auto file = dir.write("bad.gz", damaged);
    return error_of([&] { (void)read_idx(file, 3); });
  };
  EXPECT_THAT(error(content.substr(0, content.size() / 2)), HasSubstr("truncated"));
  EXPECT_THAT(error(content.substr(0, content.size() - 8)), HasSubstr("truncated"));
  std::string wrong_crc = content;
  wrong_crc[content.size() - 6] = static_cast<char>(wrong_crc[content.size() - 6] ^ 1);
  EXPECT_THAT(error(wrong_crc), HasSubstr("damaged gzip"));
  std::string wrong_block = content;
  wrong_block[10] = '\xff';
  EXPECT_THAT(error(wrong_block), HasSubstr("damaged gzip"));
}

}  // namespace
}  // namespace mlpgrid
