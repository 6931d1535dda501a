// Reads IDX files through zlib, which passes plain files on as they are.
// What the arrays mean, and where files lie, is the business of load.cpp.
#include "data/idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace mlpgrid {
namespace {

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) fail("is a folder, not an IDX file");
    errno = 0;
    stream_.reset(gzopen(file.c_str(), "rb"));
    if (!stream_) fail(fmt::format("cannot be opened: {}", std::strerror(errno ? errno : ENOMEM)));
    gzbuffer(stream_.get(), 1U << 17U);
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: {}", file_.string(), what));
  }

  /// Fills as much of `target` as the file has; throws on read errors and damaged gzip.
  std::size_t read(std::span<std::uint8_t> target) {
    std::size_t done = 0;
    while (done < target.size()) {
      const auto want =
          static_cast<unsigned>(std::min<std::size_t>(target.size() - done, 1U << 20U));
      const int got = gzread(stream_.get(), target.data() + done, want);
      // zlib hands out what it has before it reports a stream that ends early.
      int code = Z_OK;
      const char* message = gzerror(stream_.get(), &code);
      if (code == Z_ERRNO) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
      if (code == Z_BUF_ERROR) fail("the gzip stream ends too early; the file is truncated");
      if (got < 0 || code != Z_OK) fail(fmt::format("damaged gzip stream ({})", message));
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  void skip(std::size_t count) {
    std::array<std::uint8_t, 1U << 16U> scratch;
    while (count > 0) {
      const std::size_t want = std::min(count, scratch.size());
      if (read(std::span(scratch).first(want)) < want) fail("truncated");
      count -= want;
    }
  }

 private:
  std::filesystem::path file_;
  std::unique_ptr<gzFile_s, decltype(&gzclose)> stream_{nullptr, &gzclose};
};

std::vector<std::size_t> read_header(Reader& reader, std::size_t rank) {
  std::array<std::uint8_t, 4> word{};
  const std::size_t got = reader.read(word);
  if (got == 0) reader.fail("is empty");
  if (got < word.size() || word[0] != 0 || word[1] != 0) {
    reader.fail("is not an IDX file (the first two bytes of one are 0)");
  }
  if (word[2] != 0x08) {
    reader.fail(fmt::format(
        "holds elements of type 0x{:02x}; only unsigned bytes (0x08) are supported", word[2]));
  }
  if (word[3] != rank) {
    reader.fail(fmt::format("has {} dimension(s) where {} are needed{}", word[3], rank,
                            word[3] == 1 && rank == 3   ? " (a label file given for images?)"
                            : word[3] == 3 && rank == 1 ? " (an image file given for labels?)"
                                                        : ""));
  }
  std::vector<std::size_t> shape;
  for (std::size_t d = 0; d < rank; ++d) {
    if (reader.read(word) < word.size()) reader.fail("truncated in its header");
    const std::uint32_t extent = static_cast<std::uint32_t>(word[0]) << 24U |
                                 static_cast<std::uint32_t>(word[1]) << 16U |
                                 static_cast<std::uint32_t>(word[2]) << 8U | word[3];
    if (extent == 0) reader.fail(fmt::format("dimension {} has length 0: nothing in it", d + 1));
    shape.push_back(extent);
  }
  return shape;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, std::size_t rank, std::size_t offset,
                  std::size_t max_items) {
  Reader reader(file);
  IdxArray array;
  array.shape = read_header(reader, rank);
  array.entries_in_file = array.shape[0];

  const std::size_t available = array.entries_in_file;
  if (offset >= available || (max_items != kAll && max_items > available - offset)) {
    reader.fail(max_items == kAll
                    ? fmt::format("has {} entries; none from entry {} on", available, offset)
                    : fmt::format("has {} entries, fewer than the {} asked for from entry {} on",
                                  available, max_items, offset));
  }
  array.shape[0] = std::min(max_items, available - offset);
  std::size_t item = 1;
  std::size_t whole_file = 0;
  for (std::size_t d = 1; d < rank; ++d) {
    if (__builtin_mul_overflow(item, array.shape[d], &item)) reader.fail("impossible dimensions");
  }
  if (__builtin_mul_overflow(item, available, &whole_file)) reader.fail("impossible dimensions");

  reader.skip(offset * item);
  // Grown as the file proves to have the bytes: a damaged header must not exhaust the memory.
  const std::size_t total = array.shape[0] * item;
  constexpr std::size_t kSmallest = std::size_t{1} << 16U;
  constexpr std::size_t kLargest = std::size_t{1} << 24U;
  while (array.bytes.size() < total) {
    const std::size_t before = array.bytes.size();
    array.bytes.resize(std::min(total, before + std::clamp(before, kSmallest, kLargest)));
    const std::size_t got = reader.read(std::span(array.bytes).subspan(before));
    if (before + got < array.bytes.size()) {
      reader.fail(fmt::format("truncated: {} bytes of data where its header promises {}",
                              offset * item + before + got, whole_file));
    }
  }
  std::array<std::uint8_t, 1> beyond{};
  if (offset + array.shape[0] == available && reader.read(beyond) != 0) {
    reader.fail("has trailing bytes after the entries that its header counts");
  }
  return array;
}

}  // namespace mlpgrid
