// Decision maps and reconstructions of a run as small images in the data of its report. Drawing
// them is the page's (page/maps.js, page/reconstructions.js).
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "results/results_file.hpp"

namespace mlpgrid {

/// What a page can hold. Where there is more, the best ranked configs and every k-th point are
/// kept.
inline constexpr std::size_t kMaxMaps = 24;
inline constexpr std::size_t kMaxMapSide = 200;  // points per side; larger maps are thinned
inline constexpr std::size_t kMaxMapPoints = 2'000;
inline constexpr std::size_t kMaxReconstructed = 12;

/// null where the run has none, else
///   {"x1", "x2": [first, last], "width", "height", "low", "high", "n": configs with a map,
///    "point_x1", "point_x2", "point_target", "point_part": lists,
///    "configs": [[config, packed_bytes between low and high, rows by rising x2], ...]}.
[[nodiscard]] nlohmann::ordered_json report_maps(const ResultsFile& results);

/// null where the run has none, else
///   {"rows", "width", "height", "n": configs with reconstructions, "originals": packed_bytes,
///    "configs": [[config, packed_bytes, [mean squared error of each row]], ...]},
/// all bytes between the smallest and the largest value of the originals.
[[nodiscard]] nlohmann::ordered_json report_reconstructions(const ResultsFile& results);

}  // namespace mlpgrid
