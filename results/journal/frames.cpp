// Finds frames among bytes and checks them. Files other than by reading them whole are
// journal.cpp's.
#include "results/journal/frames.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "results/files/atomic_file.hpp"
#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kMagic = "MLPJ";
static_assert(sizeof(FrameHead) == 40 && offsetof(FrameHead, checksum) == 32);

struct Frame {
  FrameHead head;
  Bytes payload;

  [[nodiscard]] std::size_t size() const { return sizeof head + payload.size(); }
};

std::optional<FrameHead> head_at_front(Bytes bytes) {
  FrameHead head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  if (std::string_view(head.magic, sizeof head.magic) != kMagic) return std::nullopt;
  if (XXH3_64bits(&head, offsetof(FrameHead, checksum)) != head.checksum) return std::nullopt;
  return head;
}

// The frame at the front of `bytes`; nothing when it is incomplete or damaged.
std::optional<Frame> frame_at_front(Bytes bytes) {
  const auto head = head_at_front(bytes);
  if (!head || head->size > bytes.size() - sizeof *head) return std::nullopt;
  const Bytes payload = bytes.subspan(sizeof *head, static_cast<std::size_t>(head->size));
  if (XXH3_64bits(payload.data(), payload.size()) != head->payload) return std::nullopt;
  return Frame{*head, payload};
}

// Where the next whole frame begins, at `from` or later; bytes.size() where there is none.
std::size_t next_frame(Bytes bytes, std::size_t from) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t at = text.find(kMagic, from);
  while (at != std::string_view::npos && !frame_at_front(bytes.subspan(at))) {
    at = text.find(kMagic, at + 1);
  }
  return std::min(at, bytes.size());
}

// Whether these bytes are the beginning of a frame, followed by nothing or zeros. A process that
// died leaves that, or a file whose length reached the disk before its content did.
bool is_unfinished(Bytes bytes) {
  std::size_t written = bytes.size();
  while (written > 0 && bytes[written - 1] == std::byte{0}) --written;
  if (written < sizeof(FrameHead)) {
    return written == 0 ||
           std::memcmp(bytes.data(), kMagic.data(), std::min(written, kMagic.size())) == 0;
  }
  const auto head = head_at_front(bytes);
  return head && head->size > written - sizeof *head;
}

// Adds the frame's payload to `content`; false where it is not what the frame's number says it is.
bool take(const Frame& frame, JournalContent& content) {
  try {
    if (frame.head.number == 0) {
      RunHead head = decode_head(frame.payload);
      if (identity_of(head.run).hash() != frame.head.run) return false;
      content.head = std::move(head);
    } else {
      FitRecord record = decode_record(frame.payload);
      if (content.head) check_record(content.head->run, record);
      content.records.push_back(std::move(record));
    }
    return true;
  } catch (const std::runtime_error&) {
    return false;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

}  // namespace

void append_frame(std::vector<std::byte>& out, std::uint32_t number, std::uint64_t run,
                  Bytes payload) {
  FrameHead head{{}, number, run, payload.size(), XXH3_64bits(payload.data(), payload.size()), 0};
  std::memcpy(head.magic, kMagic.data(), sizeof head.magic);
  head.checksum = XXH3_64bits(&head, offsetof(FrameHead, checksum));
  const auto* first = reinterpret_cast<const std::byte*>(&head);
  out.insert(out.end(), first, first + sizeof head);
  out.insert(out.end(), payload.begin(), payload.end());
}

JournalContent read_journal(Bytes bytes) {
  JournalContent content;
  content.size = bytes.size();
  // Counts the records whose numbers are missing before this one.
  const auto arrive_at = [&](std::uint32_t number) {
    const std::uint32_t expected = std::max<std::uint32_t>(content.next_number, 1);
    if (number > expected) content.lost += number - expected;
    content.next_number = std::max(content.next_number, number + 1);
  };
  for (std::size_t at = next_frame(bytes, 0); at < bytes.size();) {
    if (at != content.end) content.damaged = true;
    const Frame frame = frame_at_front(bytes.subspan(at)).value();
    if (!content.run) content.run = frame.head.run;
    if (frame.head.run != content.run) {
      content.damaged = true;
    } else {
      arrive_at(frame.head.number);
      if (!take(frame, content)) content.lost += frame.head.number > 0;
    }
    content.end = at + frame.size();
    at = next_frame(bytes, content.end);
  }
  if (!is_unfinished(bytes.subspan(content.end))) ++content.lost;
  if (content.lost > 0 || (content.run && !content.head)) content.damaged = true;
  return content;
}

std::vector<std::byte> read_whole(int fd, const std::filesystem::path& file) {
  const auto fail = [&] { throw std::runtime_error(system_error_text("read", file, errno)); };
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail();
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.st_size));
  const ssize_t got = read_at(fd, bytes, 0);
  if (got < 0) fail();
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

JournalContent read_journal(const std::filesystem::path& file) {
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw std::runtime_error(system_error_text("read", file, errno));
  return read_journal(read_whole(fd.get(), file));
}

std::optional<JournalGlance> glance_at_journal(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(file, unknown);
  std::optional<JournalGlance> seen;
  std::byte bytes[sizeof(FrameHead)];
  while (!unknown && in.read(reinterpret_cast<char*>(bytes), sizeof bytes)) {
    const auto head = head_at_front(bytes);
    const auto payload_at = static_cast<std::uintmax_t>(in.tellg());
    if (!head || head->size > size - std::min(payload_at, size)) break;
    if (!seen) seen = {head->run, 0};
    seen->records += head->number > 0;
    in.seekg(static_cast<std::streamoff>(head->size), std::ios::cur);
  }
  return seen;
}

std::filesystem::path journal_of(const std::filesystem::path& output) {
  return followed(output).string() + ".journal";
}

bool journal_exists(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

}  // namespace mlpgrid
