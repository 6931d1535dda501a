// Register tiles: the inner loops of all products. Every element of a result is one chain of fused
// multiply-adds in the order of the summation index, whatever the tile or the block.
#pragma once

#include "engine/simd/unit/isa-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// Vectors of the panel that starts at `column` of n.
template <class T>
MLPGRID_INLINE std::size_t panel_vectors(std::size_t column, std::size_t n) {
  const std::size_t rest = n - column;
  return rest >= kPanel<T> ? kTileVectors : (rest + kLanes<T> - 1) / kLanes<T>;
}

template <int N>
struct Count {
  static constexpr int value = N;
};

/// use(Count<n>()) for n from 1 to Most; use(Count<Most>()) for more.
template <int Most, class Use>
MLPGRID_INLINE void with_count(std::size_t n, Use&& use) {
  if constexpr (Most > 1) {
    if (n < Most) return with_count<Most - 1>(n, use);
  }
  use(Count<Most>());
}

/// Panels side by side: Vectors vectors of lanes in all, which are whole panels, or one that may be
/// narrow.
template <class T, int Vectors>
struct Panels {
  static constexpr int kVectors = Vectors < kTileVectors ? Vectors : kTileVectors;  // of one
  static constexpr int kCount = Vectors / kVectors;
  static constexpr std::size_t kWidth = kVectors * kLanes<T>;
};

template <class T, int Rows, int Vectors>
using Tile = Vec<T>[Rows][Vectors];

/// Cuts `total` into the fewest parts of at most `limit`, as equal as can be with the larger ones
/// first, and calls part(start, size) for each.
template <class Part>
MLPGRID_INLINE void for_even_parts(std::size_t total, std::size_t limit, Part&& part) {
  if (total == 0) return;
  // Narrow divisions, and only two: in a small product the wide ones took 6 % of the time.
  const auto n = static_cast<std::uint32_t>(total);
  const auto most = static_cast<std::uint32_t>(limit);
  const std::uint32_t parts = (n + most - 1) / most;
  const std::uint32_t size = n / parts;
  const std::uint32_t larger = n % parts;
  std::size_t start = 0;
  for (std::uint32_t i = 0; i < parts; ++i) {
    const std::size_t here = size + (i < larger ? 1 : 0);
    part(start, here);
    start += here;
  }
}

template <class T, int Rows, int Vectors>
MLPGRID_INLINE void set_zero(Tile<T, Rows, Vectors>& tile) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) tile[r][v] = Vec<T>(T(0));
  }
}

template <class T, int Rows, int Vectors>
MLPGRID_INLINE void load_tile(Tile<T, Rows, Vectors>& tile, const T* c, std::size_t stride) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      tile[r][v] =
          load(c + static_cast<std::size_t>(r) * stride + static_cast<std::size_t>(v) * kLanes<T>);
    }
  }
}

template <class T, int Rows, int Vectors>
MLPGRID_INLINE void store_tile(const Tile<T, Rows, Vectors>& tile, T* c, std::size_t stride) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      store(c + static_cast<std::size_t>(r) * stride + static_cast<std::size_t>(v) * kLanes<T>,
            tile[r][v]);
    }
  }
}

/// tile += x * b for one step of the summation: x(r) of each row; b Vectors * lanes values, those
/// of each panel `panel_stride` after the last one's (by default all are contiguous).
template <class T, int Rows, int Vectors, class Value>
MLPGRID_INLINE void multiply_step(Tile<T, Rows, Vectors>& tile, const T* b, Value&& x,
                                  std::size_t panel_stride = Panels<T, Vectors>::kWidth) {
  constexpr int kSplit = Panels<T, Vectors>::kVectors;
  const auto vector_at = [&](int v) {
    return load(b + static_cast<std::size_t>(v / kSplit) * panel_stride +
                static_cast<std::size_t>(v % kSplit) * kLanes<T>);
  };
  if constexpr (Rows < Vectors && Rows * Vectors + Vectors >= kRegisters) {
    // All of b would leave no register for a broadcast.
    Vec<T> broadcasts[Rows];
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) broadcasts[r] = Vec<T>(x(r));
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      const Vec<T> w = vector_at(v);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) tile[r][v] = madd(broadcasts[r], w, tile[r][v]);
    }
    return;
  }
  Vec<T> w[Vectors];
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) w[v] = vector_at(v);
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
    const Vec<T> broadcast(x(r));
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) tile[r][v] = madd(broadcast, w[v], tile[r][v]);
  }
}

/// Rows of a matrix by one pointer per three: the other two are reached by scaled index, so that no
/// address is spilled to the stack.
template <class T, int Rows>
struct RowPointers {
  static constexpr int kCount = (Rows + 2) / 3;
  const T* p[kCount];
  std::size_t stride;

  MLPGRID_INLINE RowPointers(const T* first, std::size_t row_stride) : stride(row_stride) {
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) p[i] = first + static_cast<std::size_t>(3 * i) * stride;
  }
  MLPGRID_INLINE T at(int row, std::size_t column) const {
    return p[row / 3][static_cast<std::size_t>(row % 3) * stride + column];
  }
  MLPGRID_INLINE void advance(std::size_t columns) {
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) p[i] += columns;
  }
};

/// tile += a (Rows x k, row stride a_stride) * b (k x Vectors*lanes). Two steps at a time: fewer
/// address calculations compete with the multiply-adds for their ports (+4 %, measured).
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_rows(Tile<T, Rows, Vectors>& tile, const T* a, std::size_t a_stride,
                                  const T* b, std::size_t k) {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  RowPointers<T, Rows> rows(a, a_stride);
  std::size_t kk = 0;
  for (; kk + 2 <= k; kk += 2) {
    multiply_step<T, Rows, Vectors>(tile, b, [&](int r) { return rows.at(r, 0); });
    multiply_step<T, Rows, Vectors>(tile, b + kWidth, [&](int r) { return rows.at(r, 1); });
    b += 2 * kWidth;
    rows.advance(2);
  }
  if (kk < k) multiply_step<T, Rows, Vectors>(tile, b, [&](int r) { return rows.at(r, 0); });
}

/// tile += a^T * b over m rows: a holds Rows contiguous values per row, b Vectors*lanes.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_columns(Tile<T, Rows, Vectors>& tile, const T* a, std::size_t a_stride,
                                     const T* b, std::size_t b_stride, std::size_t m) {
  std::size_t i = 0;
  for (; i + 2 <= m; i += 2) {
    multiply_step<T, Rows, Vectors>(tile, b, [&](int r) { return a[r]; });
    multiply_step<T, Rows, Vectors>(tile, b + b_stride, [&](int r) { return (a + a_stride)[r]; });
    a += 2 * a_stride;
    b += 2 * b_stride;
  }
  if (i < m) multiply_step<T, Rows, Vectors>(tile, b, [&](int r) { return a[r]; });
}

}  // namespace mlpgrid::MLPGRID_UNIT
