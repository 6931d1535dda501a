// Experiment files: `key = value` lines and `#` comments. Only the lines are read here; what the
// values mean is the option table's affair. Boost's own reader cuts values at '#', accepts prefixes
// of names and knows no line numbers, hence this one; Boost stores what it gives.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlpgrid {

struct FileEntry {
  std::string key;
  std::string value;
  int line = 0;
};

/// Lines are empty, comments (a '#' first) or `key = value`. A '#' after white space begins a
/// comment, too; a value that has one stands in double quotes ("" inside them is one quote), and so
/// does each name of a list of names. A byte order mark, Ctrl-Z at the end and line ends of other
/// systems (CR LF, CR) do not matter.
/// Throws std::runtime_error when the file cannot be read, UsageError naming file and line for a
/// line of another form, an unknown key (with the nearest name) or one that comes twice.
[[nodiscard]] std::vector<FileEntry> read_experiment_file(const std::filesystem::path& file);

/// The same for a text; `name` stands for the file in messages.
[[nodiscard]] std::vector<FileEntry> parse_experiment_text(std::string_view text,
                                                           const std::string& name);

/// A value as it has to stand in a file to be read back as itself.
[[nodiscard]] std::string quoted_if_needed(const std::string& value);

}  // namespace mlpgrid
