// Base64, shortened floats and escapes. Decoding is page/core.js's.
#include "results/report/encoding.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace mlpgrid {

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < n ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= n ? kLetters[bits >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

std::string packed_floats(std::span<const double> values) {
  using Float = std::numeric_limits<float>;
  constexpr std::uint32_t kBelowHalf = 0x7f;  // half of the dropped byte, less one
  std::vector<std::uint8_t> bytes;
  bytes.reserve(3 * values.size());
  for (const double value : values) {
    const bool fits = std::abs(value) <= double{Float::max()};
    auto bits = std::bit_cast<std::uint32_t>(fits ? static_cast<float>(value) : Float::quiet_NaN());
    bits += kBelowHalf + (bits >> 8 & 1U);  // to nearest; a carry into the exponent is right, too
    for (const unsigned shift : {8U, 16U, 24U}) {
      bytes.push_back(static_cast<std::uint8_t>(bits >> shift & 0xffU));
    }
  }
  return base64(bytes);
}

std::string packed_bytes(std::span<const double> values, double low, double high) {
  constexpr double kLargest = 254.0;
  constexpr std::uint8_t kMissing = 255;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(values.size());
  for (const double value : values) {
    const double place = high > low ? (value - low) / (high - low) : 0.0;
    bytes.push_back(std::isnan(value) ? kMissing
                                      : static_cast<std::uint8_t>(
                                            std::lround(kLargest * std::clamp(place, 0.0, 1.0))));
  }
  return base64(bytes);
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string script_escaped(std::string_view json) {
  constexpr std::string_view kLineEnds = "\xE2\x80";  // and A8 or A9
  std::string escaped;
  escaped.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<') {
      escaped += "\\u003c";
    } else if (c == '>') {
      escaped += "\\u003e";
    } else if (c == '&') {
      escaped += "\\u0026";
    } else if (json.substr(i, 2) == kLineEnds && i + 2 < json.size() &&
               (json[i + 2] == '\xA8' || json[i + 2] == '\xA9')) {
      escaped += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace mlpgrid
