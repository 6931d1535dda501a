// Fetches a set file by file: checks what is there, tries mirrors, words the errors. A single
// transfer is download.cpp's.
#include "data/public/fetch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "data/files/gzip_file.hpp"
#include "data/public/part_file.hpp"
#include "data/sha256.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

constexpr int kAttemptsPerMirror = 3;

enum class Packing { any, gzip };

// What is wrong with the file, as "NAME: what"; nullopt when nothing is.
std::optional<std::string> problem_of(const fs::path& path, const std::string& name,
                                      const PublicFile& expected, Packing packing) try {
  GzipFile file(path, name);
  if (packing == Packing::gzip && !file.is_gzip()) file.fail("what it sends is not gzip");
  Sha256 hash;
  std::uint64_t size = 0;
  std::vector<std::uint8_t> buffer(std::size_t{1} << 17U);
  while (const std::size_t got = file.read(buffer)) {
    hash.add(buffer.data(), got);
    size += got;
    if (size > expected.bytes) break;
  }
  if (size != expected.bytes) {
    file.fail(fmt::format("not the right content: {} {} bytes unpacked, not {}",
                          size > expected.bytes ? "at least" : "only", size, expected.bytes));
  }
  const std::string sha256 = hash.hex();
  if (sha256 != expected.sha256) {
    file.fail(fmt::format("not the right content: SHA-256 {}, not {}", sha256, expected.sha256));
  }
  return std::nullopt;
} catch (const std::runtime_error& error) {
  return error.what();
}

std::string list_of(const PublicSet& set) {
  std::vector<std::string> names;
  for (const PublicFile& file : set.files) names.push_back(file.name + ".gz");
  return fmt::format("  {}\n", fmt::join(names, "\n  "));
}

bool is_no_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

// Fetches one file of a set from the first mirror that has it.
class FileFetch {
 public:
  FileFetch(const PublicSet& set, const PublicFile& file, const FetchOptions& options,
            FetchObserver& observer)
      : set_(set),
        file_(file),
        options_(options),
        observer_(observer),
        folder_(options.folder / set.name),
        name_(fmt::format("{}/{}.gz", set.name, file.name)) {}

  // Returns false when the observer stopped it. Throws when no mirror has the file.
  bool run() {
    PartFile part(folder_ / fmt::format("{}.gz", file_.name));
    for (const std::string& mirror : mirrors()) {
      const std::string url = fmt::format("{}/{}.gz", mirror, file_.name);
      const Outcome outcome = try_mirror(url, part);
      if (outcome == Outcome::fetched) {
        observer_.tell(fmt::format("{}: downloaded, {}", name_, size_text(part.size())));
        return true;
      }
      if (outcome == Outcome::stopped) {
        if (part.size() == 0) part.remove();
        return false;
      }
    }
    if (part.size() == 0) part.remove();
    throw std::runtime_error(failure(part.size()));
  }

 private:
  enum class Outcome { fetched, stopped, failed };

  [[nodiscard]] std::vector<std::string> mirrors() const {
    if (options_.mirror.empty()) return set_.mirrors;
    return {fmt::format("{}/{}", options_.mirror, set_.name)};
  }

  Outcome try_mirror(const std::string& url, PartFile& part) {
    DownloadOptions options;
    options.timeout = options_.timeout;
    // Deflate makes even incompressible bytes less than a thousandth longer: more is not this file.
    options.max_bytes = file_.bytes + file_.bytes / 1000 + 1000;
    options.report = [this](const TransferProgress& progress) {
      return observer_.transferring(name_, progress);
    };
    for (int attempt = 0; attempt < kAttemptsPerMirror; ++attempt) {
      const Download result = download(url, part, options);
      if (result.end == DownloadEnd::stopped) return Outcome::stopped;
      if (result.end == DownloadEnd::disk_error)
        fail_on_disk(result.disk_error, result.total, part);
      if (result.end == DownloadEnd::complete) {
        const auto problem = problem_of(part.path(), url, file_, Packing::gzip);
        if (!problem) {
          part.store();
          return Outcome::fetched;
        }
        note(*problem);
        if (const int error = part.clear()) {
          fail_on_disk(error, 0, part);
        }
        // The bad bytes may be those of an earlier transfer, perhaps from another mirror: give this
        // mirror one attempt from the start.
        if (result.continued) continue;
        return Outcome::failed;
      }
      note(fmt::format("{}: {}", url, result.reason));
      if (result.end == DownloadEnd::failed) return Outcome::failed;
    }
    return Outcome::failed;
  }

  void note(const std::string& problem) {
    observer_.tell(problem);
    tried_ += fmt::format("  {}\n", problem);
  }

  // Removes the part first, so that no half file stays on a full disk. `error` is an errno; `total`
  // is 0 where unknown.
  [[noreturn]] void fail_on_disk(int error, std::uint64_t total, PartFile& part) {
    part.remove();
    if (!is_no_room(error)) {
      throw std::runtime_error(
          fmt::format("cannot write {}: {}", part.path().string(), std::strerror(error)));
    }
    std::error_code ignored;
    const auto free = fs::space(folder_, ignored).available;
    throw std::runtime_error(fmt::format(
        "no room for {}.gz in {} ({}): it needs {}{}, {} are free, and all of {} needs {}. Make "
        "room, or choose another folder with --data-dir or MLPGRID_DATA_DIR",
        file_.name, folder_.string(), std::strerror(error), total > 0 ? "" : "at most ",
        size_text(total > 0 ? total : file_.bytes), size_text(free), set_.name,
        size_text(set_.download_bytes)));
  }

  [[nodiscard]] std::string failure(std::uint64_t kept) const {
    std::string text = fmt::format("{} could not be downloaded. Tried:\n{}", name_, tried_);
    if (kept > 0) {
      text += fmt::format("The first {} are kept; the same command goes on from there.\n",
                          size_text(kept));
    }
    return text + fmt::format(
                      "Try again later, or name another mirror with --mirror URL, which has "
                      "URL/{0}.\nBy hand: put these files, packed or plain, into {1}\n{2}"
                      "and give this command again, which checks them.",
                      name_, folder_.string(), list_of(set_));
  }

  const PublicSet& set_;
  const PublicFile& file_;
  const FetchOptions& options_;
  FetchObserver& observer_;
  fs::path folder_;
  std::string name_;
  std::string tried_;  // a line per failed attempt
};

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw std::runtime_error(fmt::format(
      "cannot create the folder {}: {}; choose another with --data-dir or MLPGRID_DATA_DIR",
      folder.string(), error.message()));
}

}  // namespace

bool fetch(const PublicSet& set, const FetchOptions& options, FetchObserver& observer) {
  const fs::path folder = options.folder / set.name;
  make_folder(folder);

  // Check what is there before downloading anything, so that a wrong file is reported at once.
  std::vector<const PublicFile*> wanted;
  std::string wrong;
  for (const PublicFile& file : set.files) {
    const auto present = plain_or_packed(folder, file.name);
    const auto problem =
        present ? problem_of(*present, present->string(), file, Packing::any) : std::nullopt;
    if (present && !problem) {
      observer.tell(fmt::format("{}/{}: already there", set.name, present->filename().string()));
    } else {
      wanted.push_back(&file);
    }
    if (problem) wrong += fmt::format("{}\n", *problem);
  }
  if (!wrong.empty() && !options.force) {
    throw std::runtime_error(wrong + "Move what is yours away, or replace it with --force.");
  }

  for (const PublicFile* file : wanted) {
    if (!FileFetch(set, *file, options, observer).run()) return false;
    // Readers would find the wrong plain file before the packed one.
    if (fs::remove(folder / file->name)) {
      observer.tell(fmt::format("{}/{}: removed, it was wrong", set.name, file->name));
    }
  }
  return true;
}

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  return bytes < 1000000 ? fmt::format("{:.0f} kB", size / 1e3)
                         : fmt::format("{:.1f} MB", size / 1e6);
}

}  // namespace mlpgrid
