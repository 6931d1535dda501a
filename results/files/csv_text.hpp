// Lines of CSV files.
#pragma once

#include <string>
#include <vector>

namespace mlpgrid {

/// One line with its end, cells quoted where RFC 4180 wants it.
[[nodiscard]] std::string csv_line(std::vector<std::string> cells);

}  // namespace mlpgrid
