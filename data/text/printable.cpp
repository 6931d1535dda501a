// Decodes UTF-8 by hand, because escaping works on code points and has to cope with invalid bytes.
#include "data/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mlpgrid {
namespace {

constexpr std::string_view kGap = " ... ";

// Invisible characters, by Unicode 15. Those that scripts and emoji need between their letters
// (U+200C, U+200D, variation selectors) are kept.
bool hides(char32_t c) {
  constexpr struct {
    char32_t first, last;
  } kRanges[] = {{0x0000, 0x001F},   {0x007F, 0x009F},    {0x00AD, 0x00AD}, {0x061C, 0x061C},
                 {0x180E, 0x180E},   {0x200B, 0x200B},    {0x200E, 0x200F}, {0x2028, 0x202E},
                 {0x2060, 0x206F},   {0xFEFF, 0xFEFF},    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF},
                 {0xE0000, 0xE007F}, {0x10FFFE, 0x10FFFF}};
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [c](const auto& range) { return c >= range.first && c <= range.last; });
}

std::string escaped(char32_t c) {
  switch (c) {
    case U'\n':
      return "\\n";
    case U'\r':
      return "\\r";
    case U'\t':
      return "\\t";
    default:
      return c < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                      : fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(c));
  }
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return CodePoint{lead, 1};
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return std::nullopt;
  return CodePoint{value, length};
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string ends_only;  // of a text so long that its middle is left out whatever it holds
  if (text.size() / 8 > limit) {
    ends_only =
        fmt::format("{}{}", text.substr(0, 4 * limit), text.substr(text.size() - 4 * limit));
    text = ends_only;
  }
  std::vector<std::string> pieces;  // one per code point, or byte of no code point
  std::size_t width = 0;
  const auto width_of = [](const std::string& piece) {
    return piece.front() == '\\' ? piece.size() : 1;
  };
  while (!text.empty()) {
    const std::optional<CodePoint> next = first_code_point(text);
    const std::size_t bytes = next ? next->bytes : 1;
    pieces.push_back(!next ? fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()))
                     : hides(next->value) ? escaped(next->value)
                                          : std::string(text.substr(0, bytes)));
    width += width_of(pieces.back());
    text.remove_prefix(bytes);
  }
  std::string out;
  if (width <= limit) {
    for (const std::string& piece : pieces) out += piece;
    return out;
  }
  const std::size_t half = limit > kGap.size() ? (limit - kGap.size()) / 2 : 0;
  std::size_t used = 0;
  for (auto piece = pieces.begin(); (used += width_of(*piece)) <= half; ++piece) out += *piece;
  out += kGap;
  auto tail = pieces.end();
  for (used = 0; (used += width_of(*(tail - 1))) <= half;) --tail;
  for (; tail != pieces.end(); ++tail) out += *tail;
  return out;
}

std::string printable_list(std::span<const std::string> names, std::size_t shown) {
  std::string out;
  for (const std::string& name : names.first(std::min(shown, names.size()))) {
    out += (out.empty() ? "" : ", ") + printable(name, 40);
  }
  if (names.size() > shown) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

}  // namespace mlpgrid
