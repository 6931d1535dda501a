// The errors that math-inl.hpp states, enforced against libm in the next wider precision, for every
// instruction set; special values; lengths around the vector width.
#include <cmath>
#include <limits>
#include <vector>

#include "engine/random/random.hpp"
#include "isa_fixture.hpp"

namespace mlpgrid {
namespace {

using testing::EachIsa;

template <class T>
struct Function {
  const char* name;
  void (*Kernels<T>::*kernel)(const T*, T*, std::size_t) noexcept;
  long double (*exact)(long double);
  double low, high;  // where the error bound holds
  double max_ulp;
};

long double logistic(long double x) { return 1.0L / (1.0L + std::exp(-x)); }

template <class T>
std::vector<Function<T>> functions() {
  constexpr bool is_float = sizeof(T) == 4;
  return {
      {"exp", &Kernels<T>::exp, std::exp, is_float ? -87.0 : -708.0, is_float ? 88.7 : 709.7, 0.8},
      {"tanh", &Kernels<T>::tanh, std::tanh, is_float ? -12.0 : -25.0, is_float ? 12.0 : 25.0, 1.9},
      {"logistic", &Kernels<T>::logistic, logistic, is_float ? -87.0 : -708.0, 100.0, 1.6},
      {"log", &Kernels<T>::log, std::log, is_float ? 1e-37 : 1e-300, is_float ? 1e37 : 1e300, 0.8},
  };
}

/// Arguments spread over [low, high], denser near zero: uniform ones, and ones uniform in
/// magnitude.
template <class T>
std::vector<T> arguments(double low, double high) {
  RandomState random(3);
  std::vector<T> x;
  for (int i = 0; i < 200000; ++i) {
    x.push_back(static_cast<T>(random.uniform(low, high)));
    const double size = std::exp(random.uniform(std::log(1e-30), std::log(std::fabs(high))));
    if (size >= low) x.push_back(static_cast<T>(size));
    if (-size >= low) x.push_back(static_cast<T>(-size));
  }
  x.push_back(static_cast<T>(low));
  x.push_back(static_cast<T>(high));
  return x;
}

template <class T>
long double ulp_distance(T value, long double exact) {
  const T rounded = static_cast<T>(exact);
  const T next = std::nextafter(std::fabs(rounded), std::numeric_limits<T>::infinity());
  const long double ulp =
      static_cast<long double>(next) - std::fabs(static_cast<long double>(rounded));
  return std::fabs(static_cast<long double>(value) - exact) / ulp;
}

template <class T>
void check_errors() {
  for (const Function<T>& f : functions<T>()) {
    const std::vector<T> x = arguments<T>(f.low, f.high);
    std::vector<T> y(x.size());
    (kernels().get<T>().*f.kernel)(x.data(), y.data(), x.size());
    long double worst = 0.0L;
    T at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double error = ulp_distance(y[i], f.exact(static_cast<long double>(x[i])));
      if (error > worst) {
        worst = error;
        at = x[i];
      }
    }
    EXPECT_LE(worst, f.max_ulp) << f.name << " of " << sizeof(T) * 8 << " bits at " << at;
    ::testing::Test::RecordProperty(f.name, std::to_string(worst));
  }
}

template <class T>
T apply(void (*Kernels<T>::*kernel)(const T*, T*, std::size_t) noexcept, T x) {
  T y;
  (kernels().get<T>().*kernel)(&x, &y, 1);
  return y;
}

template <class T>
void check_special_values() {
  constexpr T kInf = std::numeric_limits<T>::infinity();
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  constexpr T kTiny = std::numeric_limits<T>::denorm_min();
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, kInf), kInf);
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, -kInf), T(0));
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, T(0)), T(1));
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, kTiny), T(1));
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, T(1000)), kInf);
  EXPECT_EQ(apply<T>(&Kernels<T>::exp, T(-1000)), T(0));
  EXPECT_TRUE(std::isnan(apply<T>(&Kernels<T>::exp, kNan)));
  EXPECT_EQ(apply<T>(&Kernels<T>::tanh, kInf), T(1));
  EXPECT_EQ(apply<T>(&Kernels<T>::tanh, -kInf), T(-1));
  EXPECT_EQ(apply<T>(&Kernels<T>::tanh, T(0)), T(0));
  EXPECT_TRUE(std::signbit(apply<T>(&Kernels<T>::tanh, T(-0.0))));
  EXPECT_TRUE(std::isnan(apply<T>(&Kernels<T>::tanh, kNan)));
  EXPECT_EQ(apply<T>(&Kernels<T>::logistic, kInf), T(1));
  EXPECT_EQ(apply<T>(&Kernels<T>::logistic, -kInf), T(0));
  EXPECT_EQ(apply<T>(&Kernels<T>::logistic, T(0)), T(0.5));
  EXPECT_TRUE(std::isnan(apply<T>(&Kernels<T>::logistic, kNan)));
  EXPECT_EQ(apply<T>(&Kernels<T>::log, kInf), kInf);
  EXPECT_EQ(apply<T>(&Kernels<T>::log, T(0)), -kInf);
  EXPECT_EQ(apply<T>(&Kernels<T>::log, kTiny), -kInf);
  EXPECT_EQ(apply<T>(&Kernels<T>::log, T(1)), T(0));
  EXPECT_TRUE(std::isnan(apply<T>(&Kernels<T>::log, T(-1))));
  EXPECT_TRUE(std::isnan(apply<T>(&Kernels<T>::log, kNan)));
}

/// Every length from 0 to three vectors, from misaligned addresses, writes exactly its values.
template <class T>
void check_lengths() {
  const std::size_t lanes = kernels().get<T>().packed_columns(1);
  for (const Function<T>& f : functions<T>()) {
    for (std::size_t offset = 0; offset < 3; ++offset) {
      for (std::size_t size = 0; size <= 3 * lanes; ++size) {
        std::vector<T> x(offset + size, T(0.75));
        std::vector<T> y(offset + size + 1, T(-7));
        (kernels().get<T>().*f.kernel)(x.data() + offset, y.data() + offset, size);
        for (std::size_t i = 0; i < size; ++i) {
          ASSERT_EQ(y[offset + i], apply<T>(f.kernel, T(0.75))) << f.name << " " << size;
        }
        ASSERT_EQ(y[offset + size], T(-7)) << f.name << " wrote past " << size;
      }
    }
  }
}

using Math = EachIsa;
TEST_P(Math, ErrorsOfFloat) { check_errors<float>(); }
TEST_P(Math, ErrorsOfDouble) { check_errors<double>(); }
TEST_P(Math, SpecialValues) {
  check_special_values<float>();
  check_special_values<double>();
}
TEST_P(Math, Lengths) {
  check_lengths<float>();
  check_lengths<double>();
}
MLPGRID_FOR_EACH_ISA(Math);

template <class T>
void check_same_bits() {
  for (const Function<T>& f : functions<T>()) {
    const std::vector<T> x = arguments<T>(f.low, f.high);
    std::vector<std::vector<T>> results;
    for (const std::string& isa : supported_isas()) {
      force_isa(isa);
      (kernels().get<T>().*f.kernel)(x.data(), results.emplace_back(x.size()).data(), x.size());
    }
    for (const auto& result : results) EXPECT_EQ(result, results.front()) << f.name;
  }
  force_isa(supported_isas().front());
}

TEST(MathAcrossIsas, SameBits) {
  check_same_bits<float>();
  check_same_bits<double>();
}

}  // namespace
}  // namespace mlpgrid
