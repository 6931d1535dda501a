// The public data sets: their files, their mirrors, and where they may lie on this machine. How
// they get here is in fetch.hpp, what is in them in load/load.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlpgrid {

struct PublicFile {
  std::string name;         // plain; packed it is NAME.gz
  std::uint64_t bytes = 0;  // unpacked
  std::string sha256;       // of the unpacked content, in lower-case hexadecimal
};

struct PublicSet {
  std::string name;
  std::string content;               // a few words for people
  std::uint64_t download_bytes = 0;  // of all files, packed, as the mirrors have them
  std::vector<PublicFile> files;
  std::vector<std::string> mirrors;  // in the order of trying; a file is at MIRROR/NAME.gz
};

/// All public sets. The list lives as long as the program.
[[nodiscard]] const std::vector<PublicSet>& public_sets();

/// nullptr where there is none of this name.
[[nodiscard]] const PublicSet* find_public_set(std::string_view name);

/// `folder`/`name` or, where that is missing, `folder`/`name`.gz, whichever exists.
[[nodiscard]] std::optional<std::filesystem::path> plain_or_packed(
    const std::filesystem::path& folder, std::string_view name);

/// The folder of a set, and how many of its files exist there. Their content is not checked.
struct SetLocation {
  std::filesystem::path folder;
  std::size_t files = 0;
};

/// Of the folders named after the set in `folders`: the first with all files, else the first with
/// the most of them; nullopt where there is none at all.
[[nodiscard]] std::optional<SetLocation> locate(const PublicSet& set,
                                                const std::vector<std::filesystem::path>& folders);

}  // namespace mlpgrid
