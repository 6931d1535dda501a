// Everything that a report shows, as the JSON document that its page reads (page/*.js).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "results/results_file.hpp"

namespace mlpgrid {

/// `results` must come from a file: curves and pictures are read from it.
[[nodiscard]] nlohmann::ordered_json report_data(const ResultsFile& results);

}  // namespace mlpgrid
