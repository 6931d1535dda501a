// Makes text from users and files (names, cells, paths) fit to be shown in a message: what would be
// invisible or would steer a terminal is escaped. Files that programs read keep the exact text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlpgrid {

/// The scalar value that begins `text` and how many bytes it takes; nothing where `text` is empty
/// or does not begin with UTF-8 (RFC 3629: no overlong forms, no surrogates).
struct CodePoint {
  char32_t value;
  std::size_t bytes;
};
[[nodiscard]] std::optional<CodePoint> first_code_point(std::string_view text);

/// `text` on one line and safe for a terminal: control characters (ESC and C1 among them), line and
/// paragraph separators and invisible characters that change how their neighbours look (directional
/// marks, a byte order mark) become \n, \r, \t, \xHH or \u{HHHH}; bytes that are not UTF-8 become
/// \xHH. More than `limit` code points are shortened in the middle to " ... ", so that beginning
/// and end stay recognisable. Calling it again changes nothing.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 100);

/// The `limit` for texts that must stay whole, such as paths.
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// The first `shown` names, each printable(), with ", " between, and how many more there are.
[[nodiscard]] std::string printable_list(std::span<const std::string> names,
                                         std::size_t shown = 10);

}  // namespace mlpgrid
