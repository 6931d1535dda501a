// Reads the text of a CSV cell as a number. Knows nothing of columns and files; error messages are
// the caller's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlpgrid {

/// The whole of `text` as a decimal number, as strtod() reads it: beyond a double's range infinity,
/// below it 0 or a denormal. Nothing for other text; "nan" and "inf" come back as such.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// A whole number in its shortest form ("-12", "0"), without plus sign and leading zeros: with any
/// number of digits where `text` is plain digits, up to 2^53 in other forms ("12.0", "1e3").
/// Nothing for other text.
[[nodiscard]] std::optional<std::string> whole_number(std::string_view text);

/// Orders by value. For texts that whole_number() gave.
struct WholeNumberLess {
  bool operator()(std::string_view a, std::string_view b) const;
};

}  // namespace mlpgrid
