// Serialises JSON, whatever bytes the strings in it may hold. What the JSON says is the caller's
// business.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mlpgrid {

/// `indent` as in nlohmann's dump(): -1 for one line. Bytes that are not UTF-8, which a results
/// file of another program can hold and JSON cannot, become U+FFFD.
[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& json, int indent = -1) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace mlpgrid
