// Writes text to stdout. Names, titles and cells in it may come from foreign files: files and other
// programs get them unchanged, but a terminal gets them escaped, so that they cannot steer it.
#pragma once

#include <string>
#include <string_view>

namespace mlpgrid {

/// `text` with every line printable(), except for the escape sequences that tables use for bold.
[[nodiscard]] std::string safe_for_terminal(std::string_view text);

/// Writes all of `text`, unbuffered; where stdout is a terminal, through safe_for_terminal(), so
/// that `text` must not end within a UTF-8 character or an escape sequence. Throws FileError.
void write_to_stdout(std::string_view text);

}  // namespace mlpgrid
