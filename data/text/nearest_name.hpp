// "Did you mean": the known name that is closest to a misspelt one. Wording the question is the
// caller's.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mlpgrid {

/// The known name with the smallest edit distance (insertions, deletions, replacements and swaps of
/// neighbours; case ignored) to `wanted`, the first of ties. "" when none is within a third of the
/// longer name's length, at least 1, or when that name has more than 200 bytes: nobody mistypes
/// those, and the time would be the square of their length.
[[nodiscard]] std::string nearest_name(std::string_view wanted, std::span<const std::string> known);

}  // namespace mlpgrid
