// Writes a stored model as an ONNX file (https://onnx.ai), so that other programs can use it. Knows
// the model but not the run: names and versions come with OnnxDescription.
#pragma once

#include <string>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

/// What the file says about the model beside its numbers.
struct OnnxDescription {
  std::string title;
  std::string version;                             // of the program
  std::vector<std::string> class_names;            // empty: the outputs are values
  std::vector<std::string> feature_names;          // may be empty
  std::vector<std::string> value_names;            // of the outputs where they are values
  std::vector<double> value_shift, value_divisor;  // value = output * divisor + shift; may be empty
  bool float64 = false;                            // else float32, which every runtime reads
};

inline constexpr int kOnnxOpset = 13;
inline constexpr const char* kOnnxInput = "input";

/// The output's name: "probabilities" where there are classes, else "values".
[[nodiscard]] std::string onnx_output_name(const OnnxDescription& description);

/// The bytes of the file. Input: N x features, unscaled; the graph scales them itself (in float32
/// with the shift as a sum of two numbers, because a column far from 0 has few digits left).
/// Output: N x n_outputs values in the units of the data, or N x n_classes probabilities in the
/// order of the class names: of a single logistic output p, 1 - p and p; of a single tanh output y,
/// (1 - y)/2 and (1 + y)/2. Names are metadata, as JSON lists. Throws std::invalid_argument for a
/// function it does not know, and where float32 cannot hold a column's values or a number of the
/// model.
[[nodiscard]] std::string onnx_model(const StoredModel& model, const OnnxDescription& description);

}  // namespace mlpgrid
