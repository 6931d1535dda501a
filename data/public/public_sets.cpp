// Looks for public sets in the table and in folders. The table is in public_set_table.cpp, reading
// the files in sources/idx.cpp.
#include "data/public/public_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace mlpgrid {

namespace fs = std::filesystem;

const PublicSet* find_public_set(std::string_view name) {
  const std::vector<PublicSet>& sets = public_sets();
  const auto found = std::find_if(sets.begin(), sets.end(),
                                  [&](const PublicSet& set) { return set.name == name; });
  return found == sets.end() ? nullptr : &*found;
}

std::optional<fs::path> plain_or_packed(const fs::path& folder, std::string_view name) {
  std::error_code ignored;
  if (const fs::path plain = folder / name; fs::exists(plain, ignored)) return plain;
  if (const fs::path packed = folder / fmt::format("{}.gz", name); fs::exists(packed, ignored)) {
    return packed;
  }
  return std::nullopt;
}

std::optional<SetLocation> locate(const PublicSet& set, const std::vector<fs::path>& folders) {
  std::optional<SetLocation> best;
  for (const fs::path& parent : folders) {
    const fs::path folder = parent / set.name;
    const auto files = static_cast<std::size_t>(std::count_if(
        set.files.begin(), set.files.end(),
        [&](const PublicFile& file) { return plain_or_packed(folder, file.name).has_value(); }));
    if (files > (best ? best->files : 0)) best = SetLocation{folder, files};
  }
  return best;
}

}  // namespace mlpgrid
