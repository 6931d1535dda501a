// Finds the runs of a list of rows, and lists the rows of runs. Storing them is the journal's and
// the file's.
#include "results/row_list.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mlpgrid {

RowList::RowList(std::span<const std::int32_t> rows) : size_(rows.size()) {
  // In 64 bits, because a + 1 may overflow a row number.
  const auto breaks = [](std::int64_t a, std::int64_t b) { return b != a + 1; };
  std::size_t runs = rows.empty() ? 0 : 1;
  for (std::size_t i = 1; i < rows.size(); ++i) runs += breaks(rows[i - 1], rows[i]) ? 1 : 0;
  in_runs_ = 2 * runs < rows.size();
  if (!in_runs_) {
    items_.assign(rows.begin(), rows.end());
    return;
  }
  items_.reserve(2 * runs);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || breaks(rows[i - 1], rows[i])) items_.insert(items_.end(), {rows[i], 0});
    ++items_.back();
  }
}

std::vector<std::int32_t> RowList::rows() const {
  if (!in_runs_) return items_;
  std::vector<std::int32_t> rows(size_);
  auto next = rows.begin();
  for (std::size_t i = 0; i < items_.size(); i += 2) {
    // Not std::iota, which would increment beyond the last row and may overflow.
    for (std::int32_t k = 0; k < items_[i + 1]; ++k) *next++ = items_[i] + k;
  }
  return rows;
}

RowList RowList::of_items(bool in_runs, std::vector<std::int32_t> items) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  RowList list;
  list.size_ = items.size();
  if (in_runs) {
    std::int64_t rows = 0;
    bool valid = items.size() % 2 == 0;
    for (std::size_t i = 0; valid && i < items.size(); i += 2) {
      rows += items[i + 1];
      valid =
          items[i + 1] > 0 && std::int64_t{items[i]} + items[i + 1] - 1 <= kMost && rows <= kMost;
    }
    if (!valid) throw std::runtime_error("a list of rows makes no sense");
    list.size_ = static_cast<std::size_t>(rows);
  }
  list.in_runs_ = in_runs;
  list.items_ = std::move(items);
  return list;
}

std::size_t RowList::bytes() const {
  return sizeof(RowList) + items_.capacity() * sizeof(std::int32_t);
}

}  // namespace mlpgrid
