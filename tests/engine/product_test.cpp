// The products against naive loops. Because every element is one chain of fused multiply-adds in
// the order of the summation index, the loops with std::fma give the same bits, not only near ones.
#include <cmath>
#include <string>
#include <vector>

#include "engine/random/random.hpp"
#include "guarded_buffer.hpp"
#include "isa_fixture.hpp"
#include "random_cases.hpp"

namespace mlpgrid {
namespace {

using testing::EachIsa;
using testing::GuardedBuffer;

struct Shape {
  std::size_t m, k, n;
};

// Widths that are no multiple of any tile, single rows and columns, more than one block of K and of
// dW's rows.
const Shape kShapes[] = {{1, 1, 1},    {1, 3, 17},    {2, 17, 33},    {13, 5, 16},
                         {14, 33, 32}, {15, 1, 48},   {29, 100, 10},  {64, 197, 3},
                         {7, 401, 65}, {5, 1100, 40}, {128, 64, 100}, {300, 50, 70}};

template <class T>
std::vector<T> random_values(std::size_t count, std::uint32_t seed) {
  RandomState random(seed);
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(random.uniform(-1.0, 1.0));
  return values;
}

/// m x n values in rows of `stride`, the rest 0.
template <class T>
std::vector<T> random_rows(std::size_t m, std::size_t n, std::size_t stride, std::uint32_t seed) {
  const std::vector<T> values = random_values<T>(m * n, seed);
  std::vector<T> rows(m * stride);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) rows[i * stride + j] = values[i * n + j];
  }
  return rows;
}

template <class T>
std::vector<T> packed(const std::vector<T>& row_major, std::size_t k, std::size_t n) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  std::vector<T> out(kernels.packed_size(k, n));
  kernels.pack(row_major.data(), k, n, out.data());
  return out;
}

template <class T>
std::vector<T> unpacked(const std::vector<T>& values, std::size_t k, std::size_t n) {
  std::vector<T> out(k * n);
  mlpgrid::kernels().get<T>().unpack(values.data(), k, n, out.data());
  return out;
}

template <class T>
void check_forward(const Shape& s) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t a_stride = kernels.batch_stride(s.k);
  const std::size_t c_stride = kernels.batch_stride(s.n);
  const GuardedBuffer<T> a(random_rows<T>(s.m, s.k, a_stride, 1));
  const std::vector<T> w = random_values<T>(s.k * s.n, 2);
  const GuardedBuffer<T> bias(random_values<T>(kernels.packed_columns(s.n), 3));
  const GuardedBuffer<T> w_packed(packed(w, s.k, s.n));
  GuardedBuffer<T> c(s.m * c_stride);
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::leaky_relu}) {
    kernels.forward({.a = a.data(),
                     .a_stride = a_stride,
                     .m = s.m,
                     .weights = w_packed.data(),
                     .bias = bias.data(),
                     .k = s.k,
                     .n = s.n,
                     .activation = activation,
                     .c = c.data(),
                     .c_stride = c_stride});
    for (std::size_t i = 0; i < s.m; ++i) {
      for (std::size_t j = 0; j < s.n; ++j) {
        T z = T(0);
        for (std::size_t kk = 0; kk < s.k; ++kk) {
          z = std::fma(a[i * a_stride + kk], w[kk * s.n + j], z);
        }
        z += bias[j];
        if (activation == Activation::relu && z <= T(0)) z = T(0);
        if (activation == Activation::leaky_relu && z <= T(0)) z *= static_cast<T>(kLeakySlope);
        ASSERT_EQ(c[i * c_stride + j], z)
            << s.m << "x" << s.k << "x" << s.n << " at " << i << "," << j;
      }
    }
  }
}

template <class T>
void check_backward(const Shape& s) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t d_stride = kernels.batch_stride(s.n);
  const std::size_t c_stride = kernels.batch_stride(s.k);
  const GuardedBuffer<T> d(random_rows<T>(s.m, s.n, d_stride, 4));
  const std::vector<T> w = random_values<T>(s.k * s.n, 5);
  const GuardedBuffer<T> a(random_rows<T>(s.m, s.k, c_stride, 6));
  GuardedBuffer<T> operand(kernels.backward_operand_size(s.k, s.n), T(9));
  kernels.make_backward_operand(packed(w, s.k, s.n).data(), s.k, s.n, operand.data());
  GuardedBuffer<T> c(s.m * c_stride);
  for (const Activation activation : {Activation::identity, Activation::logistic, Activation::tanh,
                                      Activation::relu, Activation::leaky_relu}) {
    kernels.backward({.deltas = d.data(),
                      .deltas_stride = d_stride,
                      .m = s.m,
                      .operand = operand.data(),
                      .n = s.n,
                      .k = s.k,
                      .activation = activation,
                      .a = a.data(),
                      .c = c.data(),
                      .c_stride = c_stride});
    for (std::size_t i = 0; i < s.m; ++i) {
      for (std::size_t j = 0; j < s.k; ++j) {
        T sum = T(0);
        for (std::size_t q = 0; q < s.n; ++q) {
          sum = std::fma(d[i * d_stride + q], w[j * s.n + q], sum);
        }
        const T value = a[i * c_stride + j];
        switch (activation) {
          case Activation::identity:
            break;
          case Activation::logistic:
            sum = sum * value * (T(1) - value);
            break;
          case Activation::tanh:
            sum = sum * std::fma(-value, value, T(1));
            break;
          case Activation::relu:
            sum = value > T(0) ? sum : sum * T(0);
            break;
          case Activation::leaky_relu:
            sum = value > T(0) ? sum : sum * static_cast<T>(kLeakySlope);
            break;
        }
        ASSERT_EQ(c[i * c_stride + j], sum)
            << s.m << "x" << s.k << "x" << s.n << " at " << i << "," << j;
      }
    }
  }
}

/// Two chunks of rows must give the sums of one: the chain goes on through memory.
template <class T>
void check_gradient(const Shape& s) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t a_stride = kernels.batch_stride(s.k);
  const std::size_t d_stride = kernels.batch_stride(s.n);
  const GuardedBuffer<T> a(random_rows<T>(s.m, s.k, a_stride, 7));
  const GuardedBuffer<T> d(random_rows<T>(s.m, s.n, d_stride, 8));
  GuardedBuffer<T> gradient(kernels.packed_size(s.k, s.n), T(9));
  GuardedBuffer<T> bias_gradient(kernels.packed_columns(s.n), T(9));
  const std::size_t first = (s.m + 1) / 2;
  for (const auto& [start, count] : {std::pair{std::size_t{0}, first}, {first, s.m - first}}) {
    if (count == 0) continue;
    kernels.gradient({.inputs = a.data() + start * a_stride,
                      .inputs_stride = a_stride,
                      .deltas = d.data() + start * d_stride,
                      .deltas_stride = d_stride,
                      .m = count,
                      .k = s.k,
                      .n = s.n,
                      .gradient = gradient.data(),
                      .bias_gradient = bias_gradient.data(),
                      .continue_sums = start > 0});
  }
  std::vector<T> result(s.k * s.n);
  kernels.unpack(gradient.data(), s.k, s.n, result.data());
  for (std::size_t j = 0; j < s.n; ++j) {
    T bias = T(0);
    for (std::size_t i = 0; i < s.m; ++i) bias += d[i * d_stride + j];
    ASSERT_EQ(bias_gradient[j], bias);
    for (std::size_t p = 0; p < s.k; ++p) {
      T sum = T(0);
      for (std::size_t i = 0; i < s.m; ++i) {
        sum = std::fma(a[i * a_stride + p], d[i * d_stride + j], sum);
      }
      ASSERT_EQ(result[p * s.n + j], sum)
          << s.m << "x" << s.k << "x" << s.n << " at " << p << "," << j;
    }
  }
}

template <class T>
void check_layout(const Shape& s) {
  const std::vector<T> w = random_values<T>(s.k * s.n, 9);
  EXPECT_EQ(unpacked(packed(w, s.k, s.n), s.k, s.n), w);
  std::vector<T> row = w;
  row.resize(mlpgrid::kernels().get<T>().packed_size(1, w.size()));
  EXPECT_EQ(packed(w, 1, w.size()), row) << "a single row stays as it is, then 0";
}

using Products = EachIsa;
TEST_P(Products, ForwardIsOneChain) {
  for (const Shape& shape : kShapes) {
    check_forward<float>(shape);
    check_forward<double>(shape);
  }
}
TEST_P(Products, BackwardIsOneChain) {
  for (const Shape& shape : kShapes) {
    check_backward<float>(shape);
    check_backward<double>(shape);
  }
}
TEST_P(Products, GradientIsOneChainOverChunks) {
  for (const Shape& shape : kShapes) {
    check_gradient<float>(shape);
    check_gradient<double>(shape);
  }
}
TEST_P(Products, Packing) {
  for (const Shape& shape : kShapes) {
    check_layout<float>(shape);
    check_layout<double>(shape);
  }
}
TEST_P(Products, RandomShapesAreOneChain) {
  testing::RandomCases random;
  SCOPED_TRACE(testing::RandomCases::name());
  for (int i = 0; i < 60 && !HasFatalFailure(); ++i) {
    const Shape shape{random.size(80), random.size(200), random.size(200)};
    check_forward<float>(shape);
    check_forward<double>(shape);
    check_backward<float>(shape);
    check_backward<double>(shape);
    check_gradient<float>(shape);
    check_gradient<double>(shape);
    check_layout<float>(shape);
    check_layout<double>(shape);
  }
}
TEST_P(Products, BytesAreDividedWithCorrectRounding) {
  // Every byte, by every divisor and shift that images or statistics would give.
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < 256; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  for (const double divisor : {255.0, 1.0, 78.56748998339798, 0.3, 1e-3}) {
    for (const double shift : {0.0, 33.31842144983153}) {
      const std::vector<float> divisors(256, static_cast<float>(divisor));
      const std::vector<float> shifts(256, static_cast<float>(shift));
      const std::vector<float> reciprocals(256, 1.0f / divisors[0]);
      const double unused = 0.0;
      for (const bool alike : {false, true}) {
        const FeatureSource<float> source{.type = StoredType::uint8,
                                          .data = bytes.data(),
                                          .cols = 256,
                                          .shift = &unused,
                                          .divisor = &unused,
                                          .shift_t = shifts.data(),
                                          .divisor_t = divisors.data(),
                                          .reciprocal_t = reciprocals.data(),
                                          .alike = alike};
        const std::int32_t row = 0;
        std::vector<float> out(256);
        kernels().f32.load_rows(
            {.source = source, .rows = &row, .m = 1, .out = out.data(), .stride = 256});
        for (std::size_t i = 0; i < 256; ++i) {
          EXPECT_EQ(out[i], (static_cast<float>(i) - shifts[i]) / divisors[i]) << i;
        }
      }
    }
  }
}
MLPGRID_FOR_EACH_ISA(Products);

TEST(Dispatch, RefusesUnknownNames) {
  try {
    force_isa("sse9");
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("sse9"), std::string::npos);
    EXPECT_NE(message.find(supported_isas().front()), std::string::npos);
  }
}

TEST(Dispatch, ForcesWhatItSays) {
  for (const std::string& isa : supported_isas()) {
    force_isa(isa);
    EXPECT_EQ(active_isa(), isa);
  }
  force_isa(supported_isas().front());
}

}  // namespace
}  // namespace mlpgrid
