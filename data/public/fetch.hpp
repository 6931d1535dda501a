// Brings a public set to this machine: mirrors in turn, broken downloads continued, the content
// checked before it gets its name. Where the bytes come from is download.cpp's, where they go to
// part_file.cpp's.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "data/public/download.hpp"
#include "data/public/public_sets.hpp"

namespace mlpgrid {

struct FetchOptions {
  std::filesystem::path folder;      // of all sets: the files go to FOLDER/SET; made where missing
  std::string mirror;                // instead of the set's own: a file is at MIRROR/SET/FILE.gz
  std::chrono::seconds timeout{30};  // as in DownloadOptions
  bool force = false;                // replace files that are there and wrong
};

class FetchObserver {
 public:
  virtual ~FetchObserver() = default;
  /// Several times a second. False stops the fetch; what has arrived is kept for the next one.
  virtual bool transferring(const std::string& file, const TransferProgress& progress) noexcept = 0;
  /// A line on a file that is done or a mirror that failed.
  virtual void tell(const std::string& line) = 0;
};

/// Makes sure that all files of the set are in the folder, with the content they should have. Files
/// that are there and right are left alone. Files come packed and stay so.
/// Returns false when stopped. Throws std::runtime_error that says what was tried and what to do:
/// no mirror has the file, a wrong one is in the way, the folder cannot be written, no room.
[[nodiscard]] bool fetch(const PublicSet& set, const FetchOptions& options,
                         FetchObserver& observer);

/// "29 kB", "26.4 MB"; 1 MB is 10^6 bytes.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace mlpgrid
