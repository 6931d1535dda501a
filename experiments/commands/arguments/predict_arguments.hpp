// The arguments of `predict`: which model, which rows, what to say of them and where. Acting on
// them is commands/predict.cpp's.
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
  std::string isa;           // empty: the best instruction set
};

[[nodiscard]] OptionsDescription describe_predict();

/// Throws UsageError as parse_arguments() does, for a bad value, and for options that contradict
/// each other.
[[nodiscard]] PredictArguments parse_predict(const Arguments& arguments);

}  // namespace mlpgrid
