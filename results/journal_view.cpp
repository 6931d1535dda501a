// Results files of journals; see the header.
#include "results/journal_view.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "results/atomic_file.hpp"
#include "results/hdf5_file.hpp"
#include "results/hdf5_output_file.hpp"
#include "results/journal_frames.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;

struct View {
  View(fs::path of, FileDescriptor fd)
      : file(std::move(of)), descriptor(std::move(fd)), built(descriptor.get(), file) {}

  fs::path file;
  FileDescriptor descriptor;
  hdf5::OutputFile built;
};

std::mutex mutex;
std::vector<std::string> sentences;

// Few: one, or two to be compared. Never destroyed: HDF5 has ended before a static object would.
std::deque<View>& views() {
  static auto* const all = new std::deque<View>;
  return *all;
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

View& add_view(const fs::path& file) {
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
  sentences.push_back(fmt::format("{} is not there yet; {}, which you see.", file.string(), what));
  return views().emplace_back(file, std::move(fd));
}

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

View& view_of(const fs::path& file) {
  for (View& view : views()) {
    if (view.file == file) return view;
  }
  return add_view(file);
}

}  // namespace

bool is_journal_only(const fs::path& file) {
  std::error_code unknown;
  return !fs::exists(file, unknown) && fs::exists(journal_of(file), unknown);
}

hdf5::Handle open_to_read(const fs::path& file) {
  if (!is_journal_only(file)) {
    return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open the file"};
  }
  const std::scoped_lock lock(mutex);
  const hdf5::Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  view_of(file).built.use_in(access);
  return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, "open the file"};
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
  const std::scoped_lock lock(mutex);
  if (!sentence.empty() && std::ranges::find(sentences, sentence) == sentences.end()) {
    sentences.push_back(sentence);
  }
}

std::vector<std::string> journals_read() {
  const std::scoped_lock lock(mutex);
  return sentences;
}

}  // namespace mlpgrid
