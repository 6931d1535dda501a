// Packing into column panels and back, and the vector operations over packed parameters.
#pragma once

#include "engine/simd/unit/product-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// Index of element (i, j) of a packed k x n matrix.
template <class T>
MLPGRID_INLINE std::size_t packed_index(std::size_t i, std::size_t j, std::size_t k,
                                        std::size_t n) {
  const std::size_t column = j / kPanel<T> * kPanel<T>;
  const std::size_t width = panel_vectors<T>(column, n) * kLanes<T>;
  return column * k + i * width + (j - column);
}

template <class T>
std::size_t packed_size(std::size_t k, std::size_t n) noexcept {
  return k * packed_columns<T>(n);
}

/// Whole vectors, and an odd number of cache lines, so that a column of rows does not fall into a
/// few cache sets.
template <class T>
std::size_t batch_stride(std::size_t n) noexcept {
  constexpr std::size_t kLine = 64 / sizeof(T);
  const std::size_t lines = (n + kLine - 1) / kLine;
  return (lines % 2 == 0 ? lines + 1 : lines) * kLine;
}

template <class T>
void pack(const T* row_major, std::size_t k, std::size_t n, T* packed) noexcept {
  for (std::size_t i = 0; i < packed_size<T>(k, n); ++i) packed[i] = T(0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < n; ++j) packed[packed_index<T>(i, j, k, n)] = row_major[i * n + j];
  }
}

template <class T>
void unpack(const T* packed, std::size_t k, std::size_t n, T* row_major) noexcept {
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < n; ++j) row_major[i * n + j] = packed[packed_index<T>(i, j, k, n)];
  }
}

/// dX multiplies by the transposed weights, packed n x k.
template <class T>
std::size_t backward_operand_size(std::size_t k, std::size_t n) noexcept {
  return packed_size<T>(n, k);
}

template <class T>
void make_backward_operand(const T* packed, std::size_t k, std::size_t n, T* transposed) noexcept {
  constexpr std::size_t kBlock = kLanes<T>;
  for (std::size_t i = 0; i < k; i += kBlock) {
    const std::size_t panel = i / kPanel<T> * kPanel<T>;
    const std::size_t width = panel_vectors<T>(panel, k) * kBlock;
    for (std::size_t j = 0; j < n; j += kBlock) {
      const std::size_t source_panel = j / kPanel<T> * kPanel<T>;
      const std::size_t source_width = panel_vectors<T>(source_panel, n) * kBlock;
      const T* in = packed + source_panel * k + i * source_width + (j - source_panel);
      Vec<T> rows[kBlock];
      for (std::size_t r = 0; r < kBlock; ++r) {
        rows[r] = i + r < k ? load(in + r * source_width) : Vec<T>(T(0));
      }
      transpose_block<T>(rows);
      T* out = transposed + panel * n + j * width + (i - panel);
      for (std::size_t r = 0; r < kBlock && j + r < n; ++r) store(out + r * width, rows[r]);
    }
  }
}

template <class T>
MLPGRID_INLINE void add_products(const T* x, const T* y, Vec<double>* sums) {
  if constexpr (sizeof(T) == sizeof(float)) {
    const Vec<float> a = load(x);
    const Vec<float> b = load(y);
    sums[0] = madd(widen_low(a), widen_low(b), sums[0]);
    sums[1] = madd(widen_high(a), widen_high(b), sums[1]);
  } else {
    sums[0] = madd(load(x), load(y), sums[0]);
  }
}

template <class T>
void column_dots(const T* x, const T* y, std::size_t k, std::size_t n, double* columns) noexcept {
  // A double vector per lane group; floats fill two.
  constexpr std::size_t kParts = kLanes<T> / kLanes<double>;
  for (std::size_t column = 0; column < n; column += kPanel<T>) {
    const std::size_t vectors = panel_vectors<T>(column, n);
    const std::size_t width = vectors * kLanes<T>;
    const std::size_t offset = column * k;
    for (std::size_t v = 0; v < vectors; ++v) {
      Vec<double> sums[kParts];
      for (auto& sum : sums) sum = Vec<double>(0.0);
      for (std::size_t i = 0; i < k; ++i) {
        const std::size_t at = offset + i * width + v * kLanes<T>;
        add_products<T>(x + at, y + at, sums);
      }
      for (std::size_t part = 0; part < kParts; ++part) {
        store(columns + column + v * kLanes<T> + part * kLanes<double>, sums[part]);
      }
    }
  }
}

template <class T>
void add_scaled(T a, const T* x, T* y, std::size_t size) noexcept {
  const Vec<T> factor(a);
  for (std::size_t i = 0; i < size; i += kLanes<T>)
    store(y + i, madd(factor, load(x + i), load(y + i)));
}

template <class T>
void scale(T a, T* y, std::size_t size) noexcept {
  const Vec<T> factor(a);
  for (std::size_t i = 0; i < size; i += kLanes<T>) store(y + i, factor * load(y + i));
}

}  // namespace mlpgrid::MLPGRID_UNIT
