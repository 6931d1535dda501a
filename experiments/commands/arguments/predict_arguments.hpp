// The arguments of `predict`: which model, which rows, what to say of them and where.
#pragma once

#include <cstdint>
#include <filesystem>

#include "experiments/commands/arguments/arguments.hpp"
#include "experiments/stored/prediction_rows.hpp"

namespace mlpgrid {

struct PredictArguments {
  std::filesystem::path file;
  std::filesystem::path output = "-";  // stdout
  bool force = false;
  RowsWanted rows;
  bool probabilities = false;
  std::int32_t config = -1;  // -1: the best model
  std::string isa;           // empty: the best
};

[[nodiscard]] OptionsDescription describe_predict();

/// Throws UsageError: what parse_arguments() refuses, a bad value, options that contradict each
/// other.
[[nodiscard]] PredictArguments parse_predict(const Arguments& arguments);

}  // namespace mlpgrid
