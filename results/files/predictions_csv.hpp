// Predictions as CSV (RFC 4180, but for line feeds as line ends), row by
// row: there may be more of them than memory.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "results/files/atomic_file.hpp"

namespace mlpgrid {

class PredictionsCsv {
 public:
  /// All throw std::runtime_error where that Destination cannot be written.
  PredictionsCsv(const std::filesystem::path& output, const std::vector<std::string>& header);

  /// Classes by name, one column: row i has names[classes[i]].
  void add_classes(std::span<const std::int32_t> classes, const std::vector<std::string>& names);

  /// Numbers, row-major, as many columns as the header has, in the fewest digits that read back as
  /// the same double or, where `as_float`, as the same float.
  void add_values(std::span<const double> values, bool as_float);

  /// To be called once, after the last row; until then there is no file.
  void finish();

 private:
  void write();

  std::size_t columns_;
  Destination destination_;
  std::string text_;
};

}  // namespace mlpgrid
