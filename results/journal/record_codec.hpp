// Run descriptions and records as bytes for the journal: every number as it lies in memory, every
// list after its length, so that decoding gives back the same bits, NaN payloads included. Framing,
// checksums and files are frames.hpp's.
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
  std::string experiment;  // without title and paths of data: the hash below stands for these
  std::string data_sha256;
  std::string version;

  /// XXH3-64 of the three texts and their lengths.
  [[nodiscard]] std::uint64_t hash() const;
};

[[nodiscard]] RunIdentity identity_of(const RunDescription& run);

/// What a journal holds before its first record: enough to make the results file from the journal
/// alone.
struct RunHead {
  RunDescription run;
  Environment environment;
};

[[nodiscard]] std::vector<std::byte> encode(const RunHead& head);
[[nodiscard]] std::vector<std::byte> encode(const FitRecord& record);

/// Throw std::runtime_error for bytes that encode() did not make. They allocate at most a few times
/// as much as there are bytes.
[[nodiscard]] RunHead decode_head(std::span<const std::byte> bytes);
[[nodiscard]] FitRecord decode_record(std::span<const std::byte> bytes);

}  // namespace mlpgrid
