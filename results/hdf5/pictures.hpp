// Reads what only the report draws from a results file: curves, decision maps, reconstructions.
// Drawing them is report/'s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/hdf5/read.hpp"

namespace mlpgrid {

/// /maps: what each config's model of the first fold answers on a grid over the two features.
struct DecisionMaps {
  std::vector<double> x1, x2;              // the grid's coordinates, rising
  std::vector<double> point_x1, point_x2;  // the data set's rows
  std::vector<double> point_target;        // class number or value
  std::vector<std::int32_t> point_part;    // 0 training, 1 held out, 2 test
  ValuesOfConfig output;                   // x2 x x1: the single output, or the class where there
                                           // are several outputs
};

/// /reconstructions: rows of the data set and what each config's model of the first fold makes of
/// them.
struct Reconstructions {
  std::vector<std::int32_t> rows;
  std::size_t height = 0, width = 0;  // height 1: no image
  std::vector<double> originals;      // rows x height x width
  ValuesOfConfig reconstructed;       // rows x height x width
};

/// Nothing where the file has no such group. Throws std::runtime_error that names the file where
/// the group does not hold what it should.
[[nodiscard]] std::optional<DecisionMaps> read_maps(const ResultsFile& results);
[[nodiscard]] std::optional<Reconstructions> read_reconstructions(const ResultsFile& results);

/// The names of the curves that the file has, in the file's order.
[[nodiscard]] std::vector<std::string> curve_names(const ResultsFile& results);

}  // namespace mlpgrid
