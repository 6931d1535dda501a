// A stored model as an ONNX file (https://onnx.ai), so that it can be used without this program.
// Knows the model, not the run: names and versions come in with the description.
#pragma once

#include <string>
#include <vector>

#include "results/run.hpp"

namespace mlpgrid {

struct OnnxDescription {
  std::string title;
  std::string version;                             // of the program
  std::vector<std::string> class_names;            // empty: the outputs are values
  std::vector<std::string> feature_names;          // may be empty
  std::vector<std::string> value_names;            // of the outputs where they are values
  std::vector<double> value_shift, value_divisor;  // value = output * divisor + shift, or empty
  bool float64 = false;                            // else float32, which every runtime reads
};

inline constexpr int kOnnxOpset = 13;
inline constexpr const char* kOnnxInput = "input";

/// "probabilities" where there are classes, else "values": the output's name.
[[nodiscard]] std::string onnx_output_name(const OnnxDescription& description);

/// The bytes of the file. Input: N x features as they come, unscaled; the scaler comes
/// first: in float32 its shift is two numbers, as a column far from 0 has few digits left. Output:
/// N x n_classes probabilities in the order of the class names, of a single logistic output p as 1
/// - p and p, of a single tanh output y as (1 - y)/2 and (1 + y)/2; or N x n_outputs values in the
/// units of the data. Names are metadata, as JSON lists. Throws std::invalid_argument for functions
/// that it does not know, and where float32 cannot hold the values of a column or a number of the
/// model.
[[nodiscard]] std::string onnx_model(const StoredModel& model, const OnnxDescription& description);

}  // namespace mlpgrid
