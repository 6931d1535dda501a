// Records and run identities as bytes (CBOR), for the journal. Doubles travel as raw 64-bit words,
// so that what comes back is what went in, NaN payloads included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// What a journal must agree with before it may be continued.
struct RunIdentity {
  std::string experiment;
  std::string data_sha256;
  std::string version;

  /// XXH3-128 of the three, as 32 hex digits.
  [[nodiscard]] std::string hash() const;
};

[[nodiscard]] std::vector<std::uint8_t> encode(const RunIdentity& identity);
[[nodiscard]] std::vector<std::uint8_t> encode(const FitRecord& record);

/// Throw std::runtime_error on bytes that encode() did not make.
[[nodiscard]] RunIdentity decode_identity(std::span<const std::byte> bytes);
[[nodiscard]] FitRecord decode_record(std::span<const std::byte> bytes);

}  // namespace mlpgrid
