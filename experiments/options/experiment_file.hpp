// Reads the lines of experiment files, `key = value` and `#` comments. What values mean is
// options.hpp's. Boost's own reader cuts values at '#', accepts prefixes of names and knows no line
// numbers.
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

/// A line is empty, a comment (beginning with '#') or `key = value`. A '#' after white space also
/// begins a comment; a value that contains one is written in double quotes ("" within them is one
/// quote), and in a list of names each name is quoted by itself. A byte order mark, a Ctrl-Z at the
/// end and the line ends CR LF and CR are accepted.
/// Throws std::runtime_error when the file cannot be read; UsageError that names file and line for
/// a line of another form, an unknown key (with the nearest name) and a key that comes twice.
[[nodiscard]] std::vector<FileEntry> read_experiment_file(const std::filesystem::path& file);

/// Reads the text of an experiment file; `name` stands for the file in messages.
[[nodiscard]] std::vector<FileEntry> parse_experiment_text(std::string_view text,
                                                           const std::string& name);

/// A value in the form in which it has to be written to be read back unchanged.
[[nodiscard]] std::string quoted_if_needed(const std::string& value);

}  // namespace mlpgrid
