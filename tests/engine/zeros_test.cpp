// Skipping the zeros of a batch: the lists against a naive search, and the products along them
// against the products over everything, bit for bit.
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

struct Lists {
  Lists(std::size_t size, std::size_t group, std::size_t steps)
      : stride((steps + 15) / 16 * 16 + 16),
        groups((size + group - 1) / group),
        entries(groups * stride),
        counts(groups),
        members(size),
        view{entries.data(), counts.data(), stride, members.data()} {}
  std::size_t stride, groups;
  GuardedBuffer<std::int32_t> entries, counts, members;
  NonzeroLists view;

  std::vector<std::int32_t> list(std::size_t group) const {
    const auto* begin = view.entries + group * stride;
    return {begin, begin + view.counts[group]};
  }
};

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
        by_rows(s.m, kZeroGroup, s.k),
        by_features(s.k, kZeroGroup, s.m),
        bits(nonzero_bits_size(s.m, s.k)),
        scratch(nonzero_scratch(s.m, s.k)) {
    std::vector<std::int32_t> every_row(s.m);
    std::iota(every_row.begin(), every_row.end(), 0);
    const FeatureSource<T> source{.type = StoredType::float64, .data = rows.data(), .cols = s.k};
    kernels().get<T>().load_rows(source, every_row.data(), s.m, x.data(), stride, bits.data());
    kernels().get<T>().list_nonzeros({.m = s.m,
                                      .cols = s.k,
                                      .bits = bits.data(),
                                      .by_rows = &by_rows.view,
                                      .by_features = &by_features.view,
                                      .scratch = scratch.data()});
  }
  std::size_t stride;
  GuardedBuffer<T> x;
  Lists by_rows, by_features;
  GuardedBuffer<std::uint64_t> bits, scratch;
};

template <class T>
void check_lists(const Shape& s) {
  const SparseBatch<T> batch(s);
  const auto is_set = [&](std::size_t i, std::size_t j) {
    return batch.x[i * batch.stride + j] != T(0);
  };
  const auto* const members = batch.by_rows.view.members;
  std::vector<std::int32_t> every_row(s.m);
  std::iota(every_row.begin(), every_row.end(), 0);
  ASSERT_TRUE(std::is_permutation(every_row.begin(), every_row.end(), members, members + s.m));
  for (std::size_t group = 0; group < batch.by_rows.groups; ++group) {
    std::vector<std::int32_t> expected;
    for (std::size_t j = 0; j < s.k; ++j) {
      bool any = false;
      for (std::size_t i = kZeroGroup * group; i < std::min(s.m, kZeroGroup * (group + 1)); ++i) {
        any = any || is_set(static_cast<std::size_t>(members[i]), j);
      }
      if (any) expected.push_back(static_cast<std::int32_t>(j));
    }
    ASSERT_EQ(batch.by_rows.list(group), expected) << s.m << "x" << s.k << ", rows of " << group;
  }
  for (std::size_t group = 0; group < batch.by_features.groups; ++group) {
    std::vector<std::int32_t> expected;
    for (std::size_t i = 0; i < s.m; ++i) {
      bool any = false;
      for (std::size_t j = kZeroGroup * group; j < std::min(s.k, kZeroGroup * (group + 1)); ++j) {
        any = any || is_set(i, j);
      }
      if (any) expected.push_back(static_cast<std::int32_t>(i));
    }
    ASSERT_EQ(batch.by_features.list(group), expected)
        << s.m << "x" << s.k << ", features of " << group;
  }
}

/// Four kinds of rows, each with a quarter of the features, in random order: groups are of one kind
/// but where two kinds meet.
template <class T>
void check_grouping() {
  const Shape s{.m = 120, .k = 200, .n = 1};
  RandomState random(7);
  std::vector<std::size_t> kind(s.m);
  std::vector<double> rows(s.m * s.k);
  for (std::size_t i = 0; i < s.m; ++i) {
    kind[i] = static_cast<std::size_t>(random.uniform(0.0, 4.0));
    for (std::size_t j = 0; j < 50; ++j) {
      if (random.uniform(0.0, 1.0) < 0.7) rows[i * s.k + kind[i] * 50 + j] = 1.0;
    }
  }
  const SparseBatch<T> batch(s, rows);
  int mixed = 0;
  for (std::size_t i = 0; i < s.m; i += kZeroGroup) {
    const auto* group = batch.by_rows.view.members + i;
    const auto kind_of = [&](std::int32_t row) { return kind[static_cast<std::size_t>(row)]; };
    if (std::any_of(group, group + kZeroGroup,
                    [&](std::int32_t row) { return kind_of(row) != kind_of(*group); })) {
      ++mixed;
    }
  }
  EXPECT_LE(mixed, 5);  // of 40 groups
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
  const auto forward = [&](const NonzeroLists* lists) {
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
                     .nonzero = lists});
    return std::vector<T>(c.data(), c.data() + s.m * stride);
  };
  EXPECT_EQ(forward(&batch.by_rows.view), forward(nullptr)) << s.m << "x" << s.k << "x" << s.n;

  const GuardedBuffer<T> deltas(random_values<T>(s.m * stride));
  const auto gradient = [&](const NonzeroLists* lists) {
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
                      .nonzero = lists});
    std::vector<T> result(s.k * s.n);  // without the padding
    kernels.unpack(sums.data(), s.k, s.n, result.data());
    return result;
  };
  EXPECT_EQ(gradient(&batch.by_features.view), gradient(nullptr))
      << s.m << "x" << s.k << "x" << s.n;
}

using Zeros = EachIsa;
TEST_P(Zeros, ListsNameWhatIsNotZero) {
  for (const Shape& shape : kShapes) {
    check_lists<float>(shape);
    check_lists<double>(shape);
  }
}
TEST_P(Zeros, AlikeRowsShareAGroup) {
  check_grouping<float>();
  check_grouping<double>();
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
