// The POSIX calls behind atomic_file.hpp. Order matters: content first, then the name, then the
// folder, each made durable before the next.
#include "results/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace mlpgrid {
namespace {

constexpr int kErrorNotSupported = 524;  // ENOTSUPP of the Linux kernel, which <cerrno> lacks

std::filesystem::path folder_of(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

[[noreturn]] void fail(const std::string& action, const std::filesystem::path& file, int error) {
  throw FileError(system_error_text(action, file, error), error);
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

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

void check_output_folder(const std::filesystem::path& output) {
  const auto folder = folder_of(output);
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

void write_to_stdout(std::string_view text) {
  if (const int error = try_write_all(STDOUT_FILENO, std::as_bytes(std::span(text)))) {
    throw FileError(
        fmt::format("cannot write to stdout: {}", std::generic_category().message(error)), error);
  }
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

bool locking_disabled() {
  const char* value = std::getenv("HDF5_USE_FILE_LOCKING");
  return value != nullptr && (std::string_view(value) == "FALSE" || std::string_view(value) == "0");
}

void sync_file(int fd, const std::filesystem::path& file) {
  if (uninterrupted(::fsync, fd) != 0) fail("write", file, errno);
}

void sync_folder_of(const std::filesystem::path& file) {
  const auto folder = folder_of(file);
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) fail("open", folder, errno);
  // Some file systems cannot sync a folder; there is nothing more that could be done on those.
  if (uninterrupted(::fsync, fd.get()) != 0 && errno != EINVAL && errno != EOPNOTSUPP) {
    fail("write", folder, errno);
  }
}

AtomicFile::AtomicFile(const std::filesystem::path& output)
    : output_(output), temporary_(fmt::format("{}.tmp-{}", output.string(), ::getpid())) {
  check_output_folder(output);
  fd_ = FileDescriptor(::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (fd_.get() < 0) fail("create", temporary_, errno);
}

AtomicFile::~AtomicFile() {
  if (!committed_ && fd_.get() >= 0) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  write_all(fd_.get(), bytes, temporary_);
}

void AtomicFile::commit() {
  sync_file(fd_.get(), temporary_);
  if (::rename(temporary_.c_str(), output_.c_str()) != 0) fail("replace", output_, errno);
  committed_ = true;
  sync_folder_of(output_);
}

void replace_file(const std::filesystem::path& output, std::span<const std::byte> content) {
  AtomicFile file(output);
  file.write(content);
  file.commit();
}

void remove_stale_temporaries(const std::filesystem::path& output) {
  const std::string prefix = output.filename().string() + ".tmp-";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(output), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) &&
        name.find_first_not_of("0123456789", prefix.size()) == std::string::npos) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace mlpgrid
