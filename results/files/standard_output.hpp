// Text for stdout. What is foreign in it (names, titles, cells) may be anything; a file or another
// program gets it as it is, a terminal so that it cannot be made to do things.
#pragma once

#include <string>
#include <string_view>

namespace mlpgrid {

/// The text with every line printable(), but for bold on and off, which tables make.
[[nodiscard]] std::string safe_for_terminal(std::string_view text);

/// All of it, unbuffered; where stdout is a terminal, as safe_for_terminal(). Ends with whole
/// lines. Throws FileError.
void write_to_stdout(std::string_view text);

}  // namespace mlpgrid
