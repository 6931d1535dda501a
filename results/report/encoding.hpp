// Numbers and images as text for the data of a report: short, and decoded in a few lines of
// JavaScript (page/core.js). What they mean is the caller's business.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mlpgrid {

/// Base64 of RFC 4648, with padding.
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);

/// The upper three bytes of each number as a float32, little-endian, in base64: 15 bits of fraction
/// (relative error at most 2^-16), four characters per number. NaN for a number that float32 cannot
/// hold.
[[nodiscard]] std::string packed_floats(std::span<const double> values);

/// Each number's place between `low` and `high` as a byte, 0 to 254 (clamped), in base64; 255 is
/// NaN.
[[nodiscard]] std::string packed_bytes(std::span<const double> values, double low, double high);

/// Text with the five special characters of HTML as entities.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// JSON that can stand in a <script> element: < > & and the line ends U+2028 and U+2029, which JSON
/// has only inside strings, as \u escapes.
[[nodiscard]] std::string script_escaped(std::string_view json);

}  // namespace mlpgrid
