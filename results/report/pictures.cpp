// Chooses and shrinks the pictures that the report draws. Reading them is hdf5/pictures.cpp's.
#include "results/report/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "results/hdf5/pictures.hpp"
#include "results/report/encoding.hpp"
#include "results/tables/columns.hpp"

namespace mlpgrid {
namespace {

using Json = nlohmann::ordered_json;

struct Pictures {
  std::vector<std::size_t> configs;  // that have a picture of their own, best first
  double low = 0.0, high = 0.0;      // range of the values of all pictures
};

void widen(std::optional<std::pair<double, double>>& range, std::span<const double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    if (!range) range.emplace(value, value);
    range->first = std::min(range->first, value);
    range->second = std::max(range->second, value);
  }
}

Pictures find_pictures(const ResultsFile& results, const ValuesOfConfig& pictures) {
  Pictures found;
  std::optional<std::pair<double, double>> range;
  std::vector<char> has_picture(results.run.n_configs(), 0);
  for (std::size_t config = 0; config < has_picture.size(); ++config) {
    if (results.run.alias_of[config] != static_cast<std::int32_t>(config)) continue;
    const std::span<const double> picture = pictures(config);
    has_picture[config] = !picture.empty() && !std::isnan(picture[0]);
    widen(range, picture);
  }
  std::tie(found.low, found.high) = range.value_or(std::pair(0.0, 0.0));
  found.configs = row_order(results, {}, "");
  std::erase_if(found.configs, [&](std::size_t config) { return has_picture[config] == 0; });
  return found;
}

std::size_t step_to(std::size_t n, std::size_t most) {
  return std::max<std::size_t>(1, (n + most - 1) / most);
}

std::vector<double> every(std::span<const double> values, std::size_t step) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
}

// Whether the axis `output` varies and this config's is tanh, whose values between -1 and 1 stand
// for two classes where other outputs give probabilities.
bool is_tanh_among_others(const RunDescription& run, std::size_t config) {
  const auto axis = std::ranges::find(run.params, "output", &ParamColumn::name);
  if (axis == run.params.end() || run.class_names.size() != 2) return false;
  const auto* outputs = std::get_if<std::vector<std::string>>(&axis->values);
  return outputs != nullptr && (*outputs)[config] == "tanh";
}

// What the bytes 0 to 254 stand for: class numbers as they are, probabilities from 0 to 1, other
// values over their own range.
std::pair<double, double> range_of_maps(const ResultsFile& results, const Pictures& maps) {
  const std::size_t classes = results.run.class_names.size();
  if (classes > 2) return {0.0, 254.0};
  const bool outputs_differ = std::ranges::any_of(
      maps.configs, [&](std::size_t i) { return is_tanh_among_others(results.run, i); });
  if (classes == 2 && (outputs_differ || (maps.low >= 0.0 && maps.high <= 1.0))) return {0.0, 1.0};
  return {maps.low, maps.high};
}

}  // namespace

Json report_maps(const ResultsFile& results) {
  const std::optional<DecisionMaps> found = read_maps(results);
  if (!found || found->x1.empty() || found->x2.empty()) return nullptr;
  const DecisionMaps& maps = *found;
  Pictures pictures = find_pictures(results, maps.output);
  const auto [low, high] = range_of_maps(results, pictures);
  const std::size_t step = step_to(std::max(maps.x1.size(), maps.x2.size()), kMaxMapSide);
  const std::vector<double> x1 = every(maps.x1, step);
  const std::vector<double> x2 = every(maps.x2, step);
  std::vector<std::size_t>& configs = pictures.configs;
  Json json = {{"x1", {x1.front(), x1.back()}},
               {"x2", {x2.front(), x2.back()}},
               {"width", x1.size()},
               {"height", x2.size()},
               {"low", low},
               {"high", high},
               {"n", configs.size()},
               {"configs", Json::array()}};
  const std::size_t points = step_to(maps.point_x1.size(), kMaxMapPoints);
  const std::vector<double> parts(maps.point_part.begin(), maps.point_part.end());
  json["point_x1"] = every(maps.point_x1, points);
  json["point_x2"] = every(maps.point_x2, points);
  json["point_target"] = every(maps.point_target, points);
  json["point_part"] = every(parts, points);
  configs.resize(std::min(configs.size(), kMaxMaps));
  for (const std::size_t config : configs) {
    const std::span<const double> map = maps.output(config);
    std::vector<double> pixels;
    for (std::size_t row = 0; row < maps.x2.size(); row += step) {
      for (std::size_t column = 0; column < maps.x1.size(); column += step) {
        pixels.push_back(map[row * maps.x1.size() + column]);
      }
    }
    if (is_tanh_among_others(results.run, config)) {
      for (double& y : pixels) y = 0.5 * (1.0 + y);
    }
    json["configs"].push_back({config, packed_bytes(pixels, low, high)});
  }
  return json;
}

Json report_reconstructions(const ResultsFile& results) {
  const std::optional<Reconstructions> found = read_reconstructions(results);
  if (!found || found->originals.empty()) return nullptr;
  std::optional<std::pair<double, double>> range;
  widen(range, found->originals);
  const auto [low, high] = range.value_or(std::pair(0.0, 0.0));
  std::vector<std::size_t> configs = find_pictures(results, found->reconstructed).configs;
  Json json = {{"rows", found->rows},
               {"width", found->width},
               {"height", found->height},
               {"n", configs.size()},
               {"originals", packed_bytes(found->originals, low, high)},
               {"configs", Json::array()}};
  configs.resize(std::min(configs.size(), kMaxReconstructed));
  const std::size_t size = found->originals.size();
  const std::size_t row_size = size / found->rows.size();
  for (const std::size_t config : configs) {
    const std::span<const double> made = found->reconstructed(config);
    std::vector<double> errors(found->rows.size(), 0.0);
    for (std::size_t i = 0; i < size; ++i) {
      const double difference = made[i] - found->originals[i];
      errors[i / row_size] += difference * difference / static_cast<double>(row_size);
    }
    json["configs"].push_back({config, packed_bytes(made, low, high), errors});
  }
  return json;
}

}  // namespace mlpgrid
