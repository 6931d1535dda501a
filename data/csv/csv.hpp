// CSV files with a header line as data sets.
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
  std::size_t max_rows = static_cast<std::size_t>(-1);  // the first ones
  /// For task classification: these, in this order, even where rows lack some; others are refused.
  /// Empty: the file's own.
  std::vector<std::string> classes = {};
  /// Called with the names of the header, to choose the above by them.
  std::function<void(const CsvHeader& header, CsvOptions& options)> on_header = {};
};

/// Throws std::runtime_error that names file, line and column for ragged rows, text or NaN in a
/// number column, an unknown column (with the nearest name) or one of several of that name, no
/// header, no rows, unclosed quotes. Columns that are not used may be called and hold anything.
/// Classes are numbered in sorted order (numerically for integers), as scikit-learn does.
[[nodiscard]] Dataset read_csv(const CsvOptions& options);

}  // namespace mlpgrid
