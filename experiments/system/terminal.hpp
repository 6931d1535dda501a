// Where the program's words go: results to stdout, everything else to stderr. No other file of
// experiments/ writes to either, except the CSV of predictions, which is results/'s.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "results/files/standard_output.hpp"

namespace mlpgrid {

/// Opens those of descriptors 0 to 2 that are closed on /dev/null. Before anything else is opened:
/// a journal must not become descriptor 2, or messages would land in it.
void open_standard_descriptors();

/// Columns of the terminal that stderr is; 80 where it does not say.
[[nodiscard]] std::size_t terminal_width();

/// Whether stdout shows bold: a terminal, unless TERM=dumb or NO_COLOR is set and not empty.
[[nodiscard]] bool stdout_shows_bold();

/// Whether a line on stderr can be written over: a terminal, unless TERM=dumb.
[[nodiscard]] bool stderr_can_be_drawn_on();

/// Passwords of web addresses ("http://user:password@host") replaced by "***".
[[nodiscard]] std::string without_passwords(std::string_view text);

/// What is told, not asked for: safe for a terminal, without passwords, as far as stderr takes it.
/// A full disk behind it or a terminal that is gone changes nothing else, so this neither throws
/// nor reports.
void write_to_stderr(std::string_view text) noexcept;

/// Writes over the line on which stderr's terminal stands; without text, clears it.
void draw_on_stderr(std::string_view text) noexcept;

/// What was asked for. Throws FileError when stdout does not take all of it.
template <class... T>
void to_stdout(fmt::format_string<T...> format, T&&... arguments) {
  write_to_stdout(fmt::format(format, std::forward<T>(arguments)...));
}

/// The same with write_to_stderr()'s promise.
template <class... T>
void to_stderr(fmt::format_string<T...> format, T&&... arguments) noexcept {
  try {
    write_to_stderr(fmt::format(format, std::forward<T>(arguments)...));
  } catch (...) {
    write_to_stderr("mlpgrid: out of memory\n");
  }
}

}  // namespace mlpgrid
