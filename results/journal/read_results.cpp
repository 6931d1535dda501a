// Builds a results file from a journal where there is none, and compares a results file with the
// journal beside it.
#include "results/journal/read_results.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "results/files/atomic_file.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/reading.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/frames.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

// A temporary folder that only this user can look into; removed with its content.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::string name = (fs::temp_directory_path() / "mlpgrid-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error(system_error_text("create", name, errno));
    }
    path_ = name;
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// An estimate of the memory that building the file takes beyond the journal's own bytes. A crafted
// journal of a few kilobytes may name more fits and epochs than fit into memory.
double bytes_to_build(const RunDescription& run) {
  constexpr double kPerFit = 300.0;
  const auto folds = static_cast<double>(run.n_folds());
  return kPerFit * static_cast<double>(run.n_configs()) * folds +
         sizeof(double) * (folds + 1.0) * run.max_epochs;
}

constexpr double kMostBytes = 1U << 30U;

// The number of records that the file was built from.
std::size_t n_records(const ResultsFile& results) {
  std::size_t n = results.run.refit && results.best_config >= 0 ? 1 : 0;
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i / results.run.n_folds());
    n += results.status[i] != RunStatus::not_run &&
         results.run.alias_of[static_cast<std::size_t>(config)] == config;
  }
  return n;
}

// Whether there is no `file` yet, but its journal.
bool is_journal_only(const fs::path& file) {
  std::error_code unknown;
  return !fs::exists(file, unknown) && fs::exists(journal_of(file), unknown);
}

// A results file built from what the journal of `file` holds now, open but with its name removed,
// and what that is in words.
struct BuiltFile {
  FileDescriptor fd;
  std::string what;
};
BuiltFile build_of_journal(const fs::path& file) {
  const fs::path journal = journal_of(file);
  const JournalContent content = read_journal(journal);
  if (content.records.empty()) {
    throw std::runtime_error(fmt::format(
        "there is no such file yet; its run has begun ({}), but no fit of it can be read",
        journal.string()));
  }
  const std::string what =
      fmt::format("{} holds {} finished fit(s){}", journal.string(), content.records.size(),
                  content.damaged ? " and is damaged" : "");
  if (!content.head) {
    throw std::runtime_error(fmt::format(
        "there is no such file yet; {}: only `mlpgrid run ... --resume` can go on with them",
        what));
  }
  if (bytes_to_build(content.head->run) > kMostBytes) {
    throw std::runtime_error(fmt::format(
        "there is no such file yet; {}, of a run so large that only `mlpgrid run ... --resume` "
        "builds its file",
        what));
  }
  const PrivateFolder folder;
  const fs::path built = folder.path() / "run.h5";
  write_results(built, content.head->run, content.head->environment, content.records);
  FileDescriptor fd(::open(built.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw std::runtime_error(system_error_text("read", built, errno));
  return {std::move(fd), what};
}

// Adds a note where a journal beside the file holds more fits or belongs to another run.
void look_beside(ResultsFile& results) {
  std::optional<JournalGlance> journal;
  try {
    journal = glance_at_journal(journal_of(results.path));
  } catch (const std::runtime_error&) {
    // journal_of() refuses a link that a run would not follow either, so there is no journal.
  }
  if (!journal) return;
  const std::string file = results.path.string();
  if (journal->run != identity_of(results.run).hash()) {
    results.notes.push_back(
        fmt::format("{0}.journal is of another run, {1} finished fit(s) so far, which replaces "
                    "{0} when it is built next.",
                    file, journal->records));
  } else if (const std::size_t built = n_records(results); journal->records > built) {
    results.notes.push_back(
        fmt::format("{0} holds {1} finished fit(s), {0}.journal {2}: --resume goes on with "
                    "all of them.",
                    file, built, journal->records));
  }
}

}  // namespace

ResultsFile read_results(const fs::path& file) {
  if (is_journal_only(file)) {
    BuiltFile built = hdf5::naming(file, [&] { return build_of_journal(file); });
    ResultsFile results = read_results_file(std::move(built.fd), file);
    results.notes.push_back(
        fmt::format("{} is not there yet; {}, which you see.", file.string(), built.what));
    return results;
  }
  try {
    ResultsFile results = read_results_file(file);
    if (!results.sealed) {
      results.notes.push_back(
          fmt::format("{} has no checksum: another program has written to it, or an older mlpgrid.",
                      file.string()));
    }
    look_beside(results);
    return results;
  } catch (const std::runtime_error& error) {
    std::error_code unknown;
    if (!fs::exists(journal_of(file), unknown)) throw;
    throw std::runtime_error(
        fmt::format("{}; {} holds the finished fits: go on with `mlpgrid run ... --resume`",
                    error.what(), journal_of(file).string()));
  }
}

}  // namespace mlpgrid
