// The recorder: however a run is cut into pieces, the file at the end is the same.
#include "results/journal/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>
#include <thread>

#include "results/hdf5/diff.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/frames.hpp"
#include "results/journal/read_results.hpp"
#include "results/report/report.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::identical;
using ::testing::IsEmpty;
using testing::message_of;
using ::testing::Not;
using testing::read_bytes;
using testing::sample_records;
using testing::sample_run;
using testing::TemporaryFolder;
using testing::write_bytes;

class RecorderTest : public ::testing::Test {
 protected:
  // The bytes of an uninterrupted run's file.
  std::string expected_file() {
    const auto file = folder_ / "expected.h5";
    write_results(file, run_, {}, records_);
    const std::string bytes = read_bytes(file);
    std::filesystem::remove(file);
    return bytes;
  }

  std::string refusal(OutputMode mode) {
    return message_of([&] { Recorder(output_, run_, {}, mode); });
  }

  TemporaryFolder folder_;
  std::filesystem::path output_ = folder_ / "run.h5";
  RunDescription run_ = sample_run();
  std::vector<FitRecord> records_ = sample_records();
};

TEST_F(RecorderTest, AFinishedRunLeavesTheFileAlone) {
  const std::vector<std::int32_t> ranks = {2, 1, 2, 4};
  std::atomic<int> durable{0};
  {
    Recorder recorder(output_, run_, {}, OutputMode::create, [&](const FitRecord&) { ++durable; });
    EXPECT_FALSE(recorder.already_complete());
    EXPECT_THAT(recorder.resumed(), IsEmpty());
    for (const FitRecord& record : records_) recorder.submit(record);
    recorder.flush();
    EXPECT_EQ(durable, 7);
    EXPECT_EQ(recorder.finish().ranking.rank_test_score, ranks);
    EXPECT_THROW(recorder.submit(records_[0]), std::logic_error);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5"));
  EXPECT_TRUE(read_bytes(output_) == expected_file());
  EXPECT_EQ(read_results(output_).ranking.rank_test_score, ranks);
}

TEST_F(RecorderTest, RecordsAreInTheJournalBeforeTheyCountAsDurable) {
  const auto journal = output_.string() + ".journal";
  std::uintmax_t before = 0;
  bool grew = true;
  Recorder recorder(output_, run_, {}, OutputMode::create, [&](const FitRecord&) {
    const auto size = std::filesystem::file_size(journal);
    grew = grew && size > before;
    before = size;
  });
  for (const FitRecord& record : records_) {
    recorder.submit(record);
    recorder.flush();
  }
  EXPECT_TRUE(grew);
}

TEST_F(RecorderTest, ScoresSoFarFillAliases) {
  Recorder recorder(output_, run_, {}, OutputMode::create);
  recorder.submit(records_[1]);
  recorder.submit(records_[5]);  // diverged
  recorder.stop_incomplete();
  const auto scores = read_results(output_).split_test_score;
  ASSERT_EQ(scores.size(), 8U);
  EXPECT_EQ(scores[1], 0.75);
  EXPECT_EQ(scores[5], 0.75);
  for (const std::size_t i : {0U, 2U, 3U, 4U, 6U, 7U}) EXPECT_TRUE(std::isnan(scores[i])) << i;
}

TEST_F(RecorderTest, StopAndResumeAfterEachRecordGivesTheSameFile) {
  for (std::size_t cut = 0; cut <= records_.size(); ++cut) {
    std::filesystem::remove(output_);
    {
      Recorder recorder(output_, run_, {}, OutputMode::create);
      for (std::size_t i = 0; i < cut; ++i) recorder.submit(records_[i]);
      recorder.stop_incomplete();
    }
    EXPECT_THAT(folder_.names(), ElementsAre("run.h5", "run.h5.journal"));
    EXPECT_EQ(read_results(output_).complete, cut == records_.size());
    {
      Recorder recorder(output_, run_, {}, OutputMode::resume);
      ASSERT_EQ(recorder.resumed().size(), cut);
      for (std::size_t i = 0; i < cut; ++i) {
        EXPECT_TRUE(identical(recorder.resumed()[i], records_[i]));
      }
      for (std::size_t i = records_.size(); i-- > cut;) recorder.submit(records_[i]);
      recorder.finish();
    }
    EXPECT_THAT(folder_.names(), ElementsAre("run.h5"));
    EXPECT_TRUE(read_bytes(output_) == expected_file()) << cut;
  }
}

TEST_F(RecorderTest, AKilledProcessLeavesAResumableRun) {
  write_bytes(folder_ / "run.h5.tmp-0123456789abcdef", "left by a process killed while it wrote");
  write_bytes(folder_ / "run.h5.tmp-notes", "not ours");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    for (std::size_t i = 0; i < 4; ++i) recorder.submit(records_[i]);
    recorder.flush();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(std::filesystem::exists(output_));
  {
    Recorder recorder(output_, run_, {}, OutputMode::resume);
    ASSERT_EQ(recorder.resumed().size(), 4U);
    for (std::size_t i = 4; i < records_.size(); ++i) recorder.submit(records_[i]);
    recorder.finish();
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5", "run.h5.tmp-notes"));
  EXPECT_TRUE(read_bytes(output_) == expected_file());
}

TEST_F(RecorderTest, LeavesTheFileSoFarWhenItIsDropped) {
  {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    recorder.submit(records_[2]);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5", "run.h5.journal"));
  EXPECT_EQ(read_results(output_).status[2], RunStatus::max_epochs);
}

TEST_F(RecorderTest, LeavesNothingWhenNothingWasDone) {
  { Recorder recorder(output_, run_, {}, OutputMode::create); }
  EXPECT_THAT(folder_.names(), IsEmpty());
  write_results(output_, run_, {}, {});
  const std::string before = read_bytes(output_);
  { Recorder recorder(output_, run_, {}, OutputMode::force); }
  EXPECT_TRUE(read_bytes(output_) == before);
}

TEST_F(RecorderTest, ExistingOutputIsKeptUnlessForced) {
  write_results(output_, run_, {}, {});
  std::string damaged = read_bytes(output_);
  std::fill_n(damaged.begin() + 512, 2000, '\xff');
  write_bytes(output_, damaged);
  EXPECT_THAT(refusal(OutputMode::create),
              AllOf(HasSubstr(output_.string()), HasSubstr("--force")));
  {
    Recorder recorder(output_, run_, {}, OutputMode::force);
    for (const FitRecord& record : records_) recorder.submit(record);
    recorder.flush();
    EXPECT_TRUE(read_bytes(output_) == damaged);
    recorder.finish();
  }
  EXPECT_TRUE(read_bytes(output_) == expected_file());
}

TEST_F(RecorderTest, WhatIsNotOfThisProgramIsKeptInAnyCase) {
  for (const OutputMode mode : {OutputMode::create, OutputMode::resume, OutputMode::force}) {
    write_bytes(output_, "precious");
    EXPECT_THAT(refusal(mode),
                AllOf(HasSubstr(output_.string()), HasSubstr("-o"), Not(HasSubstr("--force"))));
    EXPECT_EQ(read_bytes(output_), "precious");
    std::filesystem::remove(output_);
    write_bytes(output_.string() + ".journal", "dear diary");
    EXPECT_THAT(refusal(mode), AllOf(HasSubstr("run.h5.journal"), Not(HasSubstr("--force"))));
    EXPECT_EQ(read_bytes(output_.string() + ".journal"), "dear diary");
    std::filesystem::remove(output_.string() + ".journal");
  }
}

TEST_F(RecorderTest, ALinkLeadsToOneFileOneJournalAndOneLock) {
  std::filesystem::create_directory(folder_ / "far");
  std::filesystem::create_symlink("far/run.h5", output_);
  {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "far/run.h5.journal"));
    EXPECT_THROW(Recorder(folder_ / "far/run.h5", run_, {}, OutputMode::resume),
                 std::runtime_error);
    for (const FitRecord& record : records_) recorder.submit(record);
    recorder.finish();
  }
  EXPECT_TRUE(std::filesystem::is_symlink(output_));
  EXPECT_TRUE(read_bytes(folder_ / "far/run.h5") == expected_file());
  EXPECT_THAT(folder_.names(), ElementsAre("far", "run.h5"));
}

TEST_F(RecorderTest, AnUnfinishedRunIsKeptUnlessForced) {
  {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    recorder.submit(records_[0]);
    recorder.stop_incomplete();
  }
  EXPECT_THAT(refusal(OutputMode::create), AllOf(HasSubstr("--resume"), HasSubstr("--force")));
  Recorder recorder(output_, run_, {}, OutputMode::force);
  EXPECT_THAT(recorder.resumed(), IsEmpty());
}

TEST_F(RecorderTest, WhatIsToBeReplacedStaysUntilTheFirstRecord) {
  for (const bool was_finished : {false, true}) {
    std::filesystem::remove(output_);
    std::filesystem::remove(output_.string() + ".journal");
    {
      Recorder recorder(output_, run_, {}, OutputMode::create);
      for (const FitRecord& record : records_) recorder.submit(record);
      was_finished ? (void)recorder.finish() : (void)recorder.stop_incomplete();
    }
    const auto before = folder_.names();
    const std::string older = read_bytes(output_);
    RunDescription other = run_;
    other.experiment += "tol = 1\n";
    EXPECT_FALSE(Recorder(output_, other, {}, OutputMode::force).stop_incomplete());
    { const Recorder dropped(output_, other, {}, OutputMode::force); }
    EXPECT_EQ(folder_.names(), before);
    EXPECT_TRUE(read_bytes(output_) == older);
    const Recorder recorder(output_, run_, {}, OutputMode::resume);
    EXPECT_EQ(recorder.resumed().size(), was_finished ? 0U : records_.size());
  }
  std::filesystem::remove(output_.string() + ".journal");
  {
    Recorder recorder(output_, run_, {}, OutputMode::force);
    recorder.submit(records_[0]);
    EXPECT_TRUE(recorder.stop_incomplete());
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5", "run.h5.journal"));
  EXPECT_FALSE(read_results(output_).complete);
}

TEST_F(RecorderTest, ADamagedJournalCostsItsDamagedRecordOnly) {
  const auto journal = output_.string() + ".journal";
  std::vector<std::uintmax_t> ends;
  {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    for (const FitRecord& record : records_) {
      recorder.submit(record);
      recorder.flush();
      ends.push_back(std::filesystem::file_size(journal));
    }
    recorder.stop_incomplete();
  }
  std::string bytes = read_bytes(journal);
  bytes[ends[2] + 100] ^= 1;
  write_bytes(journal, bytes);
  {
    Recorder recorder(output_, run_, {}, OutputMode::resume);
    EXPECT_EQ(recorder.resumed().size(), records_.size() - 1);
    EXPECT_THAT(recorder.damage(), HasSubstr("1 cannot and will run again"));
    recorder.submit(records_[3]);
    recorder.finish();
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5", "run.h5.journal.damaged"));
  EXPECT_TRUE(read_bytes(output_) == expected_file());
}

// As after `kill -9` before the file was first built.
TEST_F(RecorderTest, ARunWithoutAFileIsReadFromItsJournal) {
  records_[0].trace = StoredTrace{{"w1", "b1"}, {0.5, 0.1}, {1, 2, 3, 4}};
  {
    Recorder recorder(output_, run_, {{"cpu", "a model"}}, OutputMode::create);
    recorder.submit(records_[0]);
    recorder.submit(records_[6]);
    recorder.stop_incomplete();
  }
  const auto built = folder_ / "built.h5";
  std::filesystem::rename(output_, built);

  const ResultsFile results = read_results(output_);
  EXPECT_EQ(results.path, output_);
  EXPECT_FALSE(results.complete);
  EXPECT_EQ(results.environment, read_results(built).environment);
  EXPECT_THAT(diff_results(results, read_results(built)), IsEmpty());
  EXPECT_EQ(read_curve(results, "train_loss")(0).size(), 6U);
  EXPECT_EQ(read_traces(results).size(), 1U);
  EXPECT_EQ(read_config_model(results, 1).weights, records_[6].model->weights);
  EXPECT_THAT(make_report(results).html, HasSubstr("sample grid"));
  const auto of_this = HasSubstr(output_.string() + ".journal holds 2 finished fit(s)");
  EXPECT_THAT(results.notes, ElementsAre(of_this));
  EXPECT_THAT(folder_.names(), ElementsAre("built.h5", "run.h5.journal"));
}

TEST_F(RecorderTest, AFileOlderThanItsJournalIsToldOf) {
  Recorder recorder(output_, run_, {}, OutputMode::create);
  for (std::size_t i = 0; i < 3; ++i) recorder.submit(records_[i]);
  recorder.flush();
  write_results(output_, run_, {}, std::span(records_).first(2));
  EXPECT_THAT(read_results(output_).notes,
              ElementsAre(HasSubstr(output_.string() + " holds 2 finished fit(s), " +
                                    output_.string() + ".journal 3")));
  run_.data_sha256 = "11ee";
  write_results(output_, run_, {}, records_);
  EXPECT_THAT(read_results(output_).notes,
              ElementsAre(AllOf(HasSubstr(output_.string() + ".journal is of another"),
                                HasSubstr("3 finished"))));
}

TEST_F(RecorderTest, AJournalThatSpeaksOfMoreThanThereCanBeIsNotBuilt) {
  const auto journal = [&](std::size_t configs, std::size_t folds, std::int32_t epochs) {
    RunDescription run;
    run.label.resize(configs);
    run.alias_of.resize(configs);
    run.fold_seed.resize(folds);
    run.fold_repeat.resize(folds);
    run.fold_train_rows.resize(folds);
    run.fold_held_out_rows.resize(folds);
    run.max_epochs = epochs;
    const std::uint64_t identity = identity_of(run).hash();
    FitRecord record;
    record.status = RunStatus::converged;
    std::vector<std::byte> frames;
    append_frame(frames, 0, identity, encode(RunHead{run, {}}));
    append_frame(frames, 1, identity, encode(record));
    write_bytes(output_.string() + ".journal",
                {reinterpret_cast<const char*>(frames.data()), frames.size()});
    return message_of([&] { (void)read_results(output_); });
  };
  EXPECT_THAT(journal(1, 1, std::numeric_limits<std::int32_t>::max()), HasSubstr("so large"));
  EXPECT_THAT(journal(20'000, 20'000, 1), HasSubstr("so large"));
  EXPECT_EQ(journal(2, 2, 10), "");
}

TEST_F(RecorderTest, AJournalThatCannotBeShownSaysWhy) {
  const auto journal = output_.string() + ".journal";
  EXPECT_THAT(message_of([&] { (void)read_results(output_); }), HasSubstr("no such file"));
  write_bytes(journal, "");
  EXPECT_THAT(message_of([&] { (void)read_results(output_); }),
              AllOf(HasSubstr(output_.string()), HasSubstr("has begun"), HasSubstr(journal)));
  {
    Recorder recorder(output_, run_, {}, OutputMode::create);
    recorder.submit(records_[0]);
    recorder.stop_incomplete();
  }
  std::filesystem::remove(output_);
  std::string bytes = read_bytes(journal);
  bytes[5] ^= 1;
  write_bytes(journal, bytes);
  EXPECT_THAT(message_of([&] { (void)read_results(output_); }),
              AllOf(HasSubstr("1 finished fit(s) and is damaged"), HasSubstr("--resume")));
}

TEST_F(RecorderTest, AFinishedRunIsComplete) {
  write_results(output_, run_, {}, records_);
  {
    Recorder recorder(output_, run_, {}, OutputMode::resume);
    EXPECT_TRUE(recorder.already_complete());
    EXPECT_EQ(recorder.finish().split_test_score[2], 0.875);
    EXPECT_THROW(recorder.submit(records_[0]), std::logic_error);
    EXPECT_EQ(recorder.finish().ranking.rank_test_score[2], 2);
  }
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5"));
  EXPECT_TRUE(read_bytes(output_) == expected_file());
}

TEST_F(RecorderTest, AFinishedRunOfAnotherExperimentIsRefused) {
  write_results(output_, run_, {}, records_);
  run_.data_sha256 = "11ee";
  EXPECT_THAT(refusal(OutputMode::resume), AllOf(HasSubstr("other data"), HasSubstr("--force")));
  run_ = sample_run();
  run_.experiment += "tol = 1\n";
  EXPECT_THAT(refusal(OutputMode::resume),
              AllOf(HasSubstr("another experiment"), HasSubstr("tol = 1"), HasSubstr("--force")));
  run_ = sample_run();
  run_.version = "0.2.0";
  EXPECT_THAT(refusal(OutputMode::resume), HasSubstr("another version"));
}

TEST_F(RecorderTest, AnIncompleteFileWithoutItsJournalIsRefused) {
  write_results(output_, run_, {}, std::span(records_).first(3));
  EXPECT_THAT(refusal(OutputMode::resume), AllOf(HasSubstr("incomplete"), HasSubstr("--force")));
}

TEST_F(RecorderTest, ResumeWithoutAnythingStartsAfresh) {
  Recorder recorder(output_, run_, {}, OutputMode::resume);
  EXPECT_FALSE(recorder.already_complete());
  EXPECT_THAT(recorder.resumed(), IsEmpty());
}

TEST_F(RecorderTest, ASecondRunOnTheSameOutputIsRefused) {
  const Recorder recorder(output_, run_, {}, OutputMode::create);
  for (const auto mode : {OutputMode::create, OutputMode::force, OutputMode::resume}) {
    EXPECT_THAT(refusal(mode), HasSubstr("another process"));
  }
}

TEST_F(RecorderTest, FinishWantsEveryFitAndTheRefit) {
  for (std::size_t missing = 0; missing < records_.size(); ++missing) {
    Recorder recorder(output_, run_, {}, OutputMode::force);
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (i != missing) recorder.submit(records_[i]);
    }
    EXPECT_THROW(recorder.finish(), std::logic_error) << missing;
  }
}

TEST_F(RecorderTest, WithoutAnyScoreThereIsNothingToRefit) {
  records_.pop_back();
  for (FitRecord& record : records_) record.status = RunStatus::diverged;
  Recorder recorder(output_, run_, {}, OutputMode::create);
  for (const FitRecord& record : records_) recorder.submit(record);
  recorder.finish();
  EXPECT_TRUE(read_results(output_).complete);
}

TEST_F(RecorderTest, RefusesRecordsWithoutAPlace) {
  Recorder recorder(output_, run_, {}, OutputMode::create);
  records_[0].fold = 2;
  EXPECT_THROW(recorder.submit(records_[0]), std::invalid_argument);
}

TEST_F(RecorderTest, ManyThreadsMaySubmit) {
  run_ = RunDescription{};
  run_.label.assign(64, "c");
  run_.alias_of.resize(64);
  for (std::int32_t i = 0; i < 64; ++i) run_.alias_of[static_cast<std::size_t>(i)] = i;
  run_.fold_seed = {0};
  run_.fold_repeat = {0};
  run_.fold_train_rows = {{0}};
  run_.fold_held_out_rows = {{1}};
  run_.max_epochs = 1;
  std::atomic<int> durable{0};
  Recorder recorder(output_, run_, {}, OutputMode::create, [&](const FitRecord&) { ++durable; });
  {
    std::vector<std::jthread> threads;
    for (std::int32_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&recorder, thread] {
        for (std::int32_t config = thread; config < 64; config += 4) {
          FitRecord record;
          record.config = config;
          record.status = RunStatus::converged;
          record.split_test_score = config;
          recorder.submit(record);
        }
      });
    }
  }
  recorder.finish();
  EXPECT_EQ(durable, 64);
  EXPECT_EQ(read_results(output_).ranking.best(), 63);
}

TEST_F(RecorderTest, AnErrorOfTheWriterReachesTheRun) {
  Recorder recorder(output_, run_, {}, OutputMode::create,
                    [](const FitRecord&) { throw std::runtime_error("terminal is gone"); });
  recorder.submit(records_[0]);
  EXPECT_THAT(message_of([&] { recorder.flush(); }), "terminal is gone");
  EXPECT_THAT(message_of([&] { recorder.submit(records_[1]); }), "terminal is gone");
  EXPECT_THAT(message_of([&] { recorder.finish(); }), "terminal is gone");
}

TEST_F(RecorderTest, AFileThatCannotGrowEndsTheRunAndKeepsWhatWasDurable) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    Recorder recorder(output_, run_, {}, OutputMode::create);
    recorder.submit(records_[0]);
    recorder.flush();
    const auto size = std::filesystem::file_size(output_.string() + ".journal");
    const rlimit limit{size + 10, size + 10};  // as on a full disk: the next write stops half-way
    ::setrlimit(RLIMIT_FSIZE, &limit);
    recorder.submit(records_[1]);
    const std::string message = message_of([&] { recorder.flush(); });
    ::_exit(message.find("run.h5.journal") != std::string::npos ? 42 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  const Recorder recorder(output_, run_, {}, OutputMode::resume);
  ASSERT_EQ(recorder.resumed().size(), 1U);
  EXPECT_TRUE(identical(recorder.resumed()[0], records_[0]));
}

TEST_F(RecorderTest, NamesTheFolderThatIsMissing) {
  output_ = folder_ / "none/run.h5";
  EXPECT_THAT(refusal(OutputMode::create), AllOf(HasSubstr("none"), HasSubstr("does not exist")));
  output_ = "/proc/self/run.h5";
  EXPECT_THAT(refusal(OutputMode::create), HasSubstr("/proc/self"));
}

}  // namespace
}  // namespace mlpgrid
