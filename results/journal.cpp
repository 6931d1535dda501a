// Frames, the lock, and what to do with a journal that a killed process left.
// The encoding of a record is record_codec's.
#include "results/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace mlpgrid {
namespace {

using Bytes = std::vector<std::byte>;

constexpr char kMagic[8] = {'M', 'L', 'P', 'J', 0, 0, 0, 0};
static_assert(sizeof kMagic + 2 * sizeof(std::uint64_t) == kJournalFrameHead);

[[noreturn]] void fail(const std::string& action, const std::filesystem::path& file) {
  throw std::runtime_error(system_error_text(action, file, errno));
}

void append_frame(Bytes& out, std::span<const std::uint8_t> payload) {
  const std::uint64_t numbers[] = {payload.size(), XXH3_64bits(payload.data(), payload.size())};
  const auto put = [&](const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    out.insert(out.end(), first, first + size);
  };
  put(kMagic, sizeof kMagic);
  put(numbers, sizeof numbers);
  put(payload.data(), payload.size());
}

// The payload of the frame at the front of `bytes`; none when it is torn or damaged.
std::optional<std::span<const std::byte>> first_frame(std::span<const std::byte> bytes) {
  if (bytes.size() < kJournalFrameHead) return std::nullopt;
  if (std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) return std::nullopt;
  std::uint64_t numbers[2];
  std::memcpy(numbers, bytes.data() + sizeof kMagic, sizeof numbers);
  if (numbers[0] > bytes.size() - kJournalFrameHead) return std::nullopt;
  const auto payload = bytes.subspan(kJournalFrameHead, static_cast<std::size_t>(numbers[0]));
  if (XXH3_64bits(payload.data(), payload.size()) != numbers[1]) return std::nullopt;
  return payload;
}

Bytes read_whole(int fd, const std::filesystem::path& file) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail("read", file);
  Bytes bytes(static_cast<std::size_t>(info.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", file);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

// A header that was never finished: a beginning of it, then nothing or zeros (a file whose length
// reached the disk before its content did).
bool is_unfinished(std::span<const std::byte> bytes, std::span<const std::byte> header) {
  const auto difference = std::ranges::mismatch(bytes, header);
  return std::all_of(difference.in1, bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

// The first line that differs, as "'here', not 'there'".
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

}  // namespace

std::filesystem::path journal_of(const std::filesystem::path& output) {
  return followed(output).string() + ".journal";
}

bool journal_exists(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

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
  return fmt::format(
      "{} belongs to {}: it cannot be resumed; name another output with -o, or start anew with "
      "--force",
      file.string(), what);
}

Journal::Journal(std::filesystem::path file, const RunIdentity& identity, Existing existing)
    : file_(std::move(file)) {
  check_output_folder(file_);
  lock_file();
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) fail("read", file_);
  if (info.st_size > 0 && existing == Existing::refuse) {
    throw std::runtime_error(
        fmt::format("{} holds an unfinished run: continue it with --resume, or start anew with "
                    "--force",
                    file_.string()));
  }
  if (info.st_size > 0 && existing == Existing::resume) {
    read_frames(identity);
  } else {
    start(identity);
  }
}

void Journal::lock_file() {
  for (;;) {
    fd_ = FileDescriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (fd_.get() < 0) fail("create", file_);
    if (locking_disabled()) return;
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) fail("lock", file_);
      throw std::runtime_error(fmt::format(
          "another process is writing this run ({} is locked): wait for it, stop it, or name "
          "another output with -o",
          file_.string()));
    }
    // Another process may have finished and removed the file between open and lock: then the lock
    // is on a file without a name, which protects nothing.
    struct stat locked {};
    struct stat named {};
    if (::fstat(fd_.get(), &locked) == 0 && ::stat(file_.c_str(), &named) == 0 &&
        locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
      return;
    }
  }
}

void Journal::start(const RunIdentity& identity) {
  if (::ftruncate(fd_.get(), 0) != 0) fail("write", file_);
  if (::lseek(fd_.get(), 0, SEEK_SET) < 0) fail("write", file_);
  Bytes frame;
  append_frame(frame, encode(identity));
  write_all(fd_.get(), frame, file_);
  size_ = frame.size();  // not synced: there is no record to lose yet
}

void Journal::read_frames(const RunIdentity& identity) {
  const Bytes bytes = read_whole(fd_.get(), file_);
  std::span<const std::byte> rest(bytes);
  const auto header = first_frame(rest);
  if (!header) {
    Bytes whole;
    append_frame(whole, encode(identity));
    if (is_unfinished(bytes, whole)) return start(identity);
    throw std::runtime_error(fmt::format(
        "{} is damaged or no journal of this program: start anew with --force", file_.string()));
  }
  const auto decoded = [&](auto decode, std::span<const std::byte> payload) {
    try {
      return decode(payload);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(
          fmt::format("{} is {}; start anew with --force", file_.string(), error.what()));
    }
  };
  const std::string difference =
      identity_difference(file_, decoded(decode_identity, *header), identity);
  if (!difference.empty()) throw std::runtime_error(difference);
  rest = rest.subspan(kJournalFrameHead + header->size());
  while (const auto payload = first_frame(rest)) {
    records_.push_back(decoded(decode_record, *payload));
    rest = rest.subspan(kJournalFrameHead + payload->size());
  }
  size_ = bytes.size() - rest.size();
  if (!rest.empty()) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) fail("write", file_);
    sync_file(fd_.get(), file_);
  }
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) fail("write", file_);
}

void Journal::append(std::span<const FitRecord> records) {
  frames_.clear();
  for (const FitRecord& record : records) append_frame(frames_, encode(record));
  try {
    write_all(fd_.get(), frames_, file_);
    sync_file(fd_.get(), file_);
    // Nobody reads it back in this run: leave the memory to others, and nothing to drop at the end.
    (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
    if (!name_is_durable_) sync_folder_of(file_);
    name_is_durable_ = true;
  } catch (...) {
    // Best effort: a tail that stays is torn or unconfirmed, and cut off or taken on resuming.
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) == 0) {
      ::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET);
    }
    throw;
  }
  size_ += frames_.size();
}

void Journal::remove() {
  if (::unlink(file_.c_str()) != 0 && errno != ENOENT) fail("remove", file_);
  sync_folder_of(file_);
}

}  // namespace mlpgrid
