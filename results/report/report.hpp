// The report of a run: one HTML file that needs nothing else. Its page, style and scripts are
// page/*, embedded at build time.
#pragma once

#include <filesystem>
#include <string>

#include "results/results_file.hpp"

namespace mlpgrid {

struct Report {
  std::string html;
  bool complete = false;  // every fit of the run is there
};

/// `results` must have been read from a file. `reload_s` > 0 makes the page of an incomplete run
/// load itself again after so many seconds. Throws as read_results() does.
[[nodiscard]] Report make_report(const ResultsFile& results, int reload_s = 0);

}  // namespace mlpgrid
