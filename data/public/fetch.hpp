// Brings the files of a public set to this machine: tries mirrors in turn, continues broken
// downloads, checks the content before a file gets its name. Transfers are download.cpp's, the
// growing files part_file.cpp's.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "data/public/download.hpp"
#include "data/public/public_sets.hpp"

namespace mlpgrid {

struct FetchOptions {
  std::filesystem::path folder;      // the files go to FOLDER/SET, which is created where missing
  std::string mirror;                // replaces the set's own; a file is at MIRROR/SET/FILE.gz
  std::chrono::seconds timeout{30};  // as in DownloadOptions
  bool force = false;                // replace files that are there and wrong
};

/// Told about a fetch, on the thread that called fetch().
class FetchObserver {
 public:
  virtual ~FetchObserver() = default;
  /// Called several times a second. False stops the fetch; what has arrived is kept for the next
  /// one.
  virtual bool transferring(const std::string& file, const TransferProgress& progress) noexcept = 0;
  /// A line on a file that is done or a mirror that failed.
  virtual void tell(const std::string& line) = 0;
};

/// Makes sure that all files of the set are in the folder with the right content. Files that are
/// right are left alone; new ones stay packed as they come. Returns false when the observer stopped
/// it. Throws std::runtime_error that says what was tried and what to do: no mirror has the file, a
/// wrong one is in the way, the folder cannot be written, no room.
[[nodiscard]] bool fetch(const PublicSet& set, const FetchOptions& options,
                         FetchObserver& observer);

/// "29 kB", "26.4 MB"; 1 MB is 10^6 bytes.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace mlpgrid
