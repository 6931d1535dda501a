// dW of the first layer where its inputs are listed: tiles that leave out rows in which all inputs
// of a group are zero, and the solver's step on their sums. Dense tiles are in product-inl.hpp.
#pragma once

#include <utility>

#include "engine/simd/kernels.hpp"
#include "engine/simd/step-inl.hpp"
#include "engine/simd/tile-inl.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// Whole panels side by side, or the narrow last one: Vectors vectors of lanes in all.
template <class T, int Vectors>
struct Panels {
  static constexpr int kVectors = Vectors < kTileVectors ? Vectors : kTileVectors;  // of one
  static constexpr int kCount = Vectors / kVectors;
  static constexpr std::size_t kWidth = kVectors * kLanes<T>;
};

/// Inputs of several groups whose sums wait for their step.
inline constexpr std::size_t kListedStrip = 12;

/// One tile of `gradient` with zeros left out: Rows inputs from `row`, a group, by the panels at
/// `column`. To `out`, where the panels lie `panel_stride` apart.
template <class T, int Rows, int Vectors>
void listed_gradient_tile(const GradientArgs<T>& args, std::size_t row, std::size_t column, T* out,
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
                                            args.deltas + column, args.deltas_stride, *args.nonzero,
                                            row / kFeatureGroup);
  clear_negative_zeros<T, Rows, Vectors>(tile);
  for_each(out, panel_stride, [](T* to, const Vec<T>& sum) { store(to, sum); });
}

template <class T>
struct ListedGradientTiles {
  using ListedGradientFn = void (*)(const GradientArgs<T>&, std::size_t, std::size_t, T*,
                                    std::size_t) noexcept;
  using Heights = std::make_integer_sequence<int, static_cast<int>(kFeatureGroup)>;
  template <int Vectors, int... Rows>
  static constexpr auto listed_heights(std::integer_sequence<int, Rows...>) {
    struct Table {
      ListedGradientFn by_rows[sizeof...(Rows)];
    };
    return Table{{&listed_gradient_tile<T, Rows + 1, Vectors>...}};
  }
  template <int Vectors>
  static constexpr auto of_width = listed_heights<Vectors>(Heights{});
};

/// Inputs start .. start + size - 1 for the panels at `column`, with zeros left out.
template <class T, int Vectors>
void listed_gradient_panels(const GradientArgs<T>& args, std::size_t start, std::size_t size,
                            std::size_t column) noexcept {
  using P = Panels<T, Vectors>;
  static_assert(kListedStrip % kFeatureGroup == 0);
  const std::size_t end = start + size;
  alignas(64) T sums[P::kCount][kListedStrip * P::kWidth];
  for (std::size_t first = start; first < end; first += kListedStrip) {
    const std::size_t rows = end - first < kListedStrip ? end - first : kListedStrip;
    const std::size_t offset = column * args.k + first * P::kWidth;
    T* out = args.update != nullptr ? sums[0] : args.gradient + offset;
    const std::size_t panel_stride =
        args.update != nullptr ? kListedStrip * P::kWidth : args.k * P::kWidth;
    for (std::size_t row = 0; row < rows; row += kFeatureGroup) {
      const std::size_t height = rows - row < kFeatureGroup ? rows - row : kFeatureGroup;
      ListedGradientTiles<T>::template of_width<Vectors>.by_rows[height - 1](
          args, first + row, column, out + row * P::kWidth, panel_stride);
    }
    if (args.update == nullptr) continue;
    for (std::size_t p = 0; p < P::kCount; ++p) {
      apply_step<T, P::kVectors>(args, sums[p], offset + p * args.k * P::kWidth,
                                 column + p * P::kWidth, rows);
    }
  }
}

template <class T, int... Vectors>
constexpr auto listed_panels_table(std::integer_sequence<int, Vectors...>) {
  using Fn = void (*)(const GradientArgs<T>&, std::size_t, std::size_t, std::size_t) noexcept;
  struct Table {
    Fn by_vectors[kTileVectors];
  };
  return Table{{&listed_gradient_panels<T, Vectors + 1>...}};
}

/// As many whole panels at a time as a listed tile takes, then the rest one by one.
template <class T>
void listed_gradient(const GradientArgs<T>& args, std::size_t start, std::size_t size) noexcept {
  constexpr int kVectors = kListedPanels * kTileVectors;
  constexpr auto kSingle = listed_panels_table<T>(std::make_integer_sequence<int, kTileVectors>{});
  std::size_t column = 0;
  for (; column + kVectors * kLanes<T> <= args.n; column += kVectors * kLanes<T>) {
    listed_gradient_panels<T, kVectors>(args, start, size, column);
  }
  for (; column < args.n; column += kPanel<T>) {
    kSingle.by_vectors[panel_vectors<T>(column, args.n) - 1](args, start, size, column);
  }
}

}  // namespace mlpgrid::MLPGRID_UNIT
