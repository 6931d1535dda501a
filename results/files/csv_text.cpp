// Quotes and joins cells. Formatting numbers is the callers'.
#include "results/files/csv_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mlpgrid {
namespace {

std::string csv_quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string csv_line(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = csv_quoted(cell);
  return fmt::format("{}\n", fmt::join(cells, ","));
}

}  // namespace mlpgrid
