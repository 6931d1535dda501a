// The three products of a layer over column-panel weights. Every element of a result is one chain
// of fused multiply-adds in the order of the summation index, whatever the tile, panel or K block.
//
// A packed k x n matrix is a row of panels of kPanel columns (the last one as many whole vectors as
// remain); a panel is row-major. A register tile covers Rows x (Vectors * lanes) of the result.
#pragma once

#include <utility>

#include "engine/simd/kernels.hpp"
#include "engine/simd/math-inl.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

// 28 accumulators of the 32 AVX-512 registers, 12 of the 16 of AVX2; the rest holds the panel's
// vectors and broadcasts.
#if defined(__AVX512F__)
inline constexpr int kTileRows = 14;
#else
inline constexpr int kTileRows = 6;
#endif
inline constexpr int kTileVectors = 2;
// Rows of a panel that stay in the first-level cache while all rows of the batch pass by.
inline constexpr std::size_t kBlockK = 196;

template <class T>
inline constexpr std::size_t kPanel = kTileVectors* kLanes<T>;

template <class T, int Rows, int Vectors>
using Tile = Vec<T>[Rows][Vectors];

/// Where panel `p` of a packed matrix with k rows starts. Only the last panel may be narrower.
template <class T>
MLPGRID_INLINE std::size_t panel_offset(std::size_t p, std::size_t k) {
  return p * kPanel<T> * k;
}

/// Cuts `total` into the fewest parts of at most `limit`, as equal as can be, and calls
/// part(start, size) for each.
template <class Part>
MLPGRID_INLINE void for_even_parts(std::size_t total, std::size_t limit, Part&& part) {
  const std::size_t parts = (total + limit - 1) / limit;
  std::size_t start = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t size = (total - start + (parts - i - 1)) / (parts - i);
    part(start, size);
    start += size;
  }
}

template <class T, int Rows, int Vectors>
MLPGRID_INLINE void set_zero(Tile<T, Rows, Vectors>& tile) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) tile[r][v] = Vec<T>(T(0));
  }
}

template <class T, int Rows, int Vectors>
MLPGRID_INLINE void load_tile(Tile<T, Rows, Vectors>& tile, const T* c, std::size_t stride) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
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
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      store(c + static_cast<std::size_t>(r) * stride + static_cast<std::size_t>(v) * kLanes<T>,
            tile[r][v]);
    }
  }
}

/// tile += a (Rows x k, row stride a_stride) * b (k x Vectors*lanes, row stride b_stride).
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_rows(Tile<T, Rows, Vectors>& tile, const T* a, std::size_t a_stride,
                                  const T* b, std::size_t b_stride, std::size_t k) {
  // One pointer per three rows: the other two are reached by scaled index, so that no address is
  // spilled to the stack.
  constexpr int kPointers = (Rows + 2) / 3;
  const T* p[kPointers];
#pragma GCC unroll 8
  for (int i = 0; i < kPointers; ++i) p[i] = a + static_cast<std::size_t>(3 * i) * a_stride;
  for (std::size_t kk = 0; kk < k; ++kk) {
    Vec<T> w[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) w[v] = load(b + static_cast<std::size_t>(v) * kLanes<T>);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const Vec<T> x(p[r / 3][static_cast<std::size_t>(r % 3) * a_stride]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) tile[r][v] = madd(x, w[v], tile[r][v]);
    }
    b += b_stride;
#pragma GCC unroll 8
    for (int i = 0; i < kPointers; ++i) ++p[i];
  }
}

/// tile += a^T * b over m rows: a holds Rows contiguous values per row, b Vectors*lanes.
template <class T, int Rows, int Vectors>
MLPGRID_INLINE void multiply_columns(Tile<T, Rows, Vectors>& tile, const T* a, std::size_t a_stride,
                                     const T* b, std::size_t b_stride, std::size_t m) {
  for (std::size_t i = 0; i < m; ++i) {
    Vec<T> d[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) d[v] = load(b + static_cast<std::size_t>(v) * kLanes<T>);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const Vec<T> x(a[r]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) tile[r][v] = madd(x, d[v], tile[r][v]);
    }
    a += a_stride;
    b += b_stride;
  }
}

/// f(z) for the activations that cost too much to sit in the tile; `n` a multiple of lanes.
template <class T>
MLPGRID_INLINE void activate_row(T* row, std::size_t n, Activation activation) {
  if (activation == Activation::tanh) {
    for (std::size_t j = 0; j < n; j += kLanes<T>) store(row + j, vtanh<T>(load(row + j)));
  } else if (activation == Activation::logistic) {
    for (std::size_t j = 0; j < n; j += kLanes<T>) store(row + j, vlogistic<T>(load(row + j)));
  }
}

/// The slope left of zero of the piecewise linear activations, 1 for all others.
template <class T>
MLPGRID_INLINE Vec<T> left_slope(Activation activation) {
  return Vec<T>(activation == Activation::relu         ? T(0)
                : activation == Activation::leaky_relu ? static_cast<T>(kLeakySlope)
                                                       : T(1));
}

/// One tile of `forward`: rows `row`.. of c, panel at column `column`, k from k0 over `k` entries.
template <class T, int Rows, int Vectors>
void forward_tile(const ForwardArgs<T>& args, std::size_t row, std::size_t column, const T* panel,
                  std::size_t k0, std::size_t k) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  Tile<T, Rows, Vectors> tile;
  T* c = args.c + row * args.c_stride + column;
  if (k0 == 0) {
    set_zero<T, Rows, Vectors>(tile);
  } else {
    load_tile<T, Rows, Vectors>(tile, c, args.c_stride);
  }
  multiply_rows<T, Rows, Vectors>(tile, args.a + row * args.a_stride + k0, args.a_stride,
                                  panel + k0 * kWidth, kWidth, k);
  if (k0 + k == args.k) {
    const bool is_relu =
        args.activation == Activation::relu || args.activation == Activation::leaky_relu;
    const Vec<T> slope = left_slope<T>(args.activation);
    const Vec<T> zero(T(0));
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      const Vec<T> bias = load(args.bias + column + static_cast<std::size_t>(v) * kLanes<T>);
#pragma GCC unroll 32
      for (int r = 0; r < Rows; ++r) {
        const Vec<T> z = tile[r][v] + bias;
        // The comparison is false for NaN, which so stays NaN.
        tile[r][v] = is_relu ? Vec<T>(xsimd::select(z <= zero, z * slope, z)) : z;
      }
    }
  }
  store_tile<T, Rows, Vectors>(tile, c, args.c_stride);
}

/// d .* f'(a) where f' is written in the value a = f(z).
template <class T>
MLPGRID_INLINE Vec<T> times_derivative(Vec<T> d, Vec<T> a, Activation activation, Vec<T> slope) {
  const Vec<T> one(T(1));
  switch (activation) {
    case Activation::identity:
      return d;
    case Activation::logistic:
      return d * a * (one - a);
    case Activation::tanh:
      return d * nmadd(a, a, one);
    case Activation::relu:
    case Activation::leaky_relu:
      break;
  }
  return xsimd::select(a > Vec<T>(T(0)), d, d * slope);
}

/// One tile of `backward`; n (the summation index) is short enough for a single block.
template <class T, int Rows, int Vectors>
void backward_tile(const BackwardArgs<T>& args, std::size_t row, std::size_t column,
                   const T* panel) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  Tile<T, Rows, Vectors> tile;
  set_zero<T, Rows, Vectors>(tile);
  multiply_rows<T, Rows, Vectors>(tile, args.deltas + row * args.deltas_stride, args.deltas_stride,
                                  panel, kWidth, args.n);
  const T* a = args.a + row * args.c_stride + column;
  const Vec<T> slope = left_slope<T>(args.activation);
  const auto finish = [&](auto derivative) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        const Vec<T> value = load(a + static_cast<std::size_t>(r) * args.c_stride +
                                  static_cast<std::size_t>(v) * kLanes<T>);
        tile[r][v] = derivative(tile[r][v], value);
      }
    }
  };
  if (args.activation != Activation::identity) {
    finish([&](Vec<T> d, Vec<T> value) {
      return times_derivative<T>(d, value, args.activation, slope);
    });
  }
  store_tile<T, Rows, Vectors>(tile, args.c + row * args.c_stride + column, args.c_stride);
}

/// The solver's step for one vector of parameters with gradient g; see UpdateArgs.
template <class T>
MLPGRID_INLINE Vec<T> updated(const UpdateArgs<T>& u, Vec<T> w, Vec<T> g, T* first, T* second) {
  if (u.solver == Solver::sgd) {
    const Vec<T> momentum(u.momentum);
    const Vec<T> step = Vec<T>(u.rate) * g;
    const Vec<T> velocity = momentum * load(first) - step;
    store(first, velocity);
    return w + (u.nesterov ? Vec<T>(momentum * velocity - step) : velocity);
  }
  const Vec<T> m = madd(Vec<T>(u.beta_1), load(first), Vec<T>(u.one_minus_beta_1) * g);
  const Vec<T> v = madd(Vec<T>(u.beta_2), load(second), Vec<T>(u.one_minus_beta_2) * (g * g));
  store(first, m);
  store(second, v);
  return w - Vec<T>(u.rate) * m / (xsimd::sqrt(v) + Vec<T>(u.epsilon));
}

/// -1, 0 or 1.
template <class T>
MLPGRID_INLINE Vec<T> sign(Vec<T> x) {
  const Vec<T> zero(T(0));
  const Vec<T> one(T(1));
  return xsimd::select(x > zero, one, xsimd::select(x < zero, -one, zero));
}

/// One tile of `gradient`: Rows inputs from `row`, the panel at `column` of the outputs.
template <class T, int Rows, int Vectors>
void gradient_tile(const GradientArgs<T>& args, std::size_t row, std::size_t column,
                   std::size_t panel) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes<T>;
  Tile<T, Rows, Vectors> tile;
  const std::size_t offset = panel_offset<T>(panel, args.k) + row * kWidth;
  if (args.continue_sums) {
    load_tile<T, Rows, Vectors>(tile, args.gradient + offset, kWidth);
  } else {
    set_zero<T, Rows, Vectors>(tile);
  }
  multiply_columns<T, Rows, Vectors>(tile, args.inputs + row, args.inputs_stride,
                                     args.deltas + column, args.deltas_stride, args.m);
  if (args.update == nullptr) {
    store_tile<T, Rows, Vectors>(tile, args.gradient + offset, kWidth);
    return;
  }
  const UpdateArgs<T>& u = *args.update;
  const Vec<T> inverse_m(u.inverse_m);
  const Vec<T> l2(u.l2);
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t lane = static_cast<std::size_t>(v) * kLanes<T>;
    Vec<T> squares = args.squares != nullptr ? load(args.squares + column + lane) : Vec<T>(T(0));
    Vec<T> magnitudes =
        args.magnitudes != nullptr ? load(args.magnitudes + column + lane) : Vec<T>(T(0));
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const std::size_t at = offset + static_cast<std::size_t>(r) * kWidth + lane;
      const Vec<T> w = load(args.weights + at);
      squares = madd(w, w, squares);
      Vec<T> sum = madd(l2, w, tile[r][v]);
      if (args.magnitudes != nullptr) {
        magnitudes += xsimd::abs(w);
        sum = madd(Vec<T>(u.l1), sign<T>(w), sum);
      }
      store(args.weights + at, updated<T>(u, w, sum * inverse_m, u.first + at, u.second + at));
    }
    if (args.squares != nullptr) store(args.squares + column + lane, squares);
    if (args.magnitudes != nullptr) store(args.magnitudes + column + lane, magnitudes);
  }
}

/// Column sums of the deltas for one vector of outputs, and the step of the biases.
template <class T>
MLPGRID_INLINE void bias_gradient(const GradientArgs<T>& args, std::size_t column) {
  Vec<T> sum = args.continue_sums ? load(args.bias_gradient + column) : Vec<T>(T(0));
  for (std::size_t i = 0; i < args.m; ++i) {
    sum += load(args.deltas + i * args.deltas_stride + column);
  }
  if (args.update == nullptr) {
    store(args.bias_gradient + column, sum);
    return;
  }
  const UpdateArgs<T>& u = *args.update;
  store(args.bias + column, updated<T>(u, load(args.bias + column), sum * Vec<T>(u.inverse_m),
                                       u.bias_first + column, u.bias_second + column));
}

/// Tiles of every height and width.
template <class Fn>
struct TileTable {
  Fn by_size[kTileRows][kTileVectors];
  Fn get(std::size_t rows, std::size_t vectors) const { return by_size[rows - 1][vectors - 1]; }
};

template <class Fn, template <int, int> class Make, int... Rows>
constexpr TileTable<Fn> tile_table(std::integer_sequence<int, Rows...>) {
  return {{{Make<Rows + 1, 1>::fn, Make<Rows + 1, 2>::fn}...}};
}

template <class T>
struct Tiles {
  template <int Rows, int Vectors>
  struct Forward {
    static constexpr auto fn = &forward_tile<T, Rows, Vectors>;
  };
  template <int Rows, int Vectors>
  struct Backward {
    static constexpr auto fn = &backward_tile<T, Rows, Vectors>;
  };
  template <int Rows, int Vectors>
  struct Gradient {
    static constexpr auto fn = &gradient_tile<T, Rows, Vectors>;
  };
  using Heights = std::make_integer_sequence<int, kTileRows>;
  using ForwardFn = void (*)(const ForwardArgs<T>&, std::size_t, std::size_t, const T*, std::size_t,
                             std::size_t) noexcept;
  using BackwardFn = void (*)(const BackwardArgs<T>&, std::size_t, std::size_t, const T*) noexcept;
  using GradientFn = void (*)(const GradientArgs<T>&, std::size_t, std::size_t,
                              std::size_t) noexcept;
  static constexpr auto forward = tile_table<ForwardFn, Forward>(Heights{});
  static constexpr auto backward = tile_table<BackwardFn, Backward>(Heights{});
  static constexpr auto gradient = tile_table<GradientFn, Gradient>(Heights{});
};

/// Vectors of the panel that starts at `column` of n.
template <class T>
MLPGRID_INLINE std::size_t panel_vectors(std::size_t column, std::size_t n) {
  const std::size_t rest = n - column;
  return rest >= kPanel<T> ? kTileVectors : (rest + kLanes<T> - 1) / kLanes<T>;
}

template <class T>
void forward(const ForwardArgs<T>& args) noexcept {
  for_even_parts(args.k, kBlockK, [&](std::size_t k0, std::size_t k) {
    for (std::size_t column = 0; column < args.n; column += kPanel<T>) {
      const T* panel = args.weights + panel_offset<T>(column / kPanel<T>, args.k);
      const std::size_t vectors = panel_vectors<T>(column, args.n);
      for_even_parts(args.m, kTileRows, [&](std::size_t row, std::size_t rows) {
        Tiles<T>::forward.get(rows, vectors)(args, row, column, panel, k0, k);
      });
    }
  });
  if (args.activation == Activation::tanh || args.activation == Activation::logistic) {
    const std::size_t n = (args.n + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
    for (std::size_t i = 0; i < args.m; ++i) {
      activate_row(args.c + i * args.c_stride, n, args.activation);
    }
  }
}

template <class T>
void backward(const BackwardArgs<T>& args) noexcept {
  for (std::size_t column = 0; column < args.k; column += kPanel<T>) {
    const T* panel = args.transposed + panel_offset<T>(column / kPanel<T>, args.n);
    const std::size_t vectors = panel_vectors<T>(column, args.k);
    for_even_parts(args.m, kTileRows, [&](std::size_t row, std::size_t rows) {
      Tiles<T>::backward.get(rows, vectors)(args, row, column, panel);
    });
  }
}

template <class T>
void gradient(const GradientArgs<T>& args) noexcept {
  const std::size_t columns = (args.n + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
  if (args.update != nullptr) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (args.squares != nullptr) args.squares[j] = T(0);
      if (args.magnitudes != nullptr) args.magnitudes[j] = T(0);
    }
  }
  for_even_parts(args.k, kTileRows, [&](std::size_t row, std::size_t rows) {
    for (std::size_t column = 0; column < args.n; column += kPanel<T>) {
      Tiles<T>::gradient.get(rows, panel_vectors<T>(column, args.n))(args, row, column,
                                                                     column / kPanel<T>);
    }
  });
  for (std::size_t column = 0; column < columns; column += kLanes<T>) {
    bias_gradient<T>(args, column);
  }
}

}  // namespace mlpgrid::MLPGRID_UNIT
