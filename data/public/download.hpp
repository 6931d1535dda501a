// One transfer over HTTP or HTTPS into a file that may hold the beginning already.
// Which addresses to try, and whether the content is right, is the business of fetch.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "data/public/part_file.hpp"

namespace mlpgrid {

struct TransferProgress {
  std::uint64_t done = 0;   // bytes, with those of earlier transfers
  std::uint64_t total = 0;  // 0: the server did not say
  double bytes_per_second = 0.0;
};

struct DownloadOptions {
  std::chrono::seconds timeout{30};  // give up after so long without an answer or below kSlowest
  std::uint64_t max_bytes = 0;       // a server that sends more is cut off
  /// Must be set. Called several times a second, also while nothing comes, on the thread of
  /// download(); must not throw. False stops the transfer.
  std::function<bool(const TransferProgress&)> report;
};

inline constexpr std::uint64_t kSlowest = 1000;  // bytes per second

enum class DownloadEnd {
  complete,    // as far as the server says
  broken_off,  // some bytes came; another attempt may bring the rest
  failed,
  disk_error,
  stopped  // because report() said so
};

struct Download {
  DownloadEnd end = DownloadEnd::failed;
  std::string reason;       // of broken_off and failed
  int disk_error = 0;       // an errno
  bool continued = false;   // the file begins with bytes of an earlier transfer
  std::uint64_t total = 0;  // bytes of the whole file; 0: unknown
};

/// Appends to `part` what the server has beyond it; a server that knows no ranges sends everything,
/// which then replaces the part. Redirects are followed, certificates verified.
/// Throws std::runtime_error only where libcurl itself cannot start.
[[nodiscard]] Download download(const std::string& url, PartFile& part,
                                const DownloadOptions& options);

}  // namespace mlpgrid
