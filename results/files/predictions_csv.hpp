// Writes predictions as CSV (RFC 4180, but with line feeds as line ends), a batch of rows at a
// time, because all of them may not fit into memory. What the predictions are is the caller's
// business.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "results/files/atomic_file.hpp"

namespace mlpgrid {

class PredictionsCsv {
 public:
  /// `output` as for Destination. All functions throw std::runtime_error where it cannot be
  /// written.
  PredictionsCsv(const std::filesystem::path& output, const std::vector<std::string>& header);

  /// Adds rows of one column: row i is names[classes[i]].
  void add_classes(std::span<const std::int32_t> classes, const std::vector<std::string>& names);

  /// Adds rows of numbers, row-major with as many columns as the header, each in the fewest digits
  /// that read back as the same double or, with `as_float`, as the same float.
  void add_values(std::span<const double> values, bool as_float);

  /// Call once, after the last row; a file gets its name only then.
  void finish();

 private:
  void write();

  std::size_t columns_;
  Destination destination_;
  std::string text_;
};

}  // namespace mlpgrid
