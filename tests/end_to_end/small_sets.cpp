// Public sets small enough for tests, instead of the real ones: linked before mlpgrid::data, this
// definition wins. $MLPGRID_TEST_SETS names a JSON file with the table.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "data/public/public_sets.hpp"

namespace mlpgrid {

const std::vector<PublicSet>& public_sets() {
  static const std::vector<PublicSet> kSets = [] {
    std::vector<PublicSet> sets;
    for (const auto& set : nlohmann::json::parse(std::ifstream(std::getenv("MLPGRID_TEST_SETS")))) {
      sets.push_back({.name = set.at("name"),
                      .content = "a few rows",
                      .download_bytes = set.at("download_bytes"),
                      .files = {},
                      .mirrors = set.at("mirrors")});
      for (const auto& file : set.at("files")) {
        sets.back().files.push_back({file.at("name"), file.at("bytes"), file.at("sha256")});
      }
    }
    return sets;
  }();
  return kSets;
}

}  // namespace mlpgrid
