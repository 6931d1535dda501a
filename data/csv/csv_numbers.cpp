// Parses numbers independently of the locale. Whole numbers stay text, because codes may have more
// digits than a double holds.
#include "data/csv/csv_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>
#include <tuple>

namespace mlpgrid {

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  // from_chars() does not tell overflow from underflow.
  if (error == std::errc::result_out_of_range)
    return std::strtod(std::string(text).c_str(), nullptr);
  return value;
}

std::optional<std::string> whole_number(std::string_view text) {
  constexpr double kLargest = 9007199254740992.0;  // 2^53: above it doubles leave out whole numbers
  std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    const std::optional<double> value = parse_number(text);
    if (!value || *value != std::trunc(*value) || std::abs(*value) > kLargest) return std::nullopt;
    return fmt::format("{}", static_cast<long long>(*value));
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return fmt::format("{}{}", text.starts_with('-') && digits != "0" ? "-" : "", digits);
}

bool WholeNumberLess::operator()(std::string_view a, std::string_view b) const {
  const bool negative = a.starts_with('-');
  if (negative != b.starts_with('-')) return negative;
  if (negative) std::swap(a, b);
  return std::tuple(a.size(), a) < std::tuple(b.size(), b);
}

}  // namespace mlpgrid
