// Escapes text line by line; the writing itself is atomic_file.cpp's.
#include "results/files/standard_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <system_error>

#include "data/text/printable.hpp"
#include "results/files/atomic_file.hpp"

namespace mlpgrid {

std::string safe_for_terminal(std::string_view text) {
  constexpr std::string_view kKept[] = {"\n", "\x1b[1m", "\x1b[0m"};
  std::string safe;
  std::size_t begin = 0;  // of the text that is not in `safe` yet
  for (std::size_t i = 0; i < text.size();) {
    const auto* kept = std::ranges::find_if(
        kKept, [rest = text.substr(i)](std::string_view sign) { return rest.starts_with(sign); });
    if (kept == std::end(kKept)) {
      ++i;
      continue;
    }
    safe += printable(text.substr(begin, i - begin), kNoLimit);
    safe += *kept;
    i += kept->size();
    begin = i;
  }
  return safe + printable(text.substr(begin), kNoLimit);
}

void write_to_stdout(std::string_view text) {
  const std::string safe = ::isatty(STDOUT_FILENO) == 1 ? safe_for_terminal(text) : "";
  if (!safe.empty()) text = safe;
  if (const int error = try_write_all(STDOUT_FILENO, std::as_bytes(std::span(text)))) {
    throw FileError(
        fmt::format("cannot write to stdout: {}", std::generic_category().message(error)), error);
  }
}

}  // namespace mlpgrid
