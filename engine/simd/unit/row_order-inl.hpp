// Which rows of a batch share a tile of the first layer's product: rows that are zero in much the
// same places, so that their tile may leave out more. Only whole numbers are compared, and no bit
// of a product depends on the order.
#pragma once

#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// Rows that share a list of non-zeros in the forward product, and features that share one in the
/// gradient.
inline constexpr std::size_t kZeroGroup = 3;

/// A few words per row in which a bit stands for some features of which any is not zero; word w of
/// row i at words[w * stride + i].
struct Signatures {
  const std::uint64_t* words;
  std::size_t stride;
  std::size_t count;  // of one row

  /// In how many bits two rows differ.
  [[nodiscard]] MLPGRID_INLINE std::int32_t distance(std::int32_t a, std::int32_t b) const {
    std::int32_t bits = 0;
    for (std::size_t w = 0; w < count; ++w) {
      bits += __builtin_popcountll(words[w * stride + static_cast<std::size_t>(a)] ^
                                   words[w * stride + static_cast<std::size_t>(b)]);
    }
    return bits;
  }
};

/// Sorts `rows` by their keys. A row's place is the number of smaller keys: for the few hundred
/// rows of a chunk these comparisons, a vector at a time, take less than any sort with branches.
MLPGRID_INLINE void sort_by_key(const std::int32_t* keys, std::size_t m, std::int32_t* rows,
                                std::int32_t* sorted) {
  for (std::size_t i = 0; i < m; ++i) {
    std::int32_t place = 0;
    for (std::size_t j = 0; j < m; ++j) place += keys[j] < keys[i] ? 1 : 0;
    sorted[place] = rows[i];
  }
  for (std::size_t i = 0; i < m; ++i) rows[i] = sorted[i];
}

/// Orders m rows so that each kZeroGroup of them, from the first on, are alike: sorted between two
/// that are far apart, as FastMap (Faloutsos and Lin, 1995) takes its pivots, and each half again,
/// until it is so short that another time would change little. The first row is one pivot; halves
/// begin with a row from their far end. `scratch` has 2*m values.
inline void order_by_similarity(const Signatures& signatures, std::int32_t* rows, std::size_t m,
                                std::int32_t* scratch) {
  if (m <= 4 * kZeroGroup) return;
  std::int32_t* const keys = scratch;
  std::int32_t farthest = rows[0];
  std::int32_t largest = 0;
  for (std::size_t i = 0; i < m; ++i) {
    keys[i] = signatures.distance(rows[0], rows[i]);
    if (keys[i] > largest) {
      largest = keys[i];
      farthest = rows[i];
    }
  }
  for (std::size_t i = 0; i < m; ++i) {
    // Distinct: rows at one place keep their order.
    keys[i] = (keys[i] - signatures.distance(farthest, rows[i])) * static_cast<std::int32_t>(m) +
              static_cast<std::int32_t>(i);
  }
  sort_by_key(keys, m, rows, scratch + m);
  const std::size_t half = (m / 2 + kZeroGroup / 2) / kZeroGroup * kZeroGroup;
  for (std::size_t i = half, j = m - 1; i < j; ++i, --j) {
    const std::int32_t row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }
  order_by_similarity(signatures, rows, half, scratch);
  order_by_similarity(signatures, rows + half, m - half, scratch);
}

}  // namespace mlpgrid::MLPGRID_UNIT
