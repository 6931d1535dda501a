// A data set in memory: one feature matrix, its targets, and what they are called.
// Rows of every part (training, validation, test) stand in one matrix; parts are row lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/data_view.hpp"

namespace mlpgrid {

/// What there is to predict. automatic: classes or values, by what the targets look like.
enum class Task { automatic, classification, regression, autoencoder };

/// Features are bytes (images, kept as they come) or doubles, never both. Targets are class labels
/// (classification), values (regression), or neither (autoencoder: the inputs are the targets).
struct Dataset {
  std::string name;
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  std::vector<std::uint8_t> bytes;         // n_rows x n_features, or empty
  std::vector<double> values;              // n_rows x n_features, or empty
  std::vector<std::string> feature_names;  // n_features names, or empty for images
  std::size_t image_height = 0;            // 0: rows are not images
  std::size_t image_width = 0;

  std::vector<std::int32_t> labels;      // n_rows, or empty
  std::vector<std::string> class_names;  // name of label i
  std::vector<double> target_values;     // n_rows x n_outputs, or empty
  std::size_t n_outputs = 0;             // columns of target_values

  std::vector<std::string> notes;  // what the reader decided for the user; not hashed

  [[nodiscard]] bool is_image() const { return image_height > 0; }
};

/// Throws std::invalid_argument unless the sizes fit together, every value is finite and every
/// label has a class name.
void check(const Dataset& dataset);

/// SHA-256, in hexadecimal, of the content: shapes, features, targets, names of features and
/// classes. Equal data have equal hashes, whatever file they came from.
[[nodiscard]] std::string content_sha256(const Dataset& dataset);

}  // namespace mlpgrid
