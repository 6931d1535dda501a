// The POSIX calls behind atomic_file.hpp. Order matters: content first, then the name, then the
// folder, each made durable before the next.
#include "results/files/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "results/files/standard_output.hpp"

namespace mlpgrid {
namespace {

constexpr int kErrorNotSupported = 524;  // ENOTSUPP of the Linux kernel, which <cerrno> lacks
constexpr int kMostLinks = 40;           // as many as Linux follows
constexpr std::string_view kTemporary = ".tmp-";
constexpr std::size_t kRandomDigits = 16;

std::filesystem::path folder_of(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

[[noreturn]] void fail(const std::string& action, const std::filesystem::path& file, int error) {
  throw FileError(system_error_text(action, file, error), error);
}

// Whether a link may have been placed by another user to mislead this process: it lies in a folder
// where everybody may write but remove only their own files. Linux refuses such links itself when
// fs.protected_symlinks is set.
bool may_be_a_trap(const std::filesystem::path& link) {
  struct stat folder {};
  struct stat itself {};
  if (::stat(folder_of(link).c_str(), &folder) != 0 || ::lstat(link.c_str(), &itself) != 0) {
    return true;
  }
  const bool shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  return shared && itself.st_uid != ::geteuid() && itself.st_uid != folder.st_uid;
}

bool is_stdout(const std::filesystem::path& output) {
  return output == "-" || output == "/dev/stdout";
}

std::string random_digits() {
  std::random_device random;
  static_assert(kRandomDigits == 16);
  return fmt::format("{:08x}{:08x}", random(), random());
}

bool is_temporary_of(const std::string& output_name, const std::string& name) {
  const std::string prefix = output_name + std::string(kTemporary);
  return name.starts_with(prefix) && name.size() == prefix.size() + kRandomDigits &&
         name.find_first_not_of("0123456789abcdef", prefix.size()) == std::string::npos;
}

std::string_view locking_wish() {
  const char* value = std::getenv("HDF5_USE_FILE_LOCKING");
  return value != nullptr ? value : "";
}

// Keeps owner, group and mode as far as this process may. Where the group cannot be kept, the new
// group gets only the rights that everybody has.
void keep_owner_and_mode(int fd, const struct stat& old) {
  mode_t mode = old.st_mode & 0777U;
  if (::fchown(fd, old.st_uid, old.st_gid) != 0 &&
      ::fchown(fd, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode = (mode & ~mode_t{070}) | ((mode & 07U) << 3U);
  }
  (void)::fchmod(fd, mode);
}

}  // namespace

std::string system_error_text(const std::string& action, const std::filesystem::path& file,
                              int error) {
  std::string text = fmt::format("cannot {} {}: {}", action, file.string(),
                                 std::generic_category().message(error));
  if (error == ENOLCK || error == kErrorNotSupported || error == EOPNOTSUPP) {
    text +=
        "; this file system refuses locks: set HDF5_USE_FILE_LOCKING=FALSE in the environment and "
        "let only one run write this file";
  } else if (error == EACCES || error == EPERM || error == EROFS) {
    text += "; name a writable place with -o";
  } else if (error == ENOSPC || error == EDQUOT) {
    text += "; make room and start again, a run with --resume";
  }
  return text;
}

bool locking_disabled() {
  const std::string_view wish = locking_wish();
  return wish == "FALSE" || wish == "0";
}

bool locking_is_best_effort() { return locking_wish() == "BEST_EFFORT"; }

std::filesystem::path followed(const std::filesystem::path& output) {
  std::filesystem::path place = output;
  for (int links = 0;; ++links) {
    std::error_code none;
    const auto target = std::filesystem::read_symlink(place, none);
    if (none) return place;
    if (may_be_a_trap(place)) {
      throw std::runtime_error(fmt::format(
          "{} is a symbolic link of another user in a folder where everybody may write, and may "
          "lead anywhere: name the file itself with -o",
          place.string()));
    }
    if (links == kMostLinks) fail("follow the symbolic link", output, ELOOP);
    place = folder_of(place) / target;  // an absolute target replaces the folder
  }
}

void check_output_folder(const std::filesystem::path& output) {
  const auto folder = folder_of(followed(output));
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw std::runtime_error(
        fmt::format("cannot write {}: the folder {} does not exist; create it or name another "
                    "place with -o",
                    output.string(), folder.string()));
  }
  if (std::filesystem::is_directory(output, ignored)) {
    throw std::runtime_error(
        fmt::format("cannot write {}: it is a folder; name a file with -o", output.string()));
  }
  if (std::filesystem::exists(output, ignored) &&
      !std::filesystem::is_regular_file(output, ignored)) {
    throw std::runtime_error(
        fmt::format("cannot write {}: a device or pipe cannot be replaced; name a file with -o",
                    output.string()));
  }
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    fail("write into the folder", folder, errno);
  }
}

int try_write_all(int fd, std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {  // a pipe that somebody else has made non-blocking
        pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
        (void)::poll(&ready, 1, -1);
        continue;
      }
      return errno;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& file) {
  if (const int error = try_write_all(fd, bytes)) fail("write", file, error);
}

ssize_t read_at(int fd, std::span<std::byte> bytes, std::uint64_t at) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

void sync_file(int fd, const std::filesystem::path& file) {
  if (uninterrupted(::fsync, fd) != 0) fail("write", file, errno);
}

void sync_folder_of(const std::filesystem::path& file) {
  const auto folder = folder_of(file);
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 && errno == EACCES) return ::sync();  // writable, but not readable
  if (fd.get() < 0) fail("open", folder, errno);
  // Some file systems cannot sync a folder; there is nothing more that could be done on those.
  if (uninterrupted(::fsync, fd.get()) != 0 && errno != EINVAL && errno != EOPNOTSUPP) {
    fail("write", folder, errno);
  }
}

AtomicFile::AtomicFile(const std::filesystem::path& output) : output_(followed(output)) {
  check_output_folder(output_);
  remove_stale_temporaries(output_);
  struct stat old {};
  const bool replaces = ::stat(output_.c_str(), &old) == 0;
  do {
    temporary_ = fmt::format("{}{}{}", output_.string(), kTemporary, random_digits());
    fd_ = FileDescriptor(uninterrupted(::open, temporary_.c_str(),
                                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                       replaces ? 0600 : 0666));
    if (fd_.get() < 0 && errno == EEXIST) continue;
    if (fd_.get() < 0) fail("create", temporary_, errno);
    // The lock tells other processes that the file is not stale. It is a shared one, so that
    // readers of the finished file are not refused. Where locks do not work
    // remove_stale_temporaries() removes nothing.
    if (!locking_disabled()) (void)::flock(fd_.get(), LOCK_SH);
  } while (!is_name_of(temporary_, fd_.get()));  // removed as stale before it was locked
  if (replaces) keep_owner_and_mode(fd_.get(), old);
}

AtomicFile::~AtomicFile() {
  if (!committed_ && fd_.get() >= 0) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) { write_all(fd_.get(), bytes, output_); }

void AtomicFile::commit() {
  sync_file(fd_.get(), output_);
  if (::rename(temporary_.c_str(), output_.c_str()) != 0) fail("replace", output_, errno);
  committed_ = true;
  sync_folder_of(output_);
}

bool is_stream(const std::filesystem::path& output) {
  if (is_stdout(output)) return true;
  std::error_code ignored;
  const auto status = std::filesystem::status(output, ignored);
  return std::filesystem::is_character_file(status) || std::filesystem::is_fifo(status);
}

Destination::Destination(const std::filesystem::path& output) : name_(output) {
  if (!is_stream(output)) {
    file_.emplace(output);
  } else if (!is_stdout(output)) {
    stream_ = FileDescriptor(::open(output.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    if (stream_.get() < 0) fail("write", output, errno);
  }
}

void Destination::write(std::span<const std::byte> bytes) {
  if (file_) return file_->write(bytes);
  if (stream_.get() >= 0) return write_all(stream_.get(), bytes, name_);
  write_to_stdout({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void Destination::commit() {
  if (file_) file_->commit();
}

void write_whole(const std::filesystem::path& output, std::span<const std::byte> content) {
  Destination destination(output);
  destination.write(content);
  destination.commit();
}

void remove_stale_temporaries(const std::filesystem::path& output) {
  if (locking_disabled()) return;  // only a lock tells files in use from stale ones
  const auto place = followed(output);
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_of(place), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const auto& file = entry->path();
    if (!is_temporary_of(place.filename().string(), file.filename().string())) continue;
    const FileDescriptor fd(::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info {};
    if (fd.get() < 0 || ::fstat(fd.get(), &info) != 0) continue;
    if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid()) continue;
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;  // somebody is writing it
    if (is_name_of(file, fd.get())) ::unlink(file.c_str());
  }
}

}  // namespace mlpgrid
