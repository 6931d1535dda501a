// What one instruction set offers to the engine: whole-layer operations as plain function pointers.
// The layout of packed weights, of what the backward product reads, and of the notes on zeros is
// the unit's own: above this table they are blocks of a size that the unit gave, and batches are
// rows at a stride that it gave.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/data_view.hpp"
#include "engine/functions.hpp"
#include "engine/simd/tiny_args.hpp"

namespace mlpgrid {

/// The stored features with their scaling in the forms the kernels read. Arrays have `cols` values,
/// or are null where nothing is scaled. Bytes are scaled in T after conversion, doubles in double
/// before it.
template <class T>
struct FeatureSource {
  StoredType type = {};
  const void* data = nullptr;
  std::size_t cols = {};
  const double* shift = nullptr;
  const double* divisor = nullptr;
  const T* shift_t = nullptr;
  const T* divisor_t = nullptr;
  const T* reciprocal_t = nullptr;  // 1 / divisor_t
  bool alike = {};                  // one shift and one divisor for all columns
};

/// The rows of a batch from the data set, converted and scaled.
template <class T>
struct LoadArgs {
  FeatureSource<T> source = {};
  const std::int32_t* rows = nullptr;  // m row numbers
  std::size_t m = {};
  T* out = nullptr;  // m x source.cols
  std::size_t stride = {};
  /// Null, or a block of nonzeros_size(m, cols) bytes or more that is filled with notes on where
  /// the rows are not zero, for `forward` and (for_gradient) `gradient` of these m rows. The
  /// padding of `out` has to be 0 then.
  void* nonzero = nullptr;
  bool for_gradient = {};
};

/// c = f(a * w + bias), a m x k (row stride a_stride), w packed k x n, c m x n.
template <class T>
struct ForwardArgs {
  const T* a = nullptr;
  std::size_t a_stride = {};
  std::size_t m = {};
  const T* weights = nullptr;
  const T* bias = nullptr;
  std::size_t k = {}, n = {};
  Activation activation = {};
  T* c = nullptr;
  std::size_t c_stride = {};
  const void* nonzero = nullptr;  // load_rows' notes on a: zeros are left out, same bits; or null
};

/// c = (deltas * w^T) .* f'(a), deltas m x n, a and c m x k. The derivative of every activation is
/// a function of its value a. c may not be a.
template <class T>
struct BackwardArgs {
  const T* deltas = nullptr;
  std::size_t deltas_stride = {};
  std::size_t m = {};
  const T* operand = nullptr;  // of w, see make_backward_operand
  std::size_t n = {}, k = {};
  Activation activation = {};
  const T* a = nullptr;
  T* c = nullptr;
  std::size_t c_stride = {};  // of a as well
};

/// One solver step, applied to a layer while its gradient is in registers. It changes weights, bias
/// and the solver's state in place. With S the sums over the m rows of the batch and W the weights
/// before the step:
///   g = (S + l2*W + l1*sign(W)) / m   (biases: g = S/m)
///   sgd:  v = momentum*v - rate*g; W += nesterov ? momentum*v - rate*g : v
///   adam: f = beta_1*f + (1-beta_1)*g; s = beta_2*s + (1-beta_2)*g^2;
///         W -= rate*f/(sqrt(s) + epsilon), the quotient within 1.5 ULP in float
template <class T>
struct UpdateArgs {
  Solver solver = {};  // sgd or adam
  T inverse_m = {};
  T l2 = {}, l1 = {};
  T rate = {};
  T momentum = {};
  bool nesterov = {};
  T beta_1 = {}, one_minus_beta_1 = {};
  T beta_2 = {}, one_minus_beta_2 = {};
  T epsilon = {};
  T* first = nullptr;   // v or f, packed as the weights
  T* second = nullptr;  // s
  T* bias_first = nullptr;
  T* bias_second = nullptr;
};

/// S = inputs^T * deltas (k x n) and the column sums of deltas, each one chain over rows. With
/// continue_sums the chain goes on from `gradient` and `bias_gradient`. Without an update the sums
/// are stored there; with one they are used up, and weights and bias change in place.
template <class T>
struct GradientArgs {
  const T* inputs = nullptr;
  std::size_t inputs_stride = {};
  const T* deltas = nullptr;
  std::size_t deltas_stride = {};
  std::size_t m = {}, k = {}, n = {};
  T* weights = nullptr;  // only with an update, as bias
  T* bias = nullptr;
  T* gradient = nullptr;  // packed as the weights; may be null where nothing is continued or stored
  T* bias_gradient = nullptr;
  bool continue_sums = {};
  const UpdateArgs<T>* update = nullptr;
  // Per column (packed_columns(n) values): sums over rows of W^2 and |W| before the update. Written
  // only with an update, which adds l1 only where `magnitudes` is not null.
  T* squares = nullptr;
  T* magnitudes = nullptr;
  const void* nonzero = nullptr;  // load_rows' notes on the inputs: zeros are left out; or null
};

/// From the outputs before their function (z, m x n) to outputs, loss and deltas, in place. With
/// neither labels nor targets: to outputs only.
template <class T>
struct OutputArgs {
  /// In: z. Out: the outputs, or with want_deltas the deltas; the padding columns become 0.
  T* z = nullptr;
  std::size_t stride = {};
  std::size_t m = {}, n = {};
  Output output = {};
  Loss loss = {};
  const std::int32_t* labels = nullptr;  // m; class (softmax), or 0 and 1 (n = 1)
  const T* targets = nullptr;            // m x n with targets_stride, where labels is null
  std::size_t targets_stride = {};
  bool want_deltas = {};
  std::int32_t* predicted = nullptr;  // m classes, or null
  T* row_loss = nullptr;  // m: log loss of each row, or half its squared error summed over outputs
  double* squared_error = nullptr;  // n sums over rows of (output - target)^2, added to; or null
};

/// All functions may be called from any thread; they allocate nothing, and write to what their
/// arguments point to and nothing else.
template <class T>
struct Kernels {
  /// Columns of a packed matrix with its padding; also the size of arrays with a value per column.
  std::size_t (*packed_columns)(std::size_t n) noexcept;
  /// Elements of a packed k x n matrix.
  std::size_t (*packed_size)(std::size_t k, std::size_t n) noexcept;
  /// Elements between rows of a batch of n columns.
  std::size_t (*batch_stride)(std::size_t n) noexcept;

  /// Into the layout in which `forward` reads weights and `gradient` writes sums, the padding 0. A
  /// matrix of one row stays as it is, with its padding after it: tiny nets rely on that.
  void (*pack)(const T* row_major, std::size_t k, std::size_t n, T* packed) noexcept;
  void (*unpack)(const T* packed, std::size_t k, std::size_t n, T* row_major) noexcept;
  /// What `backward` reads of packed k x n weights: how many elements, and how it is made. It has
  /// to be made anew when they have changed.
  std::size_t (*backward_operand_size)(std::size_t k, std::size_t n) noexcept;
  void (*make_backward_operand)(const T* weights, std::size_t k, std::size_t n,
                                T* operand) noexcept;

  /// Bytes of the block in which load_rows notes the zeros of a batch, which suffice for fewer rows
  /// as well.
  std::size_t (*nonzeros_size)(std::size_t m, std::size_t cols) noexcept;
  /// Share of the multiply-adds of a layer's `forward` and `gradient` that they would leave out by
  /// the notes of load_rows (for_gradient); 0 where that does not pay. n: the layer's outputs.
  double (*skipped_share)(const void* nonzero, std::size_t m, std::size_t cols,
                          std::size_t n) noexcept;
  void (*load_rows)(const LoadArgs<T>& args) noexcept;

  void (*forward)(const ForwardArgs<T>& args) noexcept;
  void (*backward)(const BackwardArgs<T>& args) noexcept;
  void (*gradient)(const GradientArgs<T>& args) noexcept;
  void (*output)(const OutputArgs<T>& args) noexcept;

  /// A chunk through a whole tiny net. Returns the sum of the loss over its rows, without penalty:
  /// log loss, or half the squared error summed over outputs.
  double (*tiny_forward)(const TinyForwardArgs<T>& args) noexcept;
  void (*tiny_backward)(const TinyBackwardArgs<T>& args) noexcept;

  /// columns[j] = sum over i of x[i][j]*y[i][j] of two packed k x n matrices: one chain over i in
  /// double, so that neither panel nor vector width matters.
  void (*column_dots)(const T* x, const T* y, std::size_t k, std::size_t n,
                      double* columns) noexcept;
  /// y += a*x and y = a*y over `size` elements, the size of a packed matrix or of several.
  void (*add_scaled)(T a, const T* x, T* y, std::size_t size) noexcept;
  void (*scale)(T a, T* y, std::size_t size) noexcept;

  /// Runs at least `steps` fused multiply-adds in each of many independent chains that never leave
  /// the registers, and returns the number of floating-point operations that were: the peak.
  double (*multiply_add_chains)(std::size_t steps) noexcept;

  /// y[i] = f(x[i]); errors in ULP are stated in math-inl.hpp. For tests and benchmarks.
  void (*exp)(const T* x, T* y, std::size_t size) noexcept;
  void (*tanh)(const T* x, T* y, std::size_t size) noexcept;
  void (*logistic)(const T* x, T* y, std::size_t size) noexcept;
  void (*log)(const T* x, T* y, std::size_t size) noexcept;
};

struct KernelTable {
  const char* isa;
  Kernels<float> f32;
  Kernels<double> f64;

  template <class T>
  [[nodiscard]] const Kernels<T>& get() const {
    if constexpr (sizeof(T) == sizeof(float)) {
      return f32;
    } else {
      return f64;
    }
  }
};

}  // namespace mlpgrid
