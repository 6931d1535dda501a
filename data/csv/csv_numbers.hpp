// What a cell of a CSV file says as a number.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlpgrid {

/// The whole of `text` as a decimal number, as strtod() reads it: beyond a double's range infinity,
/// below it 0 or a denormal. Nothing for other text; "nan" and "inf" come back as such.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// The digits of a whole number ("-12", "0"), without sign and zeros that say nothing: of any
/// length where `text` is digits, up to 2^53 in other forms ("12.0", "1e3"). Nothing for other
/// text.
[[nodiscard]] std::optional<std::string> whole_number(std::string_view text);

/// Orders texts that whole_number() gave by value.
struct WholeNumberLess {
  bool operator()(std::string_view a, std::string_view b) const;
};

}  // namespace mlpgrid
