// Results files of journals; see the header.
#include "results/journal_view.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "results/atomic_file.hpp"
#include "results/hdf5_file.hpp"
#include "results/journal_frames.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

std::mutex mutex;
std::vector<std::string> sentences;

void tell(const std::string& sentence) {
  const std::scoped_lock lock(mutex);
  if (std::ranges::find(sentences, sentence) == sentences.end()) sentences.push_back(sentence);
}

// A folder that only this user can look into, gone with its content.
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

// Records that the file was built of.
std::size_t n_records(const ResultsFile& results) {
  std::size_t n = results.run.refit && results.best_config >= 0 ? 1 : 0;
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    const auto config = static_cast<std::int32_t>(i / results.run.n_folds());
    n += results.status[i] != RunStatus::not_run &&
         results.run.alias_of[static_cast<std::size_t>(config)] == config;
  }
  return n;
}

}  // namespace

bool is_journal_only(const fs::path& file) {
  std::error_code unknown;
  return !fs::exists(file, unknown) && fs::exists(journal_of(file), unknown);
}

FileDescriptor file_of_journal(const fs::path& file) {
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
  const PrivateFolder folder;
  const fs::path built = folder.path() / "run.h5";
  write_results(built, content.head->run, content.head->environment, content.records);
  FileDescriptor fd(::open(built.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw std::runtime_error(system_error_text("read", built, errno));
  tell(fmt::format("{} is not there yet; {}, which you see.", file.string(), what));
  return fd;
}

void look_beside(const ResultsFile& results) {
  if (is_journal_only(results.path)) return;
  std::optional<JournalGlance> journal;
  try {
    journal = glance_at_journal(journal_of(results.path));
  } catch (const std::runtime_error&) {
    // A link that no run would follow.
  }
  if (!journal) return;
  const std::string file = results.path.string();
  std::string sentence;
  if (journal->run != identity_of(results.run).hash()) {
    sentence = fmt::format(
        "{0}.journal is of another run, {1} finished fit(s) so far, which replaces "
        "{0} when it is built next.",
        file, journal->records);
  } else if (const std::size_t built = n_records(results); journal->records > built) {
    sentence = fmt::format(
        "{0} holds {1} finished fit(s), {0}.journal {2}: --resume goes on with "
        "all of them.",
        file, built, journal->records);
  }
  if (!sentence.empty()) tell(sentence);
}

std::vector<std::string> journals_read() {
  const std::scoped_lock lock(mutex);
  return sentences;
}

}  // namespace mlpgrid
