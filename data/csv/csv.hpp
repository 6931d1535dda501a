// Reads a CSV file with a header line into a Dataset: chooses feature and target columns and reads
// what their cells mean. Cutting the file into rows is csv_rows.hpp's, deciding between classes and
// values csv_classes.hpp's.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/csv/csv_header.hpp"
#include "data/dataset.hpp"

namespace mlpgrid {

struct CsvOptions {
  std::filesystem::path file;
  std::vector<std::string> targets;  // names of the target columns; several only for regression;
                                     // none for an autoencoder
  std::vector<std::string> columns;  // feature columns; empty: all others that have a name
  Task task = Task::automatic;       // automatic: classification when the one target column is text
                                     // or holds at most 100 distinct integers, else regression
  std::size_t max_rows = static_cast<std::size_t>(-1);  // read no more
  /// Known classes, for task classification: they are numbered in this order even if no row has one
  /// of them, and a cell that names another class is an error. Empty: the classes of the file.
  std::vector<std::string> classes = {};
  /// Called once, with the header and before any row is read: may change these options to suit it.
  std::function<void(const CsvHeader& header, CsvOptions& options)> on_header = {};
};

/// Throws std::runtime_error that names file, line and column for ragged rows, text or NaN in a
/// number column, an unknown column (with the nearest name) or an ambiguous one, no header, no
/// rows, unclosed quotes; std::invalid_argument for options that contradict each other. Columns
/// that are not used may have any name and content. Classes are numbered in sorted order
/// (numerically for whole numbers), as scikit-learn does, unless options.classes names them.
[[nodiscard]] Dataset read_csv(const CsvOptions& options);

}  // namespace mlpgrid
