// The journal: what comes back after every way in which a process can die, and who may write.
#include "results/journal/journal.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::identical;
using testing::message_of;
using testing::read_bytes;
using testing::sample_records;
using testing::sample_run;
using testing::TemporaryFolder;
using testing::write_bytes;

FitRecord short_record(std::int32_t config = 0) {
  FitRecord record;
  record.config = config;
  record.status = RunStatus::converged;
  return record;
}

class JournalTest : public ::testing::Test {
 protected:
  // A journal with the sample records; returns the file's length after the head and each record.
  std::vector<std::size_t> write_sample() {
    std::filesystem::remove(file_);
    Journal journal(file_, head_, Journal::Existing::refuse);
    journal.append({});
    std::vector<std::size_t> ends = {read_bytes(file_).size()};
    for (const FitRecord& record : records_) {
      journal.append({&record, 1});
      ends.push_back(read_bytes(file_).size());
    }
    return ends;
  }

  std::vector<FitRecord> resume() {
    return Journal(file_, head_, Journal::Existing::resume).take_records();
  }

  // Bytes of the journal from `begin` to `end`, one at a time, are damaged: all records but
  // `lost` come back, the journal is whole again and goes on, and what it was is kept.
  void expect_only_lost(std::size_t begin, std::size_t end, std::size_t lost) {
    const std::string whole = read_bytes(file_);
    const std::filesystem::path kept = file_.string() + ".damaged";
    std::vector<FitRecord> others = records_;
    if (lost < others.size()) others.erase(others.begin() + static_cast<std::ptrdiff_t>(lost));
    for (std::size_t at = begin; at < end; at += at < begin + sizeof(FrameHead) ? 3 : 61) {
      SCOPED_TRACE(at);
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      write_bytes(file_, damaged);
      {
        Journal journal(file_, head_, Journal::Existing::resume);
        const auto found = journal.take_records();
        ASSERT_EQ(found.size(), others.size());
        for (std::size_t i = 0; i < found.size(); ++i) ASSERT_TRUE(identical(found[i], others[i]));
        ASSERT_THAT(journal.damage(),
                    AllOf(HasSubstr(fmt::format("{} finished fit(s)", others.size())),
                          HasSubstr(lost < records_.size() ? "1 cannot" : "none is lost"),
                          HasSubstr(kept.string())));
        ASSERT_EQ(read_bytes(kept), damaged);
        if (lost < records_.size()) journal.append({&records_[lost], 1});
      }
      Journal again(file_, head_, Journal::Existing::resume);
      ASSERT_EQ(again.damage(), "");
      ASSERT_EQ(again.take_records().size(), records_.size());
      std::filesystem::remove(kept);
      std::filesystem::remove(file_);
    }
  }

  // 42 where a process that opens the journal is told of this one.
  int refused_to_a_child(Journal::Existing existing) {
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string message = message_of([&] { Journal(file_, head_, existing); });
      ::_exit(message.find("another process") != std::string::npos ? 42 : 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void expect_first(const std::vector<FitRecord>& found, std::size_t count) const {
    ASSERT_EQ(found.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(identical(found[i], records_[i])) << i;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.h5.journal";
  RunHead head_ = with_frames({sample_run(), {{"cpu", "a model"}}});
  std::vector<FitRecord> records_ = with_drawings(sample_records());

 private:
  // What few runs and fits have.
  static RunHead with_frames(RunHead head) {
    head.run.map = MapFrame{{0, 1}, {2}, {0.5}, {2.5}, {1}, {0}};
    head.run.reconstruction = ReconstructionFrame{{5}, 1, 1, {-1}};
    return head;
  }

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
    Journal journal(file_, head_, Journal::Existing::refuse);
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
    ASSERT_EQ(read_bytes(file_), whole.substr(0, size < ends[0] ? 0 : ends[complete]));
  }
}

TEST_F(JournalTest, WritesOnAfterATornTail) {
  const auto ends = write_sample();
  std::filesystem::resize_file(file_, ends[3] + 5);
  {
    Journal journal(file_, head_, Journal::Existing::resume);
    expect_first(journal.take_records(), 3);
    journal.append(std::span(records_).subspan(3));
  }
  expect_first(resume(), records_.size());
}

TEST_F(JournalTest, TakesAllButADamagedRecord) {
  records_ = {short_record(0), short_record(1), short_record(3)};
  const auto ends = write_sample();
  expect_only_lost(ends[0], ends[1], 0);
  write_sample();
  expect_only_lost(ends[1], ends[2], 1);
  write_sample();
  expect_only_lost(ends[2], ends[3], 2);
}

TEST_F(JournalTest, TakesAllWhenItsHeadIsDamaged) {
  records_ = {short_record(0), short_record(1)};
  const auto ends = write_sample();
  expect_only_lost(0, ends[0], records_.size());
}

TEST_F(JournalTest, FindsTheNextRecordBehindWhateverIsBetween) {
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  const std::string a_frame = whole.substr(ends[1], ends[2] - ends[1]);
  for (const std::string& between :
       {std::string(), std::string("MLPJMLPJMLPJ"), std::string(5000, '\0'),
        a_frame.substr(0, a_frame.size() - 1), a_frame.substr(1)}) {
    write_bytes(file_, whole.substr(0, ends[1]) + between + whole.substr(ends[2]));
    Journal journal(file_, head_, Journal::Existing::resume);
    EXPECT_EQ(journal.take_records().size(), records_.size() - 1);
    EXPECT_THAT(journal.damage(), HasSubstr("1 cannot"));
  }
  EXPECT_THAT(folder_.names(), Contains("run.h5.journal.damaged-5"));
}

TEST_F(JournalTest, AHeadlessJournalOfAnotherRunIsRefused) {
  const auto ends = write_sample();
  write_bytes(file_, read_bytes(file_).substr(ends[0]));
  RunHead other = head_;
  other.run.data_sha256 = "11ee";
  EXPECT_THAT(message_of([&] { Journal(file_, other, Journal::Existing::resume); }),
              AllOf(HasSubstr("another run"), HasSubstr("--force")));
  EXPECT_EQ(resume().size(), records_.size());
}

// A fault of the disk is as likely as not in what nobody reads: that the file is what was written
// is for the checksums to say, and that the program could have written it, for the codec.
TEST_F(JournalTest, ChecksumsAloneDoNotMakeARecord) {
  std::vector<std::byte> payload = encode(records_[0]);
  payload.pop_back();
  write_sample();
  std::vector<std::byte> frame;
  append_frame(frame, 8, identity_of(head_.run).hash(), payload);
  FitRecord nowhere = records_[0];
  nowhere.config = 4;
  append_frame(frame, 9, identity_of(head_.run).hash(), encode(nowhere));
  write_bytes(file_, read_bytes(file_) +
                         std::string(reinterpret_cast<const char*>(frame.data()), frame.size()));
  Journal journal(file_, head_, Journal::Existing::resume);
  EXPECT_EQ(journal.take_records().size(), records_.size());
  EXPECT_THAT(journal.damage(), HasSubstr("2 cannot"));
}

TEST_F(JournalTest, AnUnwrittenTailOfZerosIsCutOff) {
  const auto ends = write_sample();
  const std::string whole = read_bytes(file_);
  write_bytes(file_, whole.substr(0, ends[2]) + std::string(5000, '\0'));
  expect_first(resume(), 2);
  write_bytes(file_, whole.substr(0, 10) + std::string(100, '\0'));
  expect_first(resume(), 0);
}

TEST_F(JournalTest, RefusesForeignFilesAndWhatCannotBeReadAtAll) {
  for (const std::string& content : {std::string("dear diary"), "MLPJ" + std::string(60, 'x')}) {
    write_bytes(file_, content);
    EXPECT_THAT(message_of([&] { resume(); }),
                AllOf(HasSubstr(file_.string()), HasSubstr("no journal"), HasSubstr("--force")));
    EXPECT_EQ(read_bytes(file_), content);
  }
}

TEST_F(JournalTest, RefusesAnotherRunAndSaysWhatDiffers) {
  write_sample();
  const auto refusal = [&](auto change) {
    RunHead other = head_;
    change(other.run);
    return message_of([&] { Journal(file_, other, Journal::Existing::resume); });
  };
  EXPECT_THAT(refusal([](RunDescription& run) {
                run.experiment = "data = csv\nactivation = tanh\n# \xC3\xA9\n";
              }),
              AllOf(HasSubstr("another experiment"), HasSubstr("activation = tanh"),
                    HasSubstr("activation = relu,tanh"), HasSubstr("--force")));
  EXPECT_THAT(refusal([](RunDescription& run) { run.data_sha256 = "11ee"; }),
              AllOf(HasSubstr("other data"), HasSubstr("00ff"), HasSubstr("11ee")));
  EXPECT_THAT(refusal([](RunDescription& run) { run.version = "0.2.0"; }),
              AllOf(HasSubstr("another version"), HasSubstr("0.1.0"), HasSubstr("0.2.0")));
  EXPECT_EQ(refusal([](RunDescription&) {}), "");
  EXPECT_EQ(refusal([](RunDescription& run) { run.experiment += "csv = /elsewhere.csv\n"; }), "");
}

TEST_F(JournalTest, AnOlderOneStaysUntilTheFirstRecord) {
  write_sample();
  const std::string older = read_bytes(file_);
  EXPECT_THAT(message_of([&] { Journal(file_, head_, Journal::Existing::refuse); }),
              AllOf(HasSubstr("--resume"), HasSubstr("--force")));
  {
    Journal journal(file_, head_, Journal::Existing::replace);
    EXPECT_TRUE(journal.keeps_older());
    journal.remove();
  }
  EXPECT_EQ(read_bytes(file_), older);
  {
    Journal journal(file_, head_, Journal::Existing::replace);
    for (std::size_t i = 4; i < 6; ++i) journal.append({&records_[i], 1});
    EXPECT_FALSE(journal.keeps_older());
    EXPECT_FALSE(journal.is_new());
    EXPECT_EQ(refused_to_a_child(Journal::Existing::resume), 42);
  }
  const auto found = resume();
  ASSERT_EQ(found.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(identical(found[i], records_[i + 4]));
}

TEST_F(JournalTest, AnotherProcessIsRefusedWhileThisOneWrites) {
  const Journal journal(file_, head_, Journal::Existing::refuse);
  for (const auto existing :
       {Journal::Existing::refuse, Journal::Existing::replace, Journal::Existing::resume}) {
    EXPECT_EQ(refused_to_a_child(existing), 42);
  }
}

// The values that HDF5 1.10 to 1.14 knows; others mean nothing to it.
TEST_F(JournalTest, LocksAsHdf5IsTold) {
  const Journal journal(file_, head_, Journal::Existing::refuse);
  for (const auto& [value, expected] : {std::pair("FALSE", 0),
                                        {"0", 0},
                                        {"TRUE", 42},
                                        {"1", 42},
                                        {"BEST_EFFORT", 42},
                                        {"false", 42},
                                        {"", 42}}) {
    ::setenv("HDF5_USE_FILE_LOCKING", value, 1);
    EXPECT_EQ(refused_to_a_child(Journal::Existing::resume), expected) << value;
  }
  ::unsetenv("HDF5_USE_FILE_LOCKING");
}

TEST_F(JournalTest, TheLockGoesWithItsProcess) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Journal journal(file_, head_, Journal::Existing::refuse);
    journal.append({records_.data(), 2});
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  expect_first(resume(), 2);
}

TEST_F(JournalTest, RemoveLeavesNothing) {
  Journal(file_, head_, Journal::Existing::refuse).remove();
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(JournalTest, NamesAMissingFolder) {
  EXPECT_THAT(message_of([&] {
                Journal(folder_ / "none/run.h5.journal", head_, Journal::Existing::refuse);
              }),
              AllOf(HasSubstr("does not exist"), HasSubstr("none")));
}

TEST_F(JournalTest, TellsWhatItsRunIs) {
  write_sample();
  const JournalContent content = read_journal(file_);
  ASSERT_TRUE(content.head);
  EXPECT_EQ(encode(*content.head), encode(head_));
  EXPECT_EQ(content.head->run.params[2].name, "learning_rate_init");
  EXPECT_EQ(content.head->run.map->x2, head_.run.map->x2);
  EXPECT_EQ(content.head->environment, head_.environment);
}

TEST_F(JournalTest, AGlanceCountsItsRecords) {
  EXPECT_FALSE(glance_at_journal(file_));
  const auto ends = write_sample();
  std::filesystem::resize_file(file_, ends.back() - 1);
  const auto seen = glance_at_journal(file_);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->run, identity_of(head_.run).hash());
  EXPECT_EQ(seen->records, records_.size() - 1);
  write_bytes(file_, "dear diary, this is no journal of any run at all");
  EXPECT_FALSE(glance_at_journal(file_));
}

TEST(RunIdentity, HashTellsTheTextsApart) {
  const RunIdentity identity{"alpha = 1\n", "abc", "0.1.0"};
  EXPECT_NE(identity.hash(), (RunIdentity{identity.experiment + "a", "bc", "0.1.0"}.hash()));
  EXPECT_NE(identity.hash(), (RunIdentity{identity.experiment, "abc", "0.1.1"}.hash()));
  EXPECT_EQ(identity.hash(), (RunIdentity{identity}.hash()));
}

TEST(RunIdentity, CountsNeitherTitleNorWhereTheDataLie) {
  RunDescription run;
  run.experiment =
      "title = a\ncsv = /a.csv\nalpha = 1\nfeatures-from = x.h5\nlabels = b\nimages = c";
  EXPECT_EQ(identity_of(run).experiment, "alpha = 1\n");
  run.experiment = "alpha = 1\nnot-csv = 2\ncsvs = 3";
  EXPECT_EQ(identity_of(run).experiment, run.experiment);
}

// Cut at every byte, and with every length made longer or absurd: an error, never a wild
// allocation.
TEST(RecordCodec, RefusesWhatItDidNotWrite) {
  const std::vector<FitRecord> records = sample_records();
  const RunHead head{sample_run(), {{"cpu", "x"}}};
  const auto refuses = [](const std::vector<std::byte>& whole, auto decode) {
    EXPECT_NO_THROW((void)decode(std::span(whole)));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THROW((void)decode(std::span(whole).first(size)), std::runtime_error) << size;
    }
    for (std::size_t at = 0; at + 8 <= whole.size(); ++at) {
      for (const std::uint64_t number : {~std::uint64_t{0}, std::uint64_t{1} << 61U,
                                         std::uint64_t{1} << 32U, std::uint64_t{100'000}}) {
        auto changed = whole;
        std::memcpy(changed.data() + at, &number, sizeof number);
        try {
          (void)decode(std::span(std::as_const(changed)));
        } catch (const std::runtime_error&) {
        }
      }
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    EXPECT_THROW((void)decode(std::span(std::as_const(longer))), std::runtime_error);
  };
  refuses(encode(records.back()), [](auto bytes) { return decode_record(bytes); });
  refuses(encode(head), [](auto bytes) { return decode_head(bytes); });
}

}  // namespace
}  // namespace mlpgrid
