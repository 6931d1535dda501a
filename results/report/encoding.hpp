// Numbers and images as text in the report's data: short, and decoded in a few lines of JavaScript
// (page/core.js).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mlpgrid {

/// RFC 4648, with padding.
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);

/// The upper three bytes of each number as a float32, little-endian, in base64: 15 bits of fraction
/// (relative error at most 2^-16), four letters per number. NaN where there is no float32 for it.
[[nodiscard]] std::string packed_floats(std::span<const double> values);

/// Each number's place between `low` and `high` as a byte, 0 to 254 (clamped), in base64; 255 is
/// NaN.
[[nodiscard]] std::string packed_bytes(std::span<const double> values, double low, double high);

/// Text with the five characters that mean something in HTML as entities.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// JSON that can stand in a <script> element: < > & and the line ends U+2028 and U+2029, which JSON
/// has only inside strings, as \u escapes.
[[nodiscard]] std::string script_escaped(std::string_view json);

}  // namespace mlpgrid
