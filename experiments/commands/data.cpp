// `mlpgrid data`: lists the public data sets, downloads them, says where they lie. The downloads
// are data/public/fetch.hpp's.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <stdexcept>

#include "data/load/load.hpp"
#include "data/public/fetch.hpp"
#include "data/public/public_sets.hpp"
#include "experiments/commands/arguments/data_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/system/interrupt.hpp"
#include "experiments/system/terminal.hpp"

namespace mlpgrid {

namespace {

namespace fs = std::filesystem;

constexpr auto kRedrawInterval = std::chrono::milliseconds(100);

std::string progress_text(const std::string& file, const TransferProgress& progress) {
  std::string text = fmt::format("{}  {}", file, size_text(progress.done));
  if (progress.total > 0) {
    text += fmt::format(
        " of {}  {:.0f} %", size_text(progress.total),
        100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total));
  }
  return text +
         fmt::format("  {}/s", size_text(static_cast<std::uint64_t>(progress.bytes_per_second)));
}

// Shows a fetch on stderr: a line per file and, on a terminal, the progress of the current one on a
// line that is redrawn. Ctrl-C stops the fetch. Silent when quiet.
class FetchProgress final : public FetchObserver {
 public:
  explicit FetchProgress(bool quiet) : quiet_(quiet), terminal_(stderr_can_be_drawn_on()) {}

  // Clears the progress line, so that an error's message does not follow it.
  ~FetchProgress() override {
    if (terminal_ && !quiet_) draw_on_stderr("");
  }
  FetchProgress(const FetchProgress&) = delete;
  FetchProgress& operator=(const FetchProgress&) = delete;

  bool transferring(const std::string& file, const TransferProgress& progress) noexcept override {
    const auto now = std::chrono::steady_clock::now();
    if (terminal_ && !quiet_ && now - drawn_ >= kRedrawInterval) {
      drawn_ = now;
      draw(file, progress);
    }
    return !interrupt_.raised();
  }

  void tell(const std::string& line) override {
    if (quiet_) return;
    if (terminal_) draw_on_stderr("");
    to_stderr("{}\n", line);
  }

 private:
  static void draw(const std::string& file, const TransferProgress& progress) noexcept {
    try {
      draw_on_stderr(fmt::format("{:.{}}", progress_text(file, progress), terminal_width() - 1));
    } catch (const std::bad_alloc&) {
      // Progress is not worth an error; the next redraw may find memory.
    }
  }

  bool quiet_;
  bool terminal_;
  InterruptFlag interrupt_;
  std::chrono::steady_clock::time_point drawn_;
};

const fs::path& first_of(const std::vector<fs::path>& folders) {
  if (folders.empty()) {
    throw std::runtime_error(
        "no folder for data is known, as HOME is not set; name one with --data-dir");
  }
  return folders.front();
}

int list_sets(const std::vector<fs::path>& folders) {
  std::size_t name_width = 0;
  std::size_t content_width = 0;
  for (const PublicSet& set : public_sets()) {
    name_width = std::max(name_width, set.name.size());
    content_width = std::max(content_width, set.content.size());
  }
  for (const PublicSet& set : public_sets()) {
    const auto location = locate(set, folders);
    std::string where = fmt::format("missing; `mlpgrid data fetch {}`", set.name);
    if (location) {
      where = location->folder.string();
      if (location->files < set.files.size()) {
        where += fmt::format(" has {} of {} files; `mlpgrid data fetch {}`", location->files,
                             set.files.size(), set.name);
      }
    }
    to_stdout("{:<{}}  {:<{}}  {:>7}  {}\n", set.name, name_width, set.content, content_width,
              size_text(set.download_bytes), where);
  }
  return kExitDone;
}

int fetch_sets(const DataArguments& arguments, const fs::path& folder) {
  FetchProgress progress(arguments.quiet);
  const FetchOptions options = {.folder = folder,
                                .mirror = arguments.mirror,
                                .timeout = std::chrono::seconds(arguments.timeout),
                                .force = arguments.force};
  for (const std::string& name : arguments.names) {
    if (!fetch(*find_public_set(name), options, progress)) {
      progress.tell("Stopped. What has arrived is kept; the same command goes on from there.");
      return kExitIncomplete;
    }
    progress.tell(fmt::format("{} is in {}", name, (folder / name).string()));
  }
  return kExitDone;
}

int print_path(const DataArguments& arguments, const std::vector<fs::path>& folders) {
  if (arguments.names.empty()) {
    to_stdout("{}\n", first_of(folders).string());
    return kExitDone;
  }
  const PublicSet& set = *find_public_set(arguments.names[0]);
  const auto location = locate(set, folders);
  if (!location || location->files < set.files.size()) {
    throw std::runtime_error(fmt::format("{0} is {1}; `mlpgrid data fetch {0}` downloads it",
                                         set.name, location ? "incomplete" : "not here"));
  }
  to_stdout("{}\n", location->folder.string());
  return kExitDone;
}

}  // namespace

int data_command(const Arguments& arguments) {
  const DataArguments data = parse_data(arguments);
  const std::vector<fs::path> folders = data_folders(data.data_dir);
  switch (data.action) {
    case DataArguments::Action::fetch:
      return fetch_sets(data, first_of(folders));
    case DataArguments::Action::path:
      return print_path(data, folders);
    default:
      return list_sets(folders);
  }
}

}  // namespace mlpgrid
