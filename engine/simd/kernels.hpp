// What one instruction set offers to the engine: whole-layer operations as plain function pointers.
// Operands are packed in a layout that belongs to the unit; nobody above this table indexes into
// packed weights, and batches only through the strides that the unit gave.
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

/// Rows that share a list of non-zeros in the forward product, and features that share one in the
/// gradient: the same in every unit.
inline constexpr std::size_t kZeroGroup = 3;

/// For each group of rows or features of a batch, in ascending order, the steps of the summation in
/// which any member of the group is not zero. Leaving out the others changes no bit of a product
/// with finite numbers, and where numbers are not finite the loss is not, and the fit has diverged.
/// Group g has counts[g] entries from entries + g * stride on.
struct NonzeroLists {
  std::int32_t* entries = nullptr;
  std::int32_t* counts = nullptr;
  std::size_t stride = {};
  // By rows: all rows of the batch, those of group g from members + g * kZeroGroup on. By features
  // null: feature j belongs to group j / kZeroGroup.
  std::int32_t* members = nullptr;
};

/// Makes the lists of a batch of m rows of `cols` features.
struct NonzeroArgs {
  std::size_t m = {}, cols = {};
  const std::uint64_t* bits = nullptr;  // see load_rows
  NonzeroLists* by_rows = nullptr;      // features per group of rows, for `forward`
  NonzeroLists* by_features = nullptr;  // rows per group of features, for `gradient`; or null
  std::uint64_t* scratch = nullptr;     // nonzero_scratch(m, cols) words
};

/// Words of one bit per feature that say which features of a row are not zero. Those of all rows
/// lie side by side: word w of row i at w * nonzero_stride(m) + i. The stride is whole vectors and
/// an odd number of cache lines; a word of zeros per row comes last.
constexpr std::size_t nonzero_stride(std::size_t m) { return (m + 15) / 16 * 16 + 8; }
constexpr std::size_t nonzero_words(std::size_t cols) { return (cols + 63) / 64; }
constexpr std::size_t nonzero_bits_size(std::size_t m, std::size_t cols) {
  return (nonzero_words(cols) + 1) * nonzero_stride(m);
}

/// Features whose groups share a word, a window, while the lists are made.
inline constexpr std::size_t kWindow = 60;
constexpr std::size_t nonzero_windows(std::size_t cols) { return (cols + kWindow - 1) / kWindow; }
/// Words that stand for a row where rows are compared.
constexpr std::size_t nonzero_signature(std::size_t cols) {
  return (nonzero_windows(cols) + 5) / 6;  // a bit for six features
}
/// Windows and signature of every row, two numbers per row to sort by, the bits of a group of rows,
/// and those of every group of features, of which a window has at most 20.
constexpr std::size_t nonzero_scratch(std::size_t m, std::size_t cols) {
  return (nonzero_windows(cols) + nonzero_signature(cols) + 1) * nonzero_stride(m) +
         nonzero_words(cols) + nonzero_windows(cols) * 20 * ((m + 63) / 64);
}

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
  const NonzeroLists* nonzero = nullptr;  // of a by rows: only these steps are taken; null: all
};

/// c = (deltas * w^T) .* f'(a), deltas m x n, w^T packed n x k (see `transpose`), a and c m x k.
/// The derivative of every activation is a function of its value a. c may not be a.
template <class T>
struct BackwardArgs {
  const T* deltas = nullptr;
  std::size_t deltas_stride = {};
  std::size_t m = {};
  const T* transposed = nullptr;
  std::size_t n = {}, k = {};
  Activation activation = {};
  const T* a = nullptr;
  T* c = nullptr;
  std::size_t c_stride = {};  // of a as well
};

/// One solver step, applied to a layer while its gradient is in registers. With S the sums over the
/// m rows of the batch and W the weights before the step:
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
  T* first = nullptr;  // v or f, packed as the weights
  T* second = nullptr;
  T* bias_first = nullptr;
  T* bias_second = nullptr;
};

/// S = inputs^T * deltas (k x n) and the column sums of deltas, each one chain over rows. With
/// continue_sums the chain goes on from `gradient` and `bias_gradient`. Without an update the sums
/// are stored there; with one they are used up.
template <class T>
struct GradientArgs {
  const T* inputs = nullptr;
  std::size_t inputs_stride = {};
  const T* deltas = nullptr;
  std::size_t deltas_stride = {};
  std::size_t m = {}, k = {}, n = {};
  T* weights = nullptr;
  T* bias = nullptr;
  T* gradient = nullptr;  // packed as the weights; may be null where nothing is continued or stored
  T* bias_gradient = nullptr;
  bool continue_sums = {};
  const UpdateArgs<T>* update = nullptr;
  // Per column (packed_columns(n) values): sums over rows of W^2 and |W| before the update. Written
  // only with an update, which adds l1 only where `magnitudes` is not null.
  T* squares = nullptr;
  T* magnitudes = nullptr;
  const NonzeroLists* nonzero = nullptr;  // of the inputs by features: only these rows; null: all
};

/// From the outputs before their function (z, m x n) to outputs, loss and deltas, in place. With
/// neither labels nor targets: to outputs only.
template <class T>
struct OutputArgs {
  T* z =
      nullptr;  // in: z; out: the outputs, or with want_deltas the deltas; padding columns end as 0
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

/// Rounding of the sums below: one chain over the rows of each column in double, so that neither
/// panel nor vector width matters.
template <class T>
struct Kernels {
  std::size_t lanes;  // of one vector

  /// Columns of a packed matrix with its padding (always 0), a multiple of `lanes`.
  [[nodiscard]] std::size_t packed_columns(std::size_t n) const {
    return (n + lanes - 1) / lanes * lanes;
  }
  /// Elements between rows of a batch of n columns: whole vectors, and an odd number of cache
  /// lines, so that a column of rows does not fall into a few cache sets.
  [[nodiscard]] std::size_t batch_stride(std::size_t n) const {
    constexpr std::size_t kLine = 64 / sizeof(T);
    const std::size_t lines = (n + kLine - 1) / kLine;
    return (lines % 2 == 0 ? lines + 1 : lines) * kLine;
  }
  [[nodiscard]] std::size_t packed_size(std::size_t k, std::size_t n) const {
    return k * packed_columns(n);
  }

  void (*pack)(const T* row_major, std::size_t k, std::size_t n, T* packed) noexcept;
  void (*unpack)(const T* packed, std::size_t k, std::size_t n, T* row_major) noexcept;
  /// Packed k x n to packed n x k.
  void (*transpose)(const T* packed, std::size_t k, std::size_t n, T* transposed) noexcept;

  /// The rows of a batch from the data set, converted and scaled, into out (m x cols).
  /// `bits`: null, or nonzero_bits_size(m, cols) words that say where they are not zero; the
  /// padding of out has to be 0 then.
  void (*load_rows)(const FeatureSource<T>& source, const std::int32_t* rows, std::size_t m, T* out,
                    std::size_t stride, std::uint64_t* bits) noexcept;
  void (*list_nonzeros)(const NonzeroArgs& args) noexcept;
  void (*forward)(const ForwardArgs<T>& args) noexcept;
  void (*backward)(const BackwardArgs<T>& args) noexcept;
  void (*gradient)(const GradientArgs<T>& args) noexcept;
  void (*output)(const OutputArgs<T>& args) noexcept;

  /// A chunk through a whole tiny net. Returns the sum of the loss over its rows, without penalty:
  /// log loss, or half the squared error summed over outputs.
  double (*tiny_forward)(const TinyForwardArgs<T>& args) noexcept;
  void (*tiny_backward)(const TinyBackwardArgs<T>& args) noexcept;

  /// columns[j] = sum over i of x[i][j]*y[i][j] of two packed k x n matrices.
  void (*column_dots)(const T* x, const T* y, std::size_t k, std::size_t n,
                      double* columns) noexcept;
  /// y += a*x and y = a*y over `size` elements (a multiple of `lanes`).
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
