// One instruction set's kernels. Compiled once per unit with that unit's flags and MLPGRID_UNIT set
// to its namespace; exports table() and nothing else. No standard container or algorithm that could
// be emitted as a shared inline function belongs here.
#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/batch-inl.hpp"
#include "engine/simd/unit/layout-inl.hpp"
#include "engine/simd/unit/math-inl.hpp"
#include "engine/simd/unit/product-inl.hpp"
#include "engine/simd/unit/tiny-inl.hpp"
#include "engine/simd/unit/zeros-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {
namespace {

/// y = f(x) over any number of values, `f` in place over whole vectors; the tail goes through a
/// padded one.
template <class T, class F>
MLPGRID_INLINE void map_values(const T* x, T* y, std::size_t size, F f) {
  const std::size_t whole = size / kLanes<T> * kLanes<T>;
  for (std::size_t j = 0; j < whole; j += kLanes<T>) store(y + j, load(x + j));
  f(y, whole);
  if (whole == size) return;
  alignas(64) T rest[kLanes<T>] = {};
  for (std::size_t j = whole; j < size; ++j) rest[j - whole] = x[j];
  f(rest, kLanes<T>);
  for (std::size_t j = whole; j < size; ++j) y[j] = rest[j - whole];
}

template <class T>
void map_exp(const T* x, T* y, std::size_t size) noexcept {
  map_values(x, y, size, [](T* values, std::size_t n) {
    for (std::size_t j = 0; j < n; j += kLanes<T>) store(values + j, vexp<T>(load(values + j)));
  });
}
template <class T>
void map_tanh(const T* x, T* y, std::size_t size) noexcept {
  map_values(x, y, size,
             [](T* values, std::size_t n) { activate_row<T>(values, n, Activation::tanh); });
}
template <class T>
void map_logistic(const T* x, T* y, std::size_t size) noexcept {
  map_values(x, y, size,
             [](T* values, std::size_t n) { activate_row<T>(values, n, Activation::logistic); });
}
template <class T>
void map_log(const T* x, T* y, std::size_t size) noexcept {
  map_values(x, y, size, [](T* values, std::size_t n) {
    for (std::size_t j = 0; j < n; j += kLanes<T>) store(values + j, vlog<T>(load(values + j)));
  });
}

/// 12 chains, enough for two multiply-adds per cycle of a latency of up to six; their sum depends
/// on them all, and the compiler cannot know that `steps` leaves it finite.
template <class T>
double multiply_add_chains(std::size_t steps) noexcept {
  constexpr int kChains = 12;
  constexpr std::size_t kUnrolled = 10;  // so that the loop's own instructions take no slots
  Vec<T> chains[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) chains[i] = Vec<T>(static_cast<T>(1 + i));
  const Vec<T> factor(T(0.999));
  const Vec<T> summand(T(0.001));
  for (std::size_t step = 0; step < steps; step += kUnrolled) {
#pragma GCC unroll 10
    for (std::size_t turn = 0; turn < kUnrolled; ++turn) {
#pragma GCC unroll 12
      for (int i = 0; i < kChains; ++i) chains[i] = madd(chains[i], factor, summand);
    }
  }
  alignas(64) T sums[kLanes<T>];
  Vec<T> sum = chains[0];
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum += chains[i];
  store(sums, sum);
  const double work = 2.0 * kChains * static_cast<double>(kLanes<T>) *
                      static_cast<double>((steps + kUnrolled - 1) / kUnrolled * kUnrolled);
  return sums[0] == T(-1) ? 0.0 : work;
}

template <class T>
constexpr Kernels<T> make_kernels() {
  return {.packed_columns = packed_columns<T>,
          .packed_size = packed_size<T>,
          .batch_stride = batch_stride<T>,
          .pack = pack<T>,
          .unpack = unpack<T>,
          .backward_operand_size = backward_operand_size<T>,
          .make_backward_operand = make_backward_operand<T>,
          .nonzeros_size = nonzeros_size,
          .skipped_share = skipped_share<T>,
          .load_rows = load_rows<T>,
          .forward = forward<T>,
          .backward = backward<T>,
          .gradient = gradient<T>,
          .output = output<T>,
          .tiny_forward = tiny_forward<T>,
          .tiny_backward = tiny_backward<T>,
          .column_dots = column_dots<T>,
          .add_scaled = add_scaled<T>,
          .scale = scale<T>,
          .multiply_add_chains = multiply_add_chains<T>,
          .exp = map_exp<T>,
          .tanh = map_tanh<T>,
          .logistic = map_logistic<T>,
          .log = map_log<T>};
}

constexpr KernelTable kTable = {
    .isa = MLPGRID_ISA_NAME, .f32 = make_kernels<float>(), .f64 = make_kernels<double>()};

}  // namespace

const KernelTable& table() noexcept { return kTable; }

}  // namespace mlpgrid::MLPGRID_UNIT
