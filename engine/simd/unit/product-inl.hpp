// The three products of a layer over column-panel weights, with what is fused into them: bias and
// activation, the activation's derivative, the solver's step.
//
// A packed k x n matrix is a row of panels of kPanel columns (the last one as many whole vectors as
// remain); a panel is row-major. A register tile covers Rows x (Vectors * lanes) of the result.
#pragma once

#include <utility>

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/activation-inl.hpp"
#include "engine/simd/unit/listed-inl.hpp"
#include "engine/simd/unit/step-inl.hpp"
#include "engine/simd/unit/tile-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// One tile of `forward`: rows `row`.. of c, panel at column `column`, k from k0 over `k` entries.
template <class T, int Rows, int Vectors>
void forward_tile(const ForwardArgs<T>& args, std::size_t row, std::size_t column, std::size_t k0,
                  std::size_t k) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  Tile<T, Rows, Vectors> tile;
  T* c = args.c + row * args.c_stride + column;
  if (k0 == 0) {
    set_zero<T, Rows, Vectors>(tile);
  } else {
    load_tile<T, Rows, Vectors>(tile, c, args.c_stride);
  }
  multiply_rows<T, Rows, Vectors>(tile, args.a + row * args.a_stride + k0, args.a_stride,
                                  args.weights + column * args.k + k0 * kWidth, k);
  if (k0 + k == args.k) add_bias_and_activate<T, Rows, Vectors>(args, column, tile);
  store_tile<T, Rows, Vectors>(tile, c, args.c_stride);
}

/// One tile of `backward`; n (the summation index) is short enough for a single block.
template <class T, int Rows, int Vectors>
void backward_tile(const BackwardArgs<T>& args, std::size_t row, std::size_t column) noexcept {
  Tile<T, Rows, Vectors> tile;
  set_zero<T, Rows, Vectors>(tile);
  multiply_rows<T, Rows, Vectors>(tile, args.deltas + row * args.deltas_stride, args.deltas_stride,
                                  args.operand + column * args.n, args.n);
  const T* a = args.a + row * args.c_stride + column;
  with_activation(args.activation, [&](auto f) {
    if constexpr (decltype(f)::value != Activation::identity) {
#pragma GCC unroll 32
      for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
          const Vec<T> value = load(a + static_cast<std::size_t>(r) * args.c_stride +
                                    static_cast<std::size_t>(v) * kLanes<T>);
          tile[r][v] = times_derivative<T, decltype(f)::value>(tile[r][v], value);
        }
      }
    }
  });
  store_tile<T, Rows, Vectors>(tile, args.c + row * args.c_stride + column, args.c_stride);
}

/// A strip of tiles of `gradient` whose sums wait in the first-level cache while the strip passes
/// over one block of rows after the other.
template <class T>
struct GradientStrip {
  static constexpr std::size_t kTiles = 4;
  alignas(64) T sums[kTiles][tile_rows(kTileVectors) * kPanel<T>];
};

/// Rows first_row.. of the batch for one tile: Rows inputs from `row`, the panel at `column` of the
/// outputs. `sums` holds the tile before its first block and after its last.
template <class T, int Rows, int Vectors>
void gradient_tile(const GradientArgs<T>& args, std::size_t row, std::size_t column,
                   std::size_t first_row, std::size_t m, T* sums) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  Tile<T, Rows, Vectors> tile;
  const std::size_t offset = column * args.k + row * kWidth;
  if (first_row > 0) {
    load_tile<T, Rows, Vectors>(tile, sums, kWidth);
  } else if (args.continue_sums) {
    load_tile<T, Rows, Vectors>(tile, args.gradient + offset, kWidth);
  } else {
    set_zero<T, Rows, Vectors>(tile);
  }
  const T* inputs = args.inputs + first_row * args.inputs_stride + row;
  const T* deltas = args.deltas + first_row * args.deltas_stride + column;
  multiply_columns<T, Rows, Vectors>(tile, inputs, args.inputs_stride, deltas, args.deltas_stride,
                                     m);
  const bool last = first_row + m == args.m;
  if (last && args.update == nullptr) {
    store_tile<T, Rows, Vectors>(tile, args.gradient + offset, kWidth);
    return;
  }
  store_tile<T, Rows, Vectors>(tile, sums, kWidth);
  if (last) apply_step<T, Vectors>(args, sums, offset, column, Rows);
}

/// A tile of `gradient` lying on its side: Rows outputs from `column` by Vectors vectors of inputs
/// from `row`, over all rows of the batch. The same chains, so the same bits, but where a panel has
/// fewer columns than lanes all of these are at work: a fit of 784-10-10 without zeros takes 11 %
/// less with AVX-512 (measured; nets with wider layers less than 1 %).
template <class T, int Rows, int Vectors>
void sideways_tile(const GradientArgs<T>& args, std::size_t row, std::size_t column,
                   T* sums) noexcept {
  Tile<T, Rows, Vectors> tile;
  set_zero<T, Rows, Vectors>(tile);
  multiply_columns<T, Rows, Vectors>(tile, args.deltas + column, args.deltas_stride,
                                     args.inputs + row, args.inputs_stride, args.m);
  store_tile<T, Rows, Vectors>(tile, sums, Vectors * kLanes<T>);
}

/// Column sums of the deltas for one panel, side by side to hide the latency of their chains, and
/// the step of its biases.
template <class T, int Vectors>
void bias_gradient(const GradientArgs<T>& args, std::size_t column) noexcept {
  Vec<T> sums[Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t lane = column + static_cast<std::size_t>(v) * kLanes<T>;
    sums[v] = args.continue_sums ? load(args.bias_gradient + lane) : Vec<T>(T(0));
  }
  const T* deltas = args.deltas + column;
  for (std::size_t i = 0; i < args.m; ++i, deltas += args.deltas_stride) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      sums[v] += load(deltas + static_cast<std::size_t>(v) * kLanes<T>);
    }
  }
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t lane = column + static_cast<std::size_t>(v) * kLanes<T>;
    if (args.update == nullptr) {
      store(args.bias_gradient + lane, sums[v]);
      continue;
    }
    const UpdateArgs<T>& u = *args.update;
    with_step<T>(u, [&](const auto& step) {
      store(args.bias + lane, step(load(args.bias + lane), sums[v] * Vec<T>(u.inverse_m),
                                   u.bias_first + lane, u.bias_second + lane));
    });
  }
}

/// Tiles of every height and width; null where tile_rows() has no such height.
template <class Fn>
struct TileTable {
  Fn by_size[kTileVectors][kMaxTileRows] = {};
  Fn get(std::size_t rows, std::size_t vectors) const { return by_size[vectors - 1][rows - 1]; }
};

/// Of the functions that make<Rows, Vectors>() gives.
template <class Make>
constexpr auto tile_table(Make make) {
  TileTable<decltype(make.template operator()<1, 1>())> table;
  const auto fill = [&]<int Vectors, int... Rows>(std::integer_sequence<int, Rows...>) {
    ((table.by_size[Vectors - 1][Rows] = make.template operator()<Rows + 1, Vectors>()), ...);
  };
  [&]<int... Widths>(std::integer_sequence<int, Widths...>) {
    (fill.template operator()<Widths + 1>(std::make_integer_sequence<int, tile_rows(Widths + 1)>()),
     ...);
  }
  (std::make_integer_sequence<int, kTileVectors>());
  return table;
}

template <class T>
struct Tiles {
  static constexpr auto forward =
      tile_table([]<int Rows, int Vectors>() { return &forward_tile<T, Rows, Vectors>; });
  static constexpr auto backward =
      tile_table([]<int Rows, int Vectors>() { return &backward_tile<T, Rows, Vectors>; });
  static constexpr auto gradient =
      tile_table([]<int Rows, int Vectors>() { return &gradient_tile<T, Rows, Vectors>; });
  static constexpr auto sideways =
      tile_table([]<int Rows, int Vectors>() { return &sideways_tile<T, Rows, Vectors>; });
};

/// part(start, rows) for each tile of a panel that is `vectors` wide, as even as can be.
template <class Part>
MLPGRID_INLINE void for_tiles(std::size_t total, std::size_t vectors, Part&& part) {
  for_even_parts(total, static_cast<std::size_t>(tile_rows(static_cast<int>(vectors))),
                 static_cast<Part&&>(part));
}

template <class T>
MLPGRID_INLINE void multiply_dense(const ForwardArgs<T>& args) {
  for_even_parts(args.k, kBlockK, [&](std::size_t k0, std::size_t k) {
    for (std::size_t column = 0; column < args.n; column += kPanel<T>) {
      const std::size_t vectors = panel_vectors<T>(column, args.n);
      for_tiles(args.m, vectors, [&](std::size_t row, std::size_t rows) {
        Tiles<T>::forward.get(rows, vectors)(args, row, column, k0, k);
      });
    }
  });
}

template <class T>
void forward(const ForwardArgs<T>& args) noexcept {
  if (args.nonzero == nullptr) {
    multiply_dense<T>(args);
  } else {
    listed_forward<T>(args);
  }
  if (args.activation == Activation::tanh || args.activation == Activation::logistic) {
    for (std::size_t i = 0; i < args.m; ++i) {
      activate_row(args.c + i * args.c_stride, packed_columns<T>(args.n), args.activation);
    }
  }
}

template <class T>
void backward(const BackwardArgs<T>& args) noexcept {
  for (std::size_t column = 0; column < args.k; column += kPanel<T>) {
    const std::size_t vectors = panel_vectors<T>(column, args.k);
    for_tiles(args.m, vectors, [&](std::size_t row, std::size_t rows) {
      Tiles<T>::backward.get(rows, vectors)(args, row, column);
    });
  }
}

/// Whether a panel of `columns` outputs is better taken sideways: a fifth of its lanes would be
/// idle, and the batch is long enough to pay for turning the sums.
template <class T>
MLPGRID_INLINE bool is_sideways(const GradientArgs<T>& args, std::size_t columns) {
  constexpr std::size_t kMinRows = 16;
  const std::size_t lanes = packed_columns<T>(columns);
  return columns <= static_cast<std::size_t>(kMaxTileRows) && 5 * columns <= 4 * lanes &&
         args.m >= kMinRows && args.nonzero == nullptr && !args.continue_sums;
}

/// The sums of a sideways tile, `columns` rows of `vectors` vectors, to `packed`: a row for each of
/// `rows` inputs, `width` lanes each, 0 past the columns.
template <class T>
MLPGRID_INLINE void turn_sums(const T* sums, std::size_t vectors, std::size_t columns,
                              std::size_t rows, std::size_t width, T* packed) {
  for (std::size_t v = 0; v * kLanes<T> < rows; ++v) {
    for (std::size_t column = 0; column < width; column += kLanes<T>) {
      Vec<T> block[kLanes<T>];
#pragma GCC unroll 16
      for (std::size_t c = 0; c < kLanes<T>; ++c) {
        block[c] = column + c < columns ? load(sums + ((column + c) * vectors + v) * kLanes<T>)
                                        : Vec<T>(T(0));
      }
      transpose_block<T>(block);
      for (std::size_t r = 0; r < kLanes<T> && v * kLanes<T> + r < rows; ++r) {
        store(packed + (v * kLanes<T> + r) * width + column, block[r]);
      }
    }
  }
}

template <class T>
void gradient_panel_sideways(const GradientArgs<T>& args, std::size_t column,
                             std::size_t columns) noexcept {
  const std::size_t width = panel_vectors<T>(column, args.n) * kLanes<T>;
  std::size_t vectors = kTileVectors;
  while (static_cast<std::size_t>(tile_rows(static_cast<int>(vectors))) < columns) --vectors;
  alignas(64) T sums[kMaxTileRows * kPanel<T>];
  alignas(64) T packed[kPanel<T> * kPanel<T>];
  for (std::size_t row = 0; row < args.k; row += vectors * kLanes<T>) {
    const std::size_t rows =
        args.k - row < vectors * kLanes<T> ? args.k - row : vectors * kLanes<T>;
    const std::size_t used = (rows + kLanes<T> - 1) / kLanes<T>;
    Tiles<T>::sideways.get(columns, used)(args, row, column, sums);
    const std::size_t offset = column * args.k + row * width;
    T* out = args.update != nullptr ? packed : args.gradient + offset;
    turn_sums<T>(sums, used, columns, rows, width, out);
    if (args.update != nullptr) {
      with_count<kTileVectors>(width / kLanes<T>, [&](auto panel) {
        apply_step<T, decltype(panel)::value>(args, packed, offset, column, rows);
      });
    }
  }
}

/// Inputs start .. start + size - 1 for one panel: strip by strip, within a strip block by block of
/// the batch's rows.
template <class T>
void gradient_panel(const GradientArgs<T>& args, std::size_t start, std::size_t size,
                    std::size_t column) noexcept {
  using Strip = GradientStrip<T>;
  const std::size_t vectors = panel_vectors<T>(column, args.n);
  const auto height = static_cast<std::size_t>(tile_rows(static_cast<int>(vectors)));
  const std::size_t strip_rows = Strip::kTiles * height;
  const std::size_t end = start + size;
  Strip strip;
  for (std::size_t first = start; first < end; first += strip_rows) {
    const std::size_t rows_in_strip = end - first < strip_rows ? end - first : strip_rows;
    for_even_parts(args.m, kGradientRows, [&](std::size_t first_row, std::size_t m) {
      std::size_t tile = 0;
      for_tiles(rows_in_strip, vectors, [&](std::size_t row, std::size_t rows) {
        Tiles<T>::gradient.get(rows, vectors)(args, first + row, column, first_row, m,
                                              strip.sums[tile++]);
      });
    });
  }
}

/// The panels one after the other, for the inputs that kGradientInputs allows at a time.
template <class T>
void gradient(const GradientArgs<T>& args) noexcept {
  if (args.update != nullptr) {
    for (std::size_t j = 0; j < packed_columns<T>(args.n); ++j) {
      args.squares[j] = T(0);
      if (args.magnitudes != nullptr) args.magnitudes[j] = T(0);
    }
  }
  const std::size_t rest = args.n % kPanel<T>;
  const bool sideways = rest > 0 && is_sideways(args, rest);
  const std::size_t upright = sideways ? args.n - rest : args.n;
  for (std::size_t start = 0; start < args.k; start += kGradientInputs) {
    const std::size_t size = args.k - start < kGradientInputs ? args.k - start : kGradientInputs;
    if (args.nonzero != nullptr) {
      listed_gradient<T>(args, start, size);
      continue;
    }
    for (std::size_t column = 0; column < upright; column += kPanel<T>) {
      gradient_panel<T>(args, start, size, column);
    }
  }
  if (sideways) gradient_panel_sideways<T>(args, upright, rest);
  for (std::size_t column = 0; column < args.n; column += kPanel<T>) {
    with_count<kTileVectors>(panel_vectors<T>(column, args.n), [&](auto vectors) {
      bias_gradient<T, decltype(vectors)::value>(args, column);
    });
  }
}

}  // namespace mlpgrid::MLPGRID_UNIT
