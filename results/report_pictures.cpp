// Picks and shrinks what the report draws; see the header.
#include "results/report_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "results/hdf5_read_pictures.hpp"
#include "results/report_encoding.hpp"
#include "results/table_columns.hpp"

namespace mlpgrid {
namespace {

using Json = nlohmann::ordered_json;

// Configs with a picture of their own, best first.
std::vector<std::size_t> pictured(const ResultsFile& results, const std::vector<double>& pictures) {
  const std::size_t size = pictures.size() / results.run.n_configs();
  std::vector<std::size_t> configs = row_order(results, {}, "");
  std::erase_if(configs, [&](std::size_t config) {
    const bool is_alias = results.run.alias_of[config] != static_cast<std::int32_t>(config);
    return size == 0 || is_alias || std::isnan(pictures[config * size]);
  });
  return configs;
}

std::pair<double, double> range_of(std::span<const double> values) {
  double low = 0.0;
  double high = 0.0;
  bool first = true;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = first ? value : std::min(low, value);
    high = first ? value : std::max(high, value);
    first = false;
  }
  return {low, high};
}

std::size_t step_to(std::size_t n, std::size_t most) {
  return std::max<std::size_t>(1, (n + most - 1) / most);
}

std::vector<double> every(std::span<const double> values, std::size_t step) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
}

// Classes are whole bytes, a probability lies between 0 and 1, and a value anywhere.
std::pair<double, double> range_of_maps(const ResultsFile& results, const DecisionMaps& maps) {
  const std::size_t classes = results.run.class_names.size();
  if (classes > 2) return {0.0, 254.0};
  const auto [low, high] = range_of(maps.output);
  if (classes == 2 && low >= 0.0 && high <= 1.0) return {0.0, 1.0};
  return {low, high};
}

}  // namespace

Json report_maps(const ResultsFile& results) {
  const std::optional<DecisionMaps> found = read_maps(results.path, results.run.n_configs());
  if (!found || found->x1.empty() || found->x2.empty()) return nullptr;
  const DecisionMaps& maps = *found;
  const auto [low, high] = range_of_maps(results, maps);
  const std::size_t step = step_to(std::max(maps.x1.size(), maps.x2.size()), kMaxMapSide);
  const std::vector<double> x1 = every(maps.x1, step);
  const std::vector<double> x2 = every(maps.x2, step);
  std::vector<std::size_t> configs = pictured(results, maps.output);
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
  const std::size_t size = maps.x1.size() * maps.x2.size();
  for (const std::size_t config : configs) {
    std::vector<double> pixels;
    for (std::size_t row = 0; row < maps.x2.size(); row += step) {
      for (std::size_t column = 0; column < maps.x1.size(); column += step) {
        pixels.push_back(maps.output[config * size + row * maps.x1.size() + column]);
      }
    }
    json["configs"].push_back({config, packed_bytes(pixels, low, high)});
  }
  return json;
}

Json report_reconstructions(const ResultsFile& results) {
  const std::optional<Reconstructions> found =
      read_reconstructions(results.path, results.run.n_configs());
  if (!found || found->originals.empty()) return nullptr;
  const auto [low, high] = range_of(found->originals);
  std::vector<std::size_t> configs = pictured(results, found->reconstructed);
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
    const auto made = std::span(found->reconstructed).subspan(config * size, size);
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
