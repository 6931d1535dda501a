// Calls zlib's file functions and words their errors: a file that cannot be read, that was cut
// short, or that is damaged.
#include "data/files/gzip_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mlpgrid {

GzipFile::GzipFile(const std::filesystem::path& file, std::string name)
    : name_(std::move(name)), stream_(nullptr, &gzclose) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) fail("is a folder, not a file");
  errno = 0;
  stream_.reset(gzopen(file.c_str(), "rb"));
  if (!stream_) fail(fmt::format("cannot be opened: {}", std::strerror(errno ? errno : ENOMEM)));
  gzbuffer(stream_.get(), 1U << 17U);
}

void GzipFile::fail(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}", name_, what));
}

std::size_t GzipFile::read(std::span<std::uint8_t> target) {
  std::size_t done = 0;
  while (done < target.size()) {
    const auto want = static_cast<unsigned>(std::min<std::size_t>(target.size() - done, 1U << 20U));
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

void GzipFile::skip(std::size_t count) {
  std::array<std::uint8_t, 1U << 16U> scratch;
  while (count > 0) {
    const std::size_t want = std::min(count, scratch.size());
    if (read(std::span(scratch).first(want)) < want) fail("truncated");
    count -= want;
  }
}

bool GzipFile::is_gzip() { return gzdirect(stream_.get()) == 0; }

}  // namespace mlpgrid
