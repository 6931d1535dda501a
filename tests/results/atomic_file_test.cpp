// What replacing a file does to links, modes, owners, leftovers and the files of others.
#include "results/files/atomic_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>

#include "results/sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::read_bytes;
using ::testing::UnorderedElementsAre;

constexpr uid_t kNobody = 65534;

void put(const fs::path& output, std::string_view text) {
  write_whole(output, std::as_bytes(std::span(text)));
}

mode_t mode_of(const fs::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

// Runs `action` in a child without the rights of root; the message of its exception.
template <class Action>
std::string as_nobody(Action action) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text;
    if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) {
      text = "cannot become nobody";
    } else {
      text = message_of(action);
    }
    (void)!::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t got = ::read(ends[0], text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? text : "the child crashed";
}

class AtomicFileTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
};

// Tests of who may do what mean nothing to root, and need root to become somebody else.
class AsRoot : public AtomicFileTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  }
};

TEST_F(AtomicFileTest, FollowsLinksAlsoToWhatIsNotThereYet) {
  fs::create_directory(folder_ / "far");
  folder_.write("far/old", "old");
  fs::create_symlink("far/old", folder_ / "link");
  fs::create_symlink("link", folder_ / "link_to_link");
  fs::create_symlink(folder_ / "far/new", folder_ / "dangling");
  put(folder_ / "link_to_link", "new");
  put(folder_ / "dangling", "first");
  EXPECT_EQ(read_bytes(folder_ / "far/old"), "new");
  EXPECT_EQ(read_bytes(folder_ / "far/new"), "first");
  for (const char* link : {"link", "link_to_link", "dangling"}) {
    EXPECT_TRUE(fs::is_symlink(folder_ / link)) << link;
  }
  EXPECT_THAT(folder_.names(), ElementsAre("dangling", "far", "link", "link_to_link"));
}

TEST_F(AtomicFileTest, RefusesACircleOfLinks) {
  fs::create_symlink("b", folder_ / "a");
  fs::create_symlink("a", folder_ / "b");
  EXPECT_THAT(message_of([&] { put(folder_ / "a", "x"); }), HasSubstr((folder_ / "a").string()));
}

TEST_F(AtomicFileTest, KeepsTheMode) {
  for (const mode_t mode : {0600U, 0640U, 0666U, 0755U}) {
    const fs::path file = folder_.write("file", "old");
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    put(file, "new");
    EXPECT_EQ(mode_of(file), mode);
  }
  const mode_t mask = ::umask(027);
  put(folder_ / "fresh", "x");
  ::umask(mask);
  EXPECT_EQ(mode_of(folder_ / "fresh"), 0640U);
}

TEST_F(AsRoot, KeepsTheOwner) {
  const fs::path file = folder_.write("file", "old");
  ASSERT_EQ(::chown(file.c_str(), kNobody, 12), 0);
  put(file, "new");
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, kNobody);
  EXPECT_EQ(info.st_gid, 12U);
}

TEST_F(AsRoot, AGroupThatCannotBeKeptGetsNoMoreThanEverybody) {
  fs::permissions(folder_.path(), fs::perms::all);
  const fs::path file = folder_.write("file", "old");
  ASSERT_EQ(::chown(file.c_str(), kNobody, 0), 0);
  ASSERT_EQ(::chmod(file.c_str(), 0664), 0);
  EXPECT_EQ(as_nobody([&] { put(file, "new"); }), "");
  EXPECT_EQ(read_bytes(file), "new");
  EXPECT_EQ(mode_of(file), 0644U);
}

TEST_F(AsRoot, ALinkOfSomebodyElseInASharedFolderIsNotFollowed) {
  const fs::path shared = folder_ / "shared";
  fs::create_directory(shared);
  ASSERT_EQ(::chmod(shared.c_str(), 01777), 0);
  const fs::path precious = folder_.write("precious", "old");
  fs::create_symlink(precious, shared / "page.html");
  ASSERT_EQ(::lchown((shared / "page.html").c_str(), kNobody, kNobody), 0);
  EXPECT_THAT(message_of([&] { put(shared / "page.html", "new"); }), HasSubstr("page.html"));
  EXPECT_EQ(read_bytes(precious), "old");
  fs::create_symlink(precious, shared / "own.html");
  put(shared / "own.html", "new");
  EXPECT_EQ(read_bytes(precious), "new");
}

TEST_F(AsRoot, WritesIntoAFolderThatCannotBeListed) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0333), 0);
  EXPECT_EQ(as_nobody([&] { put(folder_ / "file", "new"); }), "");
  EXPECT_EQ(read_bytes(folder_ / "file"), "new");
}

TEST_F(AsRoot, SaysBeforeTheWorkThatAFolderIsNotWritable) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);
  EXPECT_THAT(as_nobody([&] { check_output_folder(folder_ / "file"); }),
              AllOf(HasSubstr(folder_.path().string()), HasSubstr("-o")));
}

TEST_F(AtomicFileTest, NobodyCanGuessWhereItWrites) {
  const fs::path precious = folder_.write("precious", "old");
  const fs::path output = folder_ / "out";
  fs::create_symlink(precious, output.string() + ".tmp-" + std::to_string(::getpid()));
  AtomicFile first(output);
  AtomicFile second(output);
  std::vector<std::string> names = folder_.names();
  std::erase_if(names, [](const std::string& name) { return name.size() != 8 + 16; });
  ASSERT_EQ(names.size(), 2U);
  EXPECT_NE(names[0], names[1]);
  put(output, "new");
  EXPECT_EQ(read_bytes(precious), "old");
}

TEST_F(AtomicFileTest, RemovesWhatTheDeadLeftAndNothingElse) {
  const fs::path output = folder_ / "out.csv";
  const pid_t child = ::fork();
  if (child == 0) {
    const AtomicFile file(output);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(folder_.names().size(), 1U);
  const std::string stale = folder_.names()[0];

  AtomicFile living(output);
  std::vector<std::string> foreign = {"out.csv.tmp-",
                                      "out.csv.tmp-123",
                                      "out.csv.tmp-notes",
                                      "out.csv.tmp-0123456789abcde",
                                      "out.csv.tmp-0123456789abcdefg",
                                      "out.csv.tmp-0123456789ABCDEF",
                                      "my_out.csv.tmp-0123456789abcdef"};
  for (const std::string& name : foreign) folder_.write(name, "mine");
  fs::create_directory(folder_ / "out.csv.tmp-aaaaaaaaaaaaaaaa");
  fs::create_symlink("out.csv.tmp-notes", folder_ / "out.csv.tmp-bbbbbbbbbbbbbbbb");
  const std::size_t before = folder_.names().size();
  put(output, "new");
  const std::vector<std::string> names = folder_.names();
  EXPECT_THAT(names, ::testing::Not(::testing::Contains(stale)));
  EXPECT_EQ(names.size(), before + 1);  // the output
  living.write(std::as_bytes(std::span("later", 5)));
  living.commit();
  EXPECT_EQ(read_bytes(output), "later");
}

TEST_F(AsRoot, LeavesWhatIsOfAnotherUser) {
  const fs::path theirs = folder_.write("out.tmp-0123456789abcdef", "theirs");
  ASSERT_EQ(::chown(theirs.c_str(), kNobody, kNobody), 0);
  put(folder_ / "out", "new");
  EXPECT_TRUE(fs::exists(theirs));
}

TEST_F(AtomicFileTest, ManyAtOnceTakeNothingFromEachOther) {
  const fs::path output = folder_ / "out";
  std::vector<std::jthread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        failed += message_of([&] { put(output, "whole"); }).empty() ? 0 : 1;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(read_bytes(output), "whole");
  EXPECT_THAT(folder_.names(), ElementsAre("out"));
}

TEST_F(AtomicFileTest, DevicesAndPipesAreWrittenToAsTheyAre) {
  EXPECT_TRUE(is_stream("/dev/null"));
  put("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto reader = std::async(std::launch::async, [&] { return read_bytes(pipe); });
  put(pipe, "through");
  EXPECT_EQ(reader.get(), "through");
  EXPECT_THAT(folder_.names(), ElementsAre("pipe"));
  EXPECT_THAT(message_of([] { put("/dev/full", "x"); }), HasSubstr("/dev/full"));
  EXPECT_THAT(message_of([] { AtomicFile file("/dev/null"); }), HasSubstr("device"));
}

}  // namespace
}  // namespace mlpgrid
