// The products of the first layer where its inputs are listed: tiles that leave out the steps in
// which all rows, or for dW all inputs, of a group are zero. Dense tiles are in product-inl.hpp.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/activation-inl.hpp"
#include "engine/simd/unit/step-inl.hpp"
#include "engine/simd/unit/tile-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"
#include "engine/simd/unit/zeros-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

// Where zeros are left out a tile is kZeroGroup rows (of the gradient: inputs) by two panels: three
// are zero together more often than six. Of Fashion-MNIST 0.59 of the steps of dW remain instead of
// 0.68, of MNIST 0.26 instead of 0.34; a step of AVX2 loads 7 values instead of 8, one of AVX-512
// 11 instead of 10.
inline constexpr std::size_t kListedPanels = 2;

/// use(column, vectors) for all columns of n: as many whole panels at a time as a listed tile
/// takes, then the rest one by one. `vectors` is a constant: its value is decltype(vectors)::value.
template <class T, class Use>
MLPGRID_INLINE void for_listed_panels(std::size_t n, Use&& use) {
  constexpr int kVectors = static_cast<int>(kListedPanels) * kTileVectors;
  std::size_t column = 0;
  for (; column + kVectors * kLanes<T> <= n; column += kVectors * kLanes<T>) {
    use(column, Count<kVectors>());
  }
  for (; column < n; column += kPanel<T>) {
    with_count<kTileVectors>(panel_vectors<T>(column, n),
                             [&](auto vectors) { use(column, vectors); });
  }
}

/// The row of a batch that is number r of a group of rows.
MLPGRID_INLINE std::size_t member(const NonzeroLists& lists, std::size_t group, int r) {
  return static_cast<std::size_t>(lists.members[group * kZeroGroup + static_cast<std::size_t>(r)]);
}

/// multiply_rows() over the k of a list only, the rows those of its group, the panels of b
/// `panel_stride` apart.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_listed_rows(Tile<T, Rows, Vectors>& tile, const T* a,
                                         std::size_t a_stride, const T* b, std::size_t panel_stride,
                                         const NonzeroLists& lists, std::size_t group) {
  using P = Panels<T, Vectors>;
  const T* rows[Rows];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) rows[r] = a + member(lists, group, r) * a_stride;
  const std::int32_t* entry = lists.entries + group * lists.stride;
  const std::int32_t* end = entry + lists.counts[group];
  constexpr bool kPrefetch = P::kWidth * sizeof(T) == kPrefetchedPanelBytes;
#pragma GCC unroll 2
  for (; entry != end; ++entry) {
    if constexpr (kPrefetch) {
      const T* ahead = b + static_cast<std::size_t>(entry[kListAhead]) * P::kWidth;
#pragma GCC unroll 2
      for (int p = 0; p < P::kCount; ++p, ahead += panel_stride) {
        _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T0);
      }
    }
    const auto k = static_cast<std::size_t>(*entry);
    multiply_step<T, Rows, Vectors>(
        tile, b + k * P::kWidth, [&](int r) { return rows[r][k]; }, panel_stride);
  }
}

/// multiply_columns() over the rows of a list only.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_listed_columns(Tile<T, Rows, Vectors>& tile, const T* a,
                                            std::size_t a_stride, const T* b, std::size_t b_stride,
                                            const NonzeroLists& lists, std::size_t group) {
  const std::int32_t* entry = lists.entries + group * lists.stride;
  const std::int32_t* end = entry + lists.counts[group];
#pragma GCC unroll 2
  for (; entry != end; ++entry) {
    const auto row = static_cast<std::size_t>(*entry);
    const T* x = a + row * a_stride;
    multiply_step<T, Rows, Vectors>(tile, b + row * b_stride, [&](int r) { return x[r]; });
  }
}

/// Where zeros are skipped a sum of products that all were flushed or skipped may be -0 where the
/// full chain ends at +0: this makes both +0.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void clear_negative_zeros(Tile<T, Rows, Vectors>& tile) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) tile[r][v] = tile[r][v] + Vec<T>(T(0));
  }
}

/// One tile of `forward` with zeros left out: the rows of group `group` by the panels at `column`.
template <class T, int Rows, int Vectors>
__attribute__((noinline)) void listed_forward_tile(const ForwardArgs<T>& args,
                                                   const NonzeroLists& lists, std::size_t group,
                                                   std::size_t column) noexcept {
  Tile<T, Rows, Vectors> tile;
  set_zero<T, Rows, Vectors>(tile);
  multiply_listed_rows<T, Rows, Vectors>(tile, args.a, args.a_stride,
                                         args.weights + column * args.k, kPanel<T> * args.k, lists,
                                         group);
  clear_negative_zeros<T, Rows, Vectors>(tile);
  add_bias_and_activate<T, Rows, Vectors>(args, column, tile);
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
    T* c = args.c + member(lists, group, r) * args.c_stride + column;
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      store(c + static_cast<std::size_t>(v) * kLanes<T>, tile[r][v]);
    }
  }
}

/// Inputs of several groups whose sums wait for their step.
inline constexpr std::size_t kListedStrip = 12;

/// One tile of `gradient` with zeros left out: Rows inputs from `row`, a group, by the panels at
/// `column`. To `out`, where the panels lie `panel_stride` apart.
template <class T, int Rows, int Vectors>
__attribute__((noinline)) void listed_gradient_tile(const GradientArgs<T>& args,
                                                    const NonzeroLists& lists, std::size_t row,
                                                    std::size_t column, T* out,
                                                    std::size_t panel_stride) noexcept {
  using P = Panels<T, Vectors>;
  Tile<T, Rows, Vectors> tile;
  const auto for_each = [&](T* panel, std::size_t stride, auto&& use) {
#pragma GCC unroll 2
    for (int p = 0; p < P::kCount; ++p, panel += stride) {
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < P::kVectors; ++v) {
          use(panel + static_cast<std::size_t>(r) * P::kWidth +
                  static_cast<std::size_t>(v) * kLanes<T>,
              tile[r][p * P::kVectors + v]);
        }
      }
    }
  };
  if (args.continue_sums) {
    for_each(args.gradient + column * args.k + row * P::kWidth, P::kWidth * args.k,
             [](const T* from, Vec<T>& sum) { sum = load(from); });
  } else {
    set_zero<T, Rows, Vectors>(tile);
  }
  multiply_listed_columns<T, Rows, Vectors>(tile, args.inputs + row, args.inputs_stride,
                                            args.deltas + column, args.deltas_stride, lists,
                                            row / kZeroGroup);
  clear_negative_zeros<T, Rows, Vectors>(tile);
  for_each(out, panel_stride, [](T* to, const Vec<T>& sum) { store(to, sum); });
}

/// part(start, rows) for each group of `total` rows; `rows` is a constant, as in
/// for_listed_panels().
template <class Part>
MLPGRID_INLINE void for_groups(std::size_t total, Part&& part) {
  for (std::size_t start = 0; start < total; start += kZeroGroup) {
    with_count<kZeroGroup>(total - start, [&](auto rows) { part(start, rows); });
  }
}

/// `forward` but for the activations that do not sit in the tile.
template <class T>
void listed_forward(const ForwardArgs<T>& args) noexcept {
  const NonzeroLists lists = Nonzeros(args.nonzero, args.m, args.k).by_rows;
  for_listed_panels<T>(args.n, [&](std::size_t column, auto vectors) {
    for_groups(args.m, [&](std::size_t row, auto rows) {
      listed_forward_tile<T, decltype(rows)::value, decltype(vectors)::value>(
          args, lists, row / kZeroGroup, column);
    });
  });
}

/// Inputs start .. start + size - 1 for the panels at `column`, with zeros left out.
template <class T, int Vectors>
void listed_gradient_panels(const GradientArgs<T>& args, const NonzeroLists& lists,
                            std::size_t start, std::size_t size, std::size_t column) noexcept {
  using P = Panels<T, Vectors>;
  static_assert(kListedStrip % kZeroGroup == 0);
  const std::size_t end = start + size;
  alignas(64) T sums[P::kCount][kListedStrip * P::kWidth];
  for (std::size_t first = start; first < end; first += kListedStrip) {
    const std::size_t rows = end - first < kListedStrip ? end - first : kListedStrip;
    const std::size_t offset = column * args.k + first * P::kWidth;
    T* out = args.update != nullptr ? sums[0] : args.gradient + offset;
    const std::size_t panel_stride =
        args.update != nullptr ? kListedStrip * P::kWidth : args.k * P::kWidth;
    for_groups(rows, [&](std::size_t row, auto height) {
      listed_gradient_tile<T, decltype(height)::value, Vectors>(
          args, lists, first + row, column, out + row * P::kWidth, panel_stride);
    });
    if (args.update == nullptr) continue;
    for (std::size_t p = 0; p < P::kCount; ++p) {
      apply_step<T, P::kVectors>(args, sums[p], offset + p * args.k * P::kWidth,
                                 column + p * P::kWidth, rows);
    }
  }
}

/// Inputs start .. start + size - 1 of `gradient`.
template <class T>
void listed_gradient(const GradientArgs<T>& args, std::size_t start, std::size_t size) noexcept {
  const NonzeroLists lists = Nonzeros(args.nonzero, args.m, args.k).by_features;
  for_listed_panels<T>(args.n, [&](std::size_t column, auto vectors) {
    listed_gradient_panels<T, decltype(vectors)::value>(args, lists, start, size, column);
  });
}

}  // namespace mlpgrid::MLPGRID_UNIT
