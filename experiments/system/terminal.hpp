// Where the program's output goes: results to stdout, everything else to stderr. No other file of
// experiments/ writes to either; files of which "-" may be the name are results/files/'s.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "results/files/standard_output.hpp"

namespace mlpgrid {

/// Opens /dev/null on those of descriptors 0 to 2 that are closed. Call before any file is opened:
/// otherwise a journal might become descriptor 2, and messages would be written into it.
void open_standard_descriptors();

/// The width in columns of the terminal that stderr is; 80 where it does not say.
[[nodiscard]] std::size_t terminal_width();

/// Whether stdout shows bold: a terminal, unless TERM=dumb or NO_COLOR is set and not empty.
[[nodiscard]] bool stdout_shows_bold();

/// Whether a line on stderr can be written over: a terminal, unless TERM=dumb.
[[nodiscard]] bool stderr_can_be_drawn_on();

/// `text` with the passwords in web addresses ("http://user:password@host") replaced by "***".
[[nodiscard]] std::string without_passwords(std::string_view text);

/// Writes a message to stderr, escaped for a terminal and without passwords, as far as stderr takes
/// it. Neither throws nor reports errors: a full disk or a closed terminal behind stderr must not
/// change anything else.
void write_to_stderr(std::string_view text) noexcept;

/// Replaces the line on which stderr's terminal stands by `text`; clears it where that is empty.
/// Ignores errors.
void draw_on_stderr(std::string_view text) noexcept;

/// Formats and writes a result to stdout. Throws FileError when stdout does not take all of it.
template <class... T>
void to_stdout(fmt::format_string<T...> format, T&&... arguments) {
  write_to_stdout(fmt::format(format, std::forward<T>(arguments)...));
}

/// Formats a message and writes it as write_to_stderr() does; ignores errors.
template <class... T>
void to_stderr(fmt::format_string<T...> format, T&&... arguments) noexcept {
  try {
    write_to_stderr(fmt::format(format, std::forward<T>(arguments)...));
  } catch (...) {
    write_to_stderr("mlpgrid: out of memory\n");
  }
}

}  // namespace mlpgrid
