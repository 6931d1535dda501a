// Everything that a report shows, as the JSON document that the scripts of its page read
// (page/*.js). Encoding numbers is encoding.hpp's.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "results/results_file.hpp"

namespace mlpgrid {

/// The document for `results`, which must have been read from a file: curves and pictures are read
/// from it. Throws std::runtime_error where they cannot be read.
[[nodiscard]] nlohmann::ordered_json report_data(const ResultsFile& results);

}  // namespace mlpgrid
