// Optimal string alignment distance over short names. Which names are known is the caller's.
#include "data/text/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace mlpgrid {
namespace {

constexpr std::size_t kLongest = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view wanted, std::span<const std::string> known) {
  std::string nearest;
  std::size_t smallest = static_cast<std::size_t>(-1);
  for (const std::string& name : known) {
    const auto [shorter, longer] = std::minmax({wanted.size(), name.size()});
    const std::size_t most = std::max<std::size_t>(1, longer / 3);
    if (longer > kLongest || longer - shorter > most) continue;  // the distance is larger anyway
    const std::size_t d = distance(wanted, name);
    if (d <= most && d < longer && d < smallest) {
      smallest = d;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace mlpgrid
