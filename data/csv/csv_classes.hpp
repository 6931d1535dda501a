// The target column of a CSV file while its task is open: numbers or names, how many, and what
// follows for the data set.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/csv/csv.hpp"
#include "data/dataset.hpp"

namespace mlpgrid {

/// Gathers the cells of the one target column of a file and then makes labels or values of them.
class CsvTarget {
 public:
  /// Both are for messages.
  CsvTarget(std::string file, std::string column)
      : file_(std::move(file)), column_(std::move(column)) {}

  /// `line`: where the cell's row begins. Not empty.
  void add(const std::string& cell, std::size_t line);

  /// Fills in labels and class names, or target values, and says in dataset.notes what was chosen
  /// where `task` is automatic and another choice was possible. Throws std::runtime_error that
  /// names file, line and column for cells that do not go with the task or with each other.
  void fill(Dataset& dataset, Task task) const;

 private:
  enum Kind { kWhole, kFraction, kInfinite, kNan, kText };
  struct First {
    std::size_t line = 0;  // 0: there is none of this kind
    std::string cell;
  };
  [[nodiscard]] bool has(Kind kind) const { return first_[kind].line != 0; }
  [[noreturn]] void fail(Kind kind, std::string_view what) const;
  [[nodiscard]] bool takes_classes(Task task) const;
  [[nodiscard]] std::size_t distinct_numbers(std::size_t enough) const;

  std::string file_, column_;
  std::vector<std::string> cells_;
  std::array<First, 5> first_;
};

/// Classes that are known already, by their names.
class KnownClasses {
 public:
  explicit KnownClasses(const std::vector<std::string>& names);

  /// The number of the class that `cell` names: as it is written, else by the value of the whole
  /// number that both are; -1 for none.
  [[nodiscard]] std::int32_t find(const std::string& cell) const;

 private:
  std::unordered_map<std::string, std::int32_t> by_name_, by_number_;
};

}  // namespace mlpgrid
