// Locks the journal and decides what to do with one that an earlier process left. The format of the
// frames is frames.cpp's.
#include "results/journal/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace mlpgrid {
namespace {

[[noreturn]] void fail(const std::string& action, const std::filesystem::path& file) {
  throw std::runtime_error(system_error_text(action, file, errno));
}

// False when another process has the lock.
bool take_lock(int fd, const std::filesystem::path& file) {
  if (locking_disabled()) return true;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    if (locking_is_best_effort()) return true;
    fail("lock", file);
  }
  return true;
}

// The first line in which the texts differ, as "there 'X', now 'Y'".
std::string first_difference(std::string_view theirs, std::string_view ours) {
  const auto next_line = [](std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
  };
  while (!theirs.empty() || !ours.empty()) {
    const std::string_view their_line = next_line(theirs);
    const std::string_view our_line = next_line(ours);
    if (their_line != our_line) {
      return fmt::format("there '{}', now '{}'", their_line, our_line);
    }
  }
  return "only in their last line ends";
}

constexpr const char* kOfAnotherRun =
    "{} belongs to {}: it cannot be resumed; name another output with -o, or start anew with "
    "--force";

// Gives the file, as it is, a second name: FILE.damaged, or the first free FILE.damaged-N.
std::filesystem::path keep_as_damaged(const std::filesystem::path& file) {
  std::filesystem::path kept = file.string() + ".damaged";
  for (int n = 2; std::filesystem::exists(kept); ++n) {
    kept = fmt::format("{}.damaged-{}", file.string(), n);
  }
  std::error_code no_links;
  std::filesystem::create_hard_link(file, kept, no_links);
  if (no_links) std::filesystem::copy_file(file, kept);
  return kept;
}

}  // namespace

std::string identity_difference(const std::filesystem::path& file, const RunIdentity& theirs,
                                const RunIdentity& ours) {
  std::string what;
  if (theirs.experiment != ours.experiment) {
    what = fmt::format("another experiment ({})",
                       first_difference(theirs.experiment, ours.experiment));
  } else if (theirs.data_sha256 != ours.data_sha256) {
    what =
        fmt::format("other data (SHA-256 there {}, now {})", theirs.data_sha256, ours.data_sha256);
  } else if (theirs.version != ours.version) {
    what = fmt::format("another version of the program (there {}, now {})", theirs.version,
                       ours.version);
  } else {
    return {};
  }
  return fmt::format(kOfAnotherRun, file.string(), what);
}

Journal::Journal(std::filesystem::path file, RunHead head, Existing existing)
    : file_(std::move(file)), head_(std::move(head)), run_(identity_of(head_.run).hash()) {
  check_output_folder(file_);
  lock_file();
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) fail("read", file_);
  if (info.st_size == 0) return;
  if (existing == Existing::refuse) {
    throw std::runtime_error(
        fmt::format("{} holds an unfinished run: continue it with --resume, or start anew with "
                    "--force",
                    file_.string()));
  }
  if (existing == Existing::resume) {
    resume();
  } else {
    keeps_older_ = true;
  }
}

void Journal::lock_file() {
  // open_and_lock() tries again where another process removed or replaced the file meanwhile.
  fd_ = open_and_lock(file_, 0, [this](int fd) {
    if (take_lock(fd, file_)) return;
    throw std::runtime_error(fmt::format(
        "another process is writing this run ({} is locked): wait for it, stop it, or name "
        "another output with -o",
        file_.string()));
  });
  if (fd_.get() < 0) fail("create", file_);
}

void Journal::resume() {
  JournalContent content = read_journal(read_whole(fd_.get(), file_));
  if (!content.run && content.damaged) {
    throw std::runtime_error(
        fmt::format("{} is no journal of this version of the program, or nothing of it can be read "
                    "any more: start anew with --force",
                    file_.string()));
  }
  if (content.run && content.run != run_) {
    const std::string difference =
        content.head
            ? identity_difference(file_, identity_of(content.head->run), identity_of(head_.run))
            : "";
    throw std::runtime_error(difference.empty() ? fmt::format(kOfAnotherRun, file_.string(),
                                                              "another run, which it does not tell")
                                                : difference);
  }
  records_ = std::move(content.records);
  if (content.damaged) return mend(content);
  next_number_ = content.next_number;
  size_ = content.end;
  if (size_ < content.size) {
    if (uninterrupted(::ftruncate, fd_.get(), static_cast<off_t>(size_)) != 0) fail("write", file_);
    sync_file(fd_.get(), file_);
  }
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) fail("write", file_);
}

void Journal::mend(const JournalContent& content) {
  const std::filesystem::path kept = keep_as_damaged(file_);
  keeps_older_ = true;
  append(records_);
  damage_ = fmt::format(
      "{} was damaged: {} finished fit(s) of it can be read{}; the damaged file is kept as {}",
      file_.string(), records_.size(),
      content.lost > 0 ? fmt::format(", {} cannot and will run again", content.lost)
                       : ", none is lost",
      kept.string());
}

void Journal::append(std::span<const FitRecord> records) {
  frames_.clear();
  std::uint32_t number = next_number_;
  if (number == 0) append_frame(frames_, number++, run_, encode(head_));
  for (const FitRecord& record : records) append_frame(frames_, number++, run_, encode(record));
  if (keeps_older_) {
    replace_by_frames();
  } else {
    append_frames();
  }
  next_number_ = number;
  size_ += frames_.size();
}

void Journal::append_frames() {
  try {
    write_all(fd_.get(), frames_, file_);
    sync_file(fd_.get(), file_);
    // This run does not read its journal back: free the page cache for others.
    (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
    if (!name_is_durable_) sync_folder_of(file_);
    name_is_durable_ = true;
  } catch (...) {
    // If this fails, too, the next resume cuts off a torn end, or takes records that are whole.
    if (uninterrupted(::ftruncate, fd_.get(), static_cast<off_t>(size_)) == 0) {
      ::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET);
    }
    throw;
  }
}

// Writes a new file. The old one and its lock stay until the new one, locked as well, has the name.
void Journal::replace_by_frames() {
  AtomicFile fresh(file_);
  if (!take_lock(fresh.descriptor(), file_)) fail("lock", file_);
  fresh.write(frames_);
  FileDescriptor fd(::fcntl(fresh.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (fd.get() < 0) fail("write", file_);
  fresh.commit();
  fd_ = std::move(fd);
  keeps_older_ = false;
  name_is_durable_ = true;
}

void Journal::remove() {
  if (keeps_older_) return;
  if (::unlink(file_.c_str()) != 0 && errno != ENOENT) fail("remove", file_);
  sync_folder_of(file_);
}

}  // namespace mlpgrid
