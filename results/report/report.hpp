// The report of a run: one HTML file that needs nothing else. Its page, style and scripts are
// page/*, embedded at build time; its numbers are data.cpp's.
#pragma once

#include <filesystem>
#include <string>

#include "results/results_file.hpp"

namespace mlpgrid {

struct Report {
  std::string html;
  bool complete = false;  // every fit of the run is there
};

/// `results` must have been read from a file. A positive `reload_s` makes the page of an incomplete
/// run reload itself every so many seconds. Throws std::runtime_error where curves or pictures
/// cannot be read.
[[nodiscard]] Report make_report(const ResultsFile& results, int reload_s = 0);

}  // namespace mlpgrid
