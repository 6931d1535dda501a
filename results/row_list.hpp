// The row numbers of a fold, small where they are consecutive. The folds of a cross-validation name
// each row once as held out and in all other folds as training row: as plain lists that is rows x
// folds numbers, rows^2 for leave-one-out, but as runs only about two per row.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace mlpgrid {

/// A list of row numbers in any order, which it keeps. Immutable.
class RowList {
 public:
  RowList() = default;
  RowList(std::span<const std::int32_t> rows);  // NOLINT: it is the same list
  RowList(const std::vector<std::int32_t>& rows) : RowList(std::span(rows)) {}  // NOLINT
  RowList(std::initializer_list<std::int32_t> rows)
      : RowList(std::span(rows.begin(), rows.size())) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::vector<std::int32_t> rows() const;
  /// The memory that the list takes, in bytes, the object itself included.
  [[nodiscard]] std::size_t bytes() const;

  /// The stored form: with in_runs() items() holds the first row and the length of each run, else
  /// the rows themselves.
  [[nodiscard]] bool in_runs() const { return in_runs_; }
  [[nodiscard]] const std::vector<std::int32_t>& items() const { return items_; }
  /// The list with this stored form. Throws std::runtime_error where the runs are no list of at
  /// most 2^31 - 1 rows.
  [[nodiscard]] static RowList of_items(bool in_runs, std::vector<std::int32_t> items);

  bool operator==(const RowList&) const = default;
  std::strong_ordering operator<=>(const RowList&) const = default;

 private:
  std::size_t size_ = 0;
  bool in_runs_ = false;             // what items_ holds: first row and length of each run,
  std::vector<std::int32_t> items_;  // or else the rows
};

}  // namespace mlpgrid
