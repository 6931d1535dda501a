// Formats cells as lines of a CSV file. Where the lines go is the caller's business.
#pragma once

#include <string>
#include <vector>

namespace mlpgrid {

/// One line with its line feed; cells are quoted where RFC 4180 requires it.
[[nodiscard]] std::string csv_line(std::vector<std::string> cells);

}  // namespace mlpgrid
