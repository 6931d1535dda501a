// Runs and back; see the header.
#include "results/row_list.hpp"

#include <algorithm>
#include <numeric>

namespace mlpgrid {

RowList::RowList(std::span<const std::int32_t> rows) : size_(rows.size()) {
  // In 64 bits: after the largest number comes none.
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
    const auto end = next + items_[i + 1];
    std::iota(next, end, items_[i]);
    next = end;
  }
  return rows;
}

std::size_t RowList::bytes() const {
  return sizeof(RowList) + items_.capacity() * sizeof(std::int32_t);
}

}  // namespace mlpgrid
