// Run descriptions and records as bytes, for the journal: every number as it lies in memory, every
// list behind its length, so that what comes back is what went in, NaN payloads included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// What two runs must agree on for one to continue the other.
struct RunIdentity {
  std::string experiment;  // without its title and where its data lie: their content counts
  std::string data_sha256;
  std::string version;

  /// XXH3-64 of the three.
  [[nodiscard]] std::uint64_t hash() const;
};

[[nodiscard]] RunIdentity identity_of(const RunDescription& run);

/// What a journal says before its first record: enough to make the results file of it alone.
struct RunHead {
  RunDescription run;
  Environment environment;
};

[[nodiscard]] std::vector<std::byte> encode(const RunHead& head);
[[nodiscard]] std::vector<std::byte> encode(const FitRecord& record);

/// Throw std::runtime_error on bytes that encode() did not make. They allocate no more than a few
/// times as much as there are bytes.
[[nodiscard]] RunHead decode_head(std::span<const std::byte> bytes);
[[nodiscard]] FitRecord decode_record(std::span<const std::byte> bytes);

}  // namespace mlpgrid
