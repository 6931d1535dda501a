// Knows by which bytes each kind of file can be recognised; these have to agree with what the
// writers of the formats write.
#include "results/files/own_files.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <string_view>
#include <system_error>

#include "results/files/csv_text.hpp"
#include "results/files/seal.hpp"

namespace mlpgrid {
namespace {

constexpr std::uintmax_t kLookedAt = 1U << 20U;  // bytes that are searched at each end of a file

// At most `most` bytes of the file from offset `from` on; fewer, or none, where they cannot be
// read.
std::string part_of(const std::filesystem::path& file, std::uintmax_t from, std::uintmax_t most) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(from));
  std::string bytes(static_cast<std::size_t>(most), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

// Whether a file begins with HDF5's signature, allowing for one changed byte or a first sector of
// zeros.
bool begins_as_hdf5(std::string_view head) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  if (head.size() < kSignature.size()) return false;
  std::size_t equal = 0;
  std::size_t lost = 0;
  for (std::size_t i = 0; i < kSignature.size(); ++i) {
    equal += head[i] == kSignature[i] ? 1 : 0;
    lost += head[i] == '\0' ? 1 : 0;
  }
  return equal + 1 >= kSignature.size() || lost == kSignature.size();
}

template <std::size_t kSize>
std::size_t found(const std::array<std::string_view, kSize>& names, std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      names, [&](std::string_view name) { return text.find(name) != std::string_view::npos; }));
}

}  // namespace

bool is_results_file(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  if (none) return false;
  const std::string head = part_of(file, 0, kLookedAt);
  if (!begins_as_hdf5(head)) return false;
  // Names from the root group, which this program writes last and h5repack first, and from two
  // other groups. A file made of some of the datasets has at most the two attributes that come
  // first here.
  constexpr std::array<std::string_view, 6> kNames = {
      "schema_version", "data_sha256", "fold_rows", "environment", "held_out_0", "fit_time_s"};
  const std::string tail = part_of(file, size - std::min(size, kLookedAt), kLookedAt);
  if (found(kNames, head + '\0' + tail) > 2) return true;
  // In a file with very many columns the root group does not lie within the last bytes: search all.
  constexpr std::size_t kLongestName = 16;
  std::string seen;
  for (std::uintmax_t at = kLookedAt; at + kLookedAt < size; at += kLookedAt) {
    const std::string part = part_of(file, at - kLongestName, kLookedAt + 2 * kLongestName);
    for (const std::string_view name : kNames) {
      if (part.find(name) != std::string::npos) (seen += name) += '\0';
    }
    if (found(kNames, head + '\0' + seen + tail) > 2) return true;
  }
  // A file that was cut short has lost its root group; these texts stand with every dataset.
  constexpr std::array<std::string_view, 2> kOfDatasets = {"fold_seed fold_repeat", "label param_"};
  return superblock_end(std::as_bytes(std::span(head))) > size &&
         found(kOfDatasets, head) == kOfDatasets.size();
}

bool is_journal(const std::filesystem::path& file) {
  constexpr std::string_view kFrame = "MLPJ";  // the first bytes of every frame
  const std::string head = part_of(file, 0, kLookedAt);
  if (head.starts_with(kFrame)) return true;
  // Either the first frame is damaged, or the file's length reached the disk before its content.
  const bool binary = head.find('\0') != std::string::npos;
  const bool lost = head.find_first_not_of('\0') == std::string::npos;
  return !head.empty() && ((binary && head.find(kFrame) != std::string::npos) || lost);
}

bool is_report(const std::filesystem::path& file) {
  constexpr std::string_view kGenerator = R"(<meta name="generator" content="mlpgrid report">)";
  return part_of(file, 0, 256).find(kGenerator) != std::string::npos;
}

bool is_exported_model(const std::filesystem::path& file) {
  // The first fields of the message ModelProto: ir_version, then producer_name.
  constexpr std::string_view kBeginning = "\x08\x07\x12\x07mlpgrid";
  return part_of(file, 0, kBeginning.size()) == kBeginning;
}

bool has_csv_header(const std::filesystem::path& file, const std::vector<std::string>& header) {
  const std::string line = csv_line(header);
  return part_of(file, 0, line.size()) == line;
}

}  // namespace mlpgrid
