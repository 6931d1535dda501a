// The journal: what comes back after every way in which a process can die, and who may write.
#include "results/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cstdint>

#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::identical;
using testing::message_of;
using testing::read_bytes;
using testing::sample_records;
using testing::TemporaryFolder;
using testing::write_bytes;

const RunIdentity kIdentity{"solver = adam\nalpha = 1\n", "abc", "0.1.0"};

FitRecord short_record() {
  FitRecord record;
  record.status = RunStatus::converged;
  return record;
}

class JournalTest : public ::testing::Test {
 protected:
  // A journal with the sample records; returns the file's length after the header and each record.
  std::vector<std::size_t> write_sample() {
    Journal journal(file_, kIdentity, Journal::Existing::replace);
    std::vector<std::size_t> ends = {read_bytes(file_).size()};
    for (const FitRecord& record : records_) {
      journal.append({&record, 1});
      ends.push_back(read_bytes(file_).size());
    }
    return ends;
  }

  std::vector<FitRecord> resume() {
    return Journal(file_, kIdentity, Journal::Existing::resume).take_records();
  }

  void expect_first(const std::vector<FitRecord>& found, std::size_t count) const {
    ASSERT_EQ(found.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(identical(found[i], records_[i])) << i;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.h5.journal";
  std::vector<FitRecord> records_ = with_drawings(sample_records());

 private:
  // What few fits have: a journal does not ask whether the run wanted it.
  static std::vector<FitRecord> with_drawings(std::vector<FitRecord> records) {
    records[2].map = {0.25, 1.0 / 3.0};
    records[2].reconstructions = {-1.5};
    records[3].trace = StoredTrace{{"w1", "b1"}, {0.5, 0.1}, {1, 2, 3, 4}};
    return records;
  }
};

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  records_[0].split_test_score = std::bit_cast<double>(std::uint64_t{0xfff8'0000'dead'beef});
  records_[0].train_loss = {-0.0, 5e-324, 0.1F};
  records_[0].early_stopping_score = {0.5};
  records_.back().model->target_shift = {1.0, 2.0, 3.0};
  records_.back().model->target_divisor = {4.0, 5.0, 6.0};
  write_sample();
  expect_first(resume(), records_.size());
}

TEST_F(JournalTest, WritesSeveralAtOnce) {
  {
    Journal journal(file_, kIdentity, Journal::Existing::refuse);
    journal.append(records_);
  }
  expect_first(resume(), records_.size());
}

TEST_F(JournalTest, CutsTornTailsAtEveryByte) {
  records_.assign(2, short_record());
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write_bytes(file_, whole.substr(0, size));
    std::size_t complete = 0;
    while (complete < records_.size() && ends[complete + 1] <= size) ++complete;
    ASSERT_NO_FATAL_FAILURE(expect_first(resume(), complete)) << "cut at " << size;
    ASSERT_EQ(read_bytes(file_), whole.substr(0, std::max(ends[complete], ends[0])));
  }
}

TEST_F(JournalTest, WritesOnAfterATornTail) {
  const auto ends = write_sample();
  std::filesystem::resize_file(file_, ends[3] + 5);
  {
    Journal journal(file_, kIdentity, Journal::Existing::resume);
    expect_first(journal.take_records(), 3);
    journal.append(std::span(records_).subspan(3));
  }
  expect_first(resume(), records_.size());
}

TEST_F(JournalTest, StopsAtADamagedRecord) {
  records_.assign(4, short_record());
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  for (std::size_t at = ends[2]; at < ends[3]; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_bytes(file_, damaged);
    ASSERT_NO_FATAL_FAILURE(expect_first(resume(), 2)) << "byte " << at;
  }
}

TEST_F(JournalTest, AnUnwrittenTailOfZerosIsCutOff) {
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  write_bytes(file_, whole.substr(0, ends[2]) + std::string(5000, '\0'));
  expect_first(resume(), 2);
  write_bytes(file_, whole.substr(0, 10) + std::string(100, '\0'));
  expect_first(resume(), 0);
}

TEST_F(JournalTest, RefusesADamagedHeaderAndForeignFiles) {
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  for (std::size_t at = 0; at < ends[0]; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_bytes(file_, damaged);
    EXPECT_THAT(message_of([&] { resume(); }),
                AllOf(HasSubstr(file_.string()), HasSubstr("--force")))
        << "byte " << at;
    EXPECT_EQ(read_bytes(file_), damaged);
  }
  write_bytes(file_, "dear diary");
  EXPECT_THAT(message_of([&] { resume(); }), HasSubstr("no journal of this program"));
}

TEST_F(JournalTest, RefusesAnotherRunAndSaysWhatDiffers) {
  write_sample();
  const auto refusal = [&](const RunIdentity& other) {
    return message_of([&] { Journal(file_, other, Journal::Existing::resume); });
  };
  EXPECT_THAT(refusal({"solver = adam\nalpha = 2\n", "abc", "0.1.0"}),
              AllOf(HasSubstr("another experiment"), HasSubstr("alpha = 1"), HasSubstr("alpha = 2"),
                    HasSubstr("--force")));
  EXPECT_THAT(refusal({kIdentity.experiment, "abd", "0.1.0"}),
              AllOf(HasSubstr("other data"), HasSubstr("abc"), HasSubstr("abd")));
  EXPECT_THAT(refusal({kIdentity.experiment, "abc", "0.2.0"}),
              AllOf(HasSubstr("another version"), HasSubstr("0.1.0"), HasSubstr("0.2.0")));
  EXPECT_EQ(refusal(kIdentity), "");
}

TEST_F(JournalTest, RefusesToOverwriteUnlessTold) {
  write_sample();
  EXPECT_THAT(message_of([&] { Journal(file_, kIdentity, Journal::Existing::refuse); }),
              AllOf(HasSubstr("--resume"), HasSubstr("--force")));
  Journal(file_, kIdentity, Journal::Existing::replace);
  EXPECT_TRUE(resume().empty());
}

TEST_F(JournalTest, AnotherProcessIsRefusedWhileThisOneWrites) {
  const Journal journal(file_, kIdentity, Journal::Existing::refuse);
  for (const auto existing :
       {Journal::Existing::refuse, Journal::Existing::replace, Journal::Existing::resume}) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const std::string message = message_of([&] { Journal(file_, kIdentity, existing); });
      ::_exit(message.find("another process") != std::string::npos ? 42 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 42);
  }
}

TEST_F(JournalTest, TheLockGoesWithItsProcess) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Journal journal(file_, kIdentity, Journal::Existing::refuse);
    journal.append({records_.data(), 2});
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  expect_first(resume(), 2);
}

TEST_F(JournalTest, RemoveLeavesNothing) {
  Journal(file_, kIdentity, Journal::Existing::refuse).remove();
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(JournalTest, NamesAMissingFolder) {
  EXPECT_THAT(message_of([&] {
                Journal(folder_ / "none/run.h5.journal", kIdentity, Journal::Existing::refuse);
              }),
              AllOf(HasSubstr("does not exist"), HasSubstr("none")));
}

TEST(RunIdentity, HashTellsTheTextsApart) {
  const std::string hash = kIdentity.hash();
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_NE(hash, (RunIdentity{kIdentity.experiment + "a", "bc", "0.1.0"}.hash()));
  EXPECT_NE(hash, (RunIdentity{kIdentity.experiment, "abc", "0.1.1"}.hash()));
  EXPECT_EQ(hash, (RunIdentity{kIdentity}.hash()));
}

}  // namespace
}  // namespace mlpgrid
