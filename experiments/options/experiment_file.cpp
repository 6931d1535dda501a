// Splits experiment files into keys and values. Values are interpreted in options.cpp.
#include "experiments/options/experiment_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <system_error>

#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

constexpr std::string_view kBlank = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Cuts off a comment. With `quotes`, a # between double quotes begins none.
std::string_view without_comment(std::string_view text, bool quotes = false) {
  bool between = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quotes && text[at] == '"') between = !between;
    if (text[at] != '#' || between) continue;
    if (at == 0 || kBlank.find(text[at - 1]) != std::string_view::npos) return text.substr(0, at);
  }
  return text;
}

// Appends to `value` what the quotes at the front of `text` hold; false when they do not match.
bool unquote(std::string_view text, std::string& value) {
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    if (text[at] != '"') {
      value += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      value += '"';
      ++at;
    } else {
      return trimmed(without_comment(text.substr(at + 1))).empty();
    }
  }
  return false;
}

// Removes what editors of other systems put around the lines: a byte order mark, Ctrl-Z at the end.
std::string_view without_marks(std::string_view text, const std::string& name) {
  constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  if (text.ends_with('\x1A')) text.remove_suffix(1);
  const bool is_utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (is_utf16 || text.find('\0') != std::string_view::npos) {
    throw UsageError(fmt::format(
        "{}: {}; an experiment file is plain text: save it as UTF-8", printable(name, kNoLimit),
        is_utf16 ? "the text is UTF-16" : "it holds zero bytes (UTF-16 text, or no text at all)"));
  }
  return text;
}

// Takes the first line off `text`, and its end (LF, CR LF or CR).
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  return line;
}

[[noreturn]] void unknown_key(const std::string& key, const std::string& where) {
  std::vector<std::string> known;
  for (const ExperimentOption& option : experiment_options()) known.push_back(option.name);
  const std::string nearest = nearest_name(key, known);
  throw UsageError(fmt::format("{}: unknown option '{}'{}", where, printable(key),
                               nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
}

}  // namespace

std::vector<FileEntry> parse_experiment_text(std::string_view text, const std::string& name) {
  std::vector<FileEntry> entries;
  std::map<std::string, int> line_of;
  int line = 0;
  for (text = without_marks(text, name); !text.empty();) {
    const std::string_view content = trimmed(take_line(text));
    ++line;
    if (content.empty() || content.front() == '#') continue;

    const std::string where = fmt::format("{}:{}", name, line);
    const std::size_t equals = content.find('=');
    const std::string key{trimmed(content.substr(0, std::min(equals, content.size())))};
    if (equals == std::string_view::npos || key.empty()) {
      throw UsageError(
          fmt::format("{}: expected 'option = value', found '{}'", where, printable(content)));
    }
    const ExperimentOption* option = find_experiment_option(key);
    if (!option) unknown_key(key, where);
    if (const auto [first, is_new] = line_of.emplace(key, line); !is_new) {
      throw UsageError(fmt::format("{}: option '{}' is given twice, first in line {}; remove one",
                                   where, key, first->second));
    }

    const std::string_view rest = trimmed(content.substr(equals + 1));
    std::string value;
    if (option->is_names) {
      value = trimmed(without_comment(rest, true));
    } else if (!rest.empty() && rest.front() == '"') {
      if (!unquote(rest, value)) {
        throw UsageError(fmt::format("{}: {}: the quotes of the value do not match", where, key));
      }
    } else {
      value = trimmed(without_comment(rest));
    }
    if (value.empty()) throw UsageError(fmt::format("{}: {}: the value is empty", where, key));
    entries.push_back({key, value, line});
  }
  return entries;
}

std::vector<FileEntry> read_experiment_file(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) {
    throw std::runtime_error(fmt::format("{} is a folder, not an experiment file", file.string()));
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw std::runtime_error(fmt::format("cannot read the experiment file {}: {}", file.string(),
                                         std::generic_category().message(errno)));
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_experiment_text(text, file.string());
}

std::string quoted_if_needed(const std::string& value) {
  if (!value.empty() && value.front() != '"' && trimmed(value) == value &&
      without_comment(value) == value) {
    return value;
  }
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace mlpgrid
