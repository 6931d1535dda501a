// Runs one transfer on a handle of libcurl's easy interface and tells apart the ways in which it
// can end. Whether to try again is fetch.cpp's business.
#include "data/public/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "data/public/curl_library.hpp"

namespace mlpgrid {
namespace {

constexpr long kMaxRedirects = 5;
constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;

using Clock = std::chrono::steady_clock;

struct Transfer {
  const CurlLibrary& library;
  CURL* curl;
  PartFile& part;
  const DownloadOptions& options;
  Download result;
  std::uint64_t offset;   // where in the file this transfer begins
  bool received = false;  // at least one byte of the file
  bool too_long = false;
  bool too_slow = false;
  Clock::time_point window_begin = Clock::now();
  std::uint64_t window_bytes = 0;
};

// Called at the first byte of a body. CURLOPT_FAILONERROR lets only successful answers get here.
void begin_body(Transfer& transfer) {
  transfer.received = true;
  transfer.window_begin = Clock::now();
  long status = 0;
  transfer.library.easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != kPartialContent) {
    transfer.result.disk_error = transfer.part.clear();
    transfer.offset = 0;
  }
  curl_off_t length = -1;
  transfer.library.easy_getinfo(transfer.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length >= 0) transfer.result.total = transfer.offset + static_cast<std::uint64_t>(length);
}

// libcurl's write callback: any result but `count` ends the transfer.
std::size_t on_data(char* data, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.received) begin_body(transfer);
  transfer.too_long = transfer.part.size() + count > transfer.options.max_bytes;
  if (transfer.too_long) return 0;
  if (transfer.result.disk_error == 0) {
    transfer.result.disk_error = transfer.part.append(data, count);
  }
  transfer.window_bytes += count;
  return transfer.result.disk_error == 0 ? count : 0;
}

// Not CURLOPT_LOW_SPEED_TIME, which notices a stalled transfer late: it looks at a mean speed over
// several seconds.
bool is_too_slow(Transfer& transfer) {
  const std::chrono::seconds timeout = transfer.options.timeout;
  const auto now = Clock::now();
  if (now - transfer.window_begin < timeout) return false;
  if (transfer.window_bytes < kSlowest * static_cast<std::uint64_t>(timeout.count())) return true;
  transfer.window_begin = now;
  transfer.window_bytes = 0;
  return false;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.too_slow = is_too_slow(transfer);
  if (transfer.too_slow) return 1;
  curl_off_t speed = 0;
  transfer.library.easy_getinfo(transfer.curl, CURLINFO_SPEED_DOWNLOAD_T, &speed);
  const TransferProgress progress = {.done = transfer.part.size(),
                                     .total = transfer.result.total,
                                     .bytes_per_second = static_cast<double>(speed)};
  return transfer.options.report(progress) ? 0 : 1;
}

DownloadEnd end_of(CURLcode code, Transfer& transfer, const char* text) {
  transfer.result.reason = *text ? text : transfer.library.easy_strerror(code);
  if (code == CURLE_OK) return DownloadEnd::complete;
  if (transfer.too_slow) {
    const auto seconds = transfer.options.timeout.count();
    transfer.result.reason = transfer.received
                                 ? fmt::format("less than {} bytes/s for {} s", kSlowest, seconds)
                                 : fmt::format("no answer for {} s", seconds);
    return DownloadEnd::failed;
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) return DownloadEnd::stopped;
  if (transfer.result.disk_error != 0) return DownloadEnd::disk_error;
  if (transfer.too_long) {
    transfer.result.reason = "sends more than the file can have";
    transfer.result.disk_error = transfer.part.clear();
    return transfer.result.disk_error == 0 ? DownloadEnd::failed : DownloadEnd::disk_error;
  }
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    long status = 0;
    transfer.library.easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
    // The server has nothing beyond the part: an earlier transfer brought all of it, but the
    // program ended before the file got its name.
    if (status == kRangeNotSatisfiable && transfer.offset > 0) return DownloadEnd::complete;
    transfer.result.reason = fmt::format("HTTP status {}", status);
    return DownloadEnd::failed;
  }
  return transfer.received ? DownloadEnd::broken_off : DownloadEnd::failed;
}

}  // namespace

Download download(const std::string& url, PartFile& part, const DownloadOptions& options) {
  const CurlLibrary& library = curl_library();
  const std::unique_ptr<CURL, decltype(library.easy_cleanup)> handle(library.easy_init(),
                                                                     library.easy_cleanup);
  if (!handle) throw std::runtime_error("libcurl: no handle");
  CURL* const curl = handle.get();
  Transfer transfer{.library = library,
                    .curl = curl,
                    .part = part,
                    .options = options,
                    .result = {},
                    .offset = part.size()};

  std::array<char, CURL_ERROR_SIZE> text{};
  const auto set = [&](CURLoption option, auto value) { library.easy_setopt(curl, option, value); };
  set(CURLOPT_ERRORBUFFER, text.data());
  set(CURLOPT_URL, url.c_str());
#if LIBCURL_VERSION_NUM >= 0x075500  // 7.85.0, where the numbers of the others are deprecated
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  set(CURLOPT_PROTOCOLS, long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
  set(CURLOPT_REDIR_PROTOCOLS, long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
#endif
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_USERAGENT, "mlpgrid");
  set(CURLOPT_NOSIGNAL, 1L);
  const auto seconds = static_cast<long>(options.timeout.count());
  set(CURLOPT_CONNECTTIMEOUT, seconds);  // shared among a host's addresses
  // Not CURLOPT_RESUME_FROM: with it, libcurl refuses a server that sends the whole file instead.
  const std::string range = fmt::format("{}-", transfer.offset);
  if (transfer.offset > 0) set(CURLOPT_RANGE, range.c_str());
  set(CURLOPT_WRITEFUNCTION, &on_data);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);

  const CURLcode code = library.easy_perform(curl);
  transfer.result.end = end_of(code, transfer, text.data());
  transfer.result.continued = transfer.offset > 0;
  return std::move(transfer.result);
}

}  // namespace mlpgrid
