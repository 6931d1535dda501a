// Builds the map from printable names to columns that csv_header.hpp looks up. Which columns are
// used is csv.cpp's.
#include "data/csv/csv_header.hpp"

#include <utility>

#include "data/text/printable.hpp"

namespace mlpgrid {

CsvHeader::CsvHeader(std::vector<std::string> names) : names_(std::move(names)) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    Found& found = found_.try_emplace(printable(names_[i], kNoLimit), Found{0, i}).first->second;
    ++found.count;
  }
}

CsvHeader::Found CsvHeader::find(const std::string& name) const {
  const auto found = found_.find(printable(name, kNoLimit));
  return found == found_.end() ? Found{} : found->second;
}

}  // namespace mlpgrid
