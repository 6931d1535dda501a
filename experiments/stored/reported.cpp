// Reads and finds reported numbers; the comparison is in results/tables/against_reported.cpp.
#include "experiments/stored/reported.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "data/csv/csv_rows.hpp"
#include "experiments/options/experiment_file.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/system/environment.hpp"

namespace mlpgrid {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSuffix = ".reported.csv";

fs::path reported_file(const fs::path& preset_folder, const std::string& preset) {
  return preset_folder / fmt::format("{}{}", preset, kSuffix);
}

}  // namespace

std::vector<ReportedRow> read_reported(const fs::path& file) {
  std::vector<ReportedRow> rows;
  CsvRowReader reader(file);
  bool is_header = true;
  reader.read([&](const CsvRowReader::Cells& cells) {
    const CsvRowReader::Cells names = {"quantity", "where", "reported", "note"};
    if (is_header && cells != names) {
      reader.fail_row("the columns must be quantity,where,reported,note");
    }
    if (!is_header) {
      if (cells.size() != names.size()) {
        reader.fail_row(fmt::format("{} cells, but the header has {}", cells.size(), names.size()));
      }
      if (cells[0].empty()) reader.fail_cell(names[0], "the cell is empty");
      rows.push_back({cells[0], cells[1], cells[2], cells[3]});
    }
    is_header = false;
    return true;
  });
  if (rows.empty()) reader.fail_file("holds no reported numbers");
  return rows;
}

std::string preset_of(const ResultsFile& results) {
  for (const auto& [name, value] : results.environment) {
    if (name == kPresetAttribute) return value;
  }
  return {};
}

fs::path find_reported(const ResultsFile& results, const std::string& given,
                       const fs::path& preset_folder) {
  if (given.find('/') != std::string::npos || fs::path(given).extension() == ".csv") return given;
  const std::string name = given.empty() ? preset_of(results) : given;
  if (name.empty()) {
    throw UsageError(
        fmt::format("{} was not made from a preset, so it has no reported numbers; name a preset "
                    "or a file with --reported NAME|FILE.csv",
                    results.path.string()));
  }
  fs::path file = reported_file(preset_folder, name);
  if (fs::exists(file)) return file;
  std::vector<std::string> known;
  for (const Preset& preset : list_presets(preset_folder)) {
    if (fs::exists(reported_file(preset_folder, preset.name))) known.push_back(preset.name);
  }
  throw UsageError(fmt::format("there are no reported numbers for '{}'; there are for: {}", name,
                               join(known, " ")));
}

std::string preset_named_by(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : std::string();
}

std::vector<std::string> changes_of_preset(const ResultsFile& results, const std::string& preset,
                                           const fs::path& preset_folder) {
  const std::vector<Preset> presets = list_presets(preset_folder);
  if (std::ranges::find(presets, preset, &Preset::name) == presets.end()) return {};
  const auto options = [](const std::string& text, const std::string& name) {
    std::map<std::string, std::string> values;
    for (const FileEntry& entry : parse_experiment_text(text, name)) {
      values[entry.key] = entry.value;
    }
    return values;
  };
  const auto wanted = options(
      experiment_text(read_experiment(find_experiment(preset, preset_folder))), "preset " + preset);
  std::vector<std::string> changes;
  for (const auto& [key, value] : options(results.run.experiment, results.path.string())) {
    const auto found = wanted.find(key);
    const std::string of_preset = found == wanted.end() ? "not set" : found->second;
    if (key == "title" || of_preset == value) continue;
    changes.push_back(fmt::format("{} = {} (preset: {})", key, value, of_preset));
  }
  return changes;
}

}  // namespace mlpgrid
