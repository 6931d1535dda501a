// Row numbers of a fold, small where they are consecutive. The folds of a cross-validation together
// name each row once as held out and in all other folds as trained on: as plain lists that is rows
// times folds, the square of the rows for leave-one-out, as runs about twice the rows.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace mlpgrid {

/// A list of row numbers in any order.
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
  /// What it takes, itself included.
  [[nodiscard]] std::size_t bytes() const;

  /// As it may be stored: the rows, or the first one and the length of each run.
  [[nodiscard]] bool in_runs() const { return in_runs_; }
  [[nodiscard]] const std::vector<std::int32_t>& items() const { return items_; }
  /// Throws std::runtime_error for items that are no list of at most 2^31 - 1 rows.
  [[nodiscard]] static RowList of_items(bool in_runs, std::vector<std::int32_t> items);

  bool operator==(const RowList&) const = default;
  std::strong_ordering operator<=>(const RowList&) const = default;

 private:
  std::size_t size_ = 0;
  bool in_runs_ = false;             // of rows that rise by one: first and length of each
  std::vector<std::int32_t> items_;  // else the rows
};

}  // namespace mlpgrid
