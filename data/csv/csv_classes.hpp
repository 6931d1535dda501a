// The target column of a CSV file: collects its cells while it is open whether they are classes or
// values, then decides. Also finds classes that are known already. Reading the cells is csv.cpp's.
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
  /// `file` and `column` are only used in error messages.
  CsvTarget(std::string file, std::string column)
      : file_(std::move(file)), column_(std::move(column)) {}

  /// `cell` must not be empty; `line` is the line on which its row begins, from 1.
  void add(const std::string& cell, std::size_t line);

  /// Call once, after the last cell. Fills in labels and class_names, or target_values and
  /// n_outputs. Where `task` is automatic and whole numbers could be either, dataset.notes says
  /// which was chosen. Throws std::runtime_error that names file, line and column for cells that do
  /// not go with the task or with each other, and for fewer than two classes.
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

/// Finds classes by name where their names and numbers are given, as by an earlier run.
class KnownClasses {
 public:
  explicit KnownClasses(const std::vector<std::string>& names);

  /// The number of the class called `cell`. Where no name is the same text, a whole number also
  /// finds the class that is the same number ("7" finds "07"). -1 where there is none, or two such.
  [[nodiscard]] std::int32_t find(const std::string& cell) const;

 private:
  std::unordered_map<std::string, std::int32_t> by_name_, by_number_;
};

}  // namespace mlpgrid
