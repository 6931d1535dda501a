// Skipping the zeros of a batch: which steps the products take against a naive search, and their
// results against those of all steps, bit for bit.
#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/random/random.hpp"
#include "guarded_buffer.hpp"
#include "isa_fixture.hpp"

namespace mlpgrid {
namespace {

using testing::EachIsa;
using testing::GuardedBuffer;

struct Shape {
  std::size_t m, k, n;
};

// Groups, windows, words and vectors that end within the batch and with it; one row, one feature.
const Shape kShapes[] = {{1, 1, 1},   {6, 60, 16},   {7, 61, 17},   {5, 64, 33},
                         {64, 65, 3}, {33, 120, 64}, {18, 785, 40}, {256, 130, 130}};

// Features that share their steps, from the first on.
constexpr std::size_t kGroup = 3;

/// About one value in eight is not zero, in blobs as in images: some whole groups are empty.
std::vector<double> sparse_rows(const Shape& s) {
  RandomState random(5);
  std::vector<double> rows(s.m * s.k);
  for (std::size_t i = 0; i < s.m; ++i) {
    bool inside = false;
    for (std::size_t j = 0; j < s.k; ++j) {
      if (random.uniform(0.0, 1.0) < (inside ? 0.3 : 0.05)) inside = !inside;
      if (inside) rows[i * s.k + j] = random.uniform(-1.0, 1.0);
    }
  }
  return rows;
}

template <class T>
struct SparseBatch {
  explicit SparseBatch(const Shape& s) : SparseBatch(s, sparse_rows(s)) {}
  SparseBatch(const Shape& s, const std::vector<double>& rows)
      : stride(kernels().get<T>().batch_stride(s.k)),
        x(s.m * stride),
        nonzero(kernels().get<T>().nonzeros_size(s.m, s.k)) {
    std::vector<std::int32_t> every_row(s.m);
    std::iota(every_row.begin(), every_row.end(), 0);
    kernels().get<T>().load_rows(
        {.source = {.type = StoredType::float64, .data = rows.data(), .cols = s.k},
         .rows = every_row.data(),
         .m = s.m,
         .out = x.data(),
         .stride = stride,
         .nonzero = nonzero.data(),
         .for_gradient = true});
  }
  std::size_t stride;
  GuardedBuffer<T> x;
  GuardedBuffer<std::uint8_t> nonzero;
};

template <class T>
std::vector<T> identity(std::size_t n, std::size_t stride) {
  std::vector<T> values(n * stride);
  for (std::size_t i = 0; i < n; ++i) values[i * stride + i] = T(1);
  return values;
}

using Steps = std::vector<std::vector<bool>>;

/// Of each row the steps that `forward` takes: the product of ones with an identity matrix has
/// their ones.
template <class T>
Steps forward_steps(const Shape& s, const SparseBatch<T>& batch) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  GuardedBuffer<T> weights(kernels.packed_size(s.k, s.k));
  kernels.pack(identity<T>(s.k, s.k).data(), s.k, s.k, weights.data());
  const GuardedBuffer<T> ones(s.m * batch.stride, T(1));
  const GuardedBuffer<T> bias(kernels.packed_columns(s.k));
  GuardedBuffer<T> c(s.m * batch.stride);
  kernels.forward({.a = ones.data(),
                   .a_stride = batch.stride,
                   .m = s.m,
                   .weights = weights.data(),
                   .bias = bias.data(),
                   .k = s.k,
                   .n = s.k,
                   .c = c.data(),
                   .c_stride = batch.stride,
                   .nonzero = batch.nonzero.data()});
  Steps steps(s.m, std::vector<bool>(s.k));
  for (std::size_t i = 0; i < s.m; ++i) {
    for (std::size_t j = 0; j < s.k; ++j) steps[i][j] = c[i * batch.stride + j] != T(0);
  }
  return steps;
}

/// Of each feature the rows that `gradient` takes.
template <class T>
Steps gradient_steps(const Shape& s, const SparseBatch<T>& batch) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t stride = kernels.batch_stride(s.m);
  const GuardedBuffer<T> ones(s.m * batch.stride, T(1));
  const GuardedBuffer<T> deltas(identity<T>(s.m, stride));
  GuardedBuffer<T> sums(kernels.packed_size(s.k, s.m));
  GuardedBuffer<T> bias_sums(kernels.packed_columns(s.m));
  kernels.gradient({.inputs = ones.data(),
                    .inputs_stride = batch.stride,
                    .deltas = deltas.data(),
                    .deltas_stride = stride,
                    .m = s.m,
                    .k = s.k,
                    .n = s.m,
                    .gradient = sums.data(),
                    .bias_gradient = bias_sums.data(),
                    .nonzero = batch.nonzero.data()});
  std::vector<T> values(s.k * s.m);
  kernels.unpack(sums.data(), s.k, s.m, values.data());
  Steps steps(s.k, std::vector<bool>(s.m));
  for (std::size_t j = 0; j < s.k; ++j) {
    for (std::size_t i = 0; i < s.m; ++i) steps[j][i] = values[j * s.m + i] != T(0);
  }
  return steps;
}

void add(const std::vector<bool>& steps, std::vector<bool>& to) {
  for (std::size_t i = 0; i < steps.size(); ++i) to[i] = to[i] || steps[i];
}

template <class T>
void check_steps(const Shape& s) {
  const SparseBatch<T> batch(s);
  Steps of_row(s.m, std::vector<bool>(s.k));
  Steps of_feature(s.k, std::vector<bool>(s.m));
  for (std::size_t i = 0; i < s.m; ++i) {
    for (std::size_t j = 0; j < s.k; ++j) {
      of_row[i][j] = of_feature[j][i] = batch.x[i * batch.stride + j] != T(0);
    }
  }
  // Which rows share their steps is the unit's choice: all of them together need just these.
  const Steps forward = forward_steps<T>(s, batch);
  for (std::size_t i = 0; i < s.m; ++i) {
    std::vector<bool> expected(s.k);
    for (std::size_t other = 0; other < s.m; ++other) {
      if (forward[other] == forward[i]) add(of_row[other], expected);
    }
    ASSERT_EQ(forward[i], expected) << s.m << "x" << s.k << ", row " << i;
  }
  const Steps gradient = gradient_steps<T>(s, batch);
  for (std::size_t j = 0; j < s.k; ++j) {
    std::vector<bool> expected(s.m);
    const std::size_t first = j / kGroup * kGroup;
    for (std::size_t f = first; f < std::min(s.k, first + kGroup); ++f) {
      add(of_feature[f], expected);
    }
    ASSERT_EQ(gradient[j], expected) << s.m << "x" << s.k << ", feature " << j;
  }
}

/// Four kinds of rows, each with a quarter of the features, in random order: rows that share their
/// steps are of one kind but where two kinds meet.
template <class T>
void check_grouping() {
  const Shape s{.m = 120, .k = 200, .n = 64};
  RandomState random(7);
  std::vector<double> rows(s.m * s.k);
  for (std::size_t i = 0; i < s.m; ++i) {
    const auto kind = static_cast<std::size_t>(random.uniform(0.0, 4.0));
    for (std::size_t j = 0; j < 50; ++j) {
      if (random.uniform(0.0, 1.0) < 0.7) rows[i * s.k + kind * 50 + j] = 1.0;
    }
  }
  const SparseBatch<T> batch(s, rows);
  const Steps steps = forward_steps<T>(s, batch);
  const auto mixed = std::count_if(steps.begin(), steps.end(), [](const auto& row) {
    return std::count(row.begin(), row.end(), true) > 50;
  });
  EXPECT_LE(mixed, 15);
  // A fourth of the steps of a group, less where all three of it are zero by chance.
  const double share = kernels().get<T>().skipped_share(batch.nonzero.data(), s.m, s.k, s.n);
  EXPECT_NEAR(share, 1.0 - 0.25 * (1.0 - 0.3 * 0.3 * 0.3), 0.03);
}

/// Notes whose zeros are too few, and a layer too narrow for what they would save.
template <class T>
void check_what_does_not_pay() {
  const Shape s{.m = 60, .k = 60, .n = 64};
  std::vector<double> rows(s.m * s.k, 1.0);
  const SparseBatch<T> dense(s, rows);
  EXPECT_EQ(kernels().get<T>().skipped_share(dense.nonzero.data(), s.m, s.k, s.n), 0.0);
  std::fill_n(rows.begin(), s.m * s.k / 2, 0.0);
  const SparseBatch<T> half(s, rows);
  EXPECT_EQ(kernels().get<T>().skipped_share(half.nonzero.data(), s.m, s.k, s.n), 0.5);
  EXPECT_EQ(kernels().get<T>().skipped_share(half.nonzero.data(), s.m, s.k, 1), 0.0);
}

template <class T>
std::vector<T> random_values(std::size_t count) {
  RandomState random(6);
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(random.uniform(-1.0, 1.0));
  return values;
}

template <class T>
void check_products(const Shape& s) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const SparseBatch<T> batch(s);
  const std::size_t stride = kernels.batch_stride(s.n);
  GuardedBuffer<T> weights(kernels.packed_size(s.k, s.n));
  kernels.pack(random_values<T>(s.k * s.n).data(), s.k, s.n, weights.data());
  const GuardedBuffer<T> bias(kernels.packed_columns(s.n));
  const auto forward = [&](const void* nonzero) {
    GuardedBuffer<T> c(s.m * stride);
    kernels.forward({.a = batch.x.data(),
                     .a_stride = batch.stride,
                     .m = s.m,
                     .weights = weights.data(),
                     .bias = bias.data(),
                     .k = s.k,
                     .n = s.n,
                     .activation = Activation::tanh,
                     .c = c.data(),
                     .c_stride = stride,
                     .nonzero = nonzero});
    return std::vector<T>(c.data(), c.data() + s.m * stride);
  };
  EXPECT_EQ(forward(batch.nonzero.data()), forward(nullptr)) << s.m << "x" << s.k << "x" << s.n;

  const GuardedBuffer<T> deltas(random_values<T>(s.m * stride));
  const auto gradient = [&](const void* nonzero) {
    GuardedBuffer<T> sums(kernels.packed_size(s.k, s.n));
    GuardedBuffer<T> bias_sums(kernels.packed_columns(s.n));
    kernels.gradient({.inputs = batch.x.data(),
                      .inputs_stride = batch.stride,
                      .deltas = deltas.data(),
                      .deltas_stride = stride,
                      .m = s.m,
                      .k = s.k,
                      .n = s.n,
                      .gradient = sums.data(),
                      .bias_gradient = bias_sums.data(),
                      .nonzero = nonzero});
    std::vector<T> result(s.k * s.n);  // without the padding
    kernels.unpack(sums.data(), s.k, s.n, result.data());
    return result;
  };
  EXPECT_EQ(gradient(batch.nonzero.data()), gradient(nullptr)) << s.m << "x" << s.k << "x" << s.n;
}

using Zeros = EachIsa;
TEST_P(Zeros, OnlyStepsOfZerosAreSkipped) {
  for (const Shape& shape : kShapes) {
    check_steps<float>(shape);
    check_steps<double>(shape);
  }
}
TEST_P(Zeros, AlikeRowsShareTheirSteps) {
  check_grouping<float>();
  check_grouping<double>();
}
TEST_P(Zeros, NothingIsSkippedWhereItDoesNotPay) {
  check_what_does_not_pay<float>();
  check_what_does_not_pay<double>();
}
TEST_P(Zeros, SkippingLeavesTheSameBits) {
  for (const Shape& shape : kShapes) {
    check_products<float>(shape);
    check_products<double>(shape);
  }
}
MLPGRID_FOR_EACH_ISA(Zeros);

}  // namespace
}  // namespace mlpgrid
