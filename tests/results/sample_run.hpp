// A small finished run that the tests of results/ share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid::testing {

/// 4 configs x 2 folds x 3 epochs, three classes. Config 2 is an alias of config 0; config 3
/// diverges in fold 1. Text, double and integer axes; text with quotes, commas and non-ASCII signs.
[[nodiscard]] RunDescription sample_run();

/// The fits of it, in the order (config, fold), the refit (of config 1) last.
[[nodiscard]] std::vector<FitRecord> sample_records();

[[nodiscard]] std::string read_bytes(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);

/// The message of the exception that `action` throws, "" if it throws none.
template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

/// The pairs of a matrix that is given whole, true class by row.
[[nodiscard]] Confusion pairs_of(const std::vector<std::int32_t>& matrix);

/// True when every field is the same to the bit, NaN included.
[[nodiscard]] bool identical(const FitRecord& a, const FitRecord& b);

}  // namespace mlpgrid::testing
