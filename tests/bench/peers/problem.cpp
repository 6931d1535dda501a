// Random operands and the naive products they are checked with.
#include "problem.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>

namespace mlpgrid::bench {
namespace {

std::vector<float> random_values(std::size_t count, std::mt19937& generator) {
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(generator);
  return values;
}

/// Adds a*b to element `at`; magnitudes are collected in `tolerance` until `finish`.
void add_term(Reference& sums, std::size_t at, double a, double b) {
  sums.values[at] += a * b;
  sums.tolerance[at] += std::abs(a * b);
}

void finish(Reference& sums, std::size_t start, std::size_t terms) {
  const double bound = (static_cast<double>(terms) + 2.0) *
                       static_cast<double>(std::numeric_limits<float>::epsilon());
  for (std::size_t i = start; i < sums.tolerance.size(); ++i) sums.tolerance[i] *= bound;
}

Reference zeros(std::size_t count) {
  return {.values = std::vector<double>(count), .tolerance = std::vector<double>(count)};
}

Reference forward(const Problem& p) {
  Reference c = zeros(p.m * p.n);
  for (std::size_t i = 0; i < p.m; ++i) {
    for (std::size_t q = 0; q < p.k; ++q) {
      for (std::size_t j = 0; j < p.n; ++j) {
        add_term(c, i * p.n + j, static_cast<double>(p.x[i * p.k + q]),
                 static_cast<double>(p.w[q * p.n + j]));
      }
    }
    for (std::size_t j = 0; j < p.n; ++j) {
      add_term(c, i * p.n + j, static_cast<double>(p.bias[j]), 1.0);
    }
  }
  for (double& value : c.values) value = std::fmax(value, 0.0);
  finish(c, 0, p.k + 1);
  return c;
}

Reference input_deltas(const Problem& p) {
  Reference c = zeros(p.m * p.k);
  for (std::size_t i = 0; i < p.m; ++i) {
    for (std::size_t j = 0; j < p.k; ++j) {
      if (p.x[i * p.k + j] <= 0.0F) continue;
      for (std::size_t q = 0; q < p.n; ++q) {
        add_term(c, i * p.k + j, static_cast<double>(p.d[i * p.n + q]),
                 static_cast<double>(p.w[j * p.n + q]));
      }
    }
  }
  finish(c, 0, p.n);
  return c;
}

Reference gradient(const Problem& p) {
  Reference c = zeros(p.k * p.n + p.n);
  for (std::size_t i = 0; i < p.m; ++i) {
    for (std::size_t q = 0; q < p.k; ++q) {
      for (std::size_t j = 0; j < p.n; ++j) {
        add_term(c, q * p.n + j, static_cast<double>(p.x[i * p.k + q]),
                 static_cast<double>(p.d[i * p.n + j]));
      }
    }
    for (std::size_t j = 0; j < p.n; ++j) {
      add_term(c, p.k * p.n + j, static_cast<double>(p.d[i * p.n + j]), 1.0);
    }
  }
  finish(c, 0, p.m);
  return c;
}

}  // namespace

const char* name_of(Operation operation) {
  switch (operation) {
    case Operation::forward:
      return "forward";
    case Operation::input_deltas:
      return "dX";
    case Operation::gradient:
      break;
  }
  return "dW";
}

Problem make_problem(Operation operation, std::size_t m, std::size_t k, std::size_t n,
                     bool first_layer) {
  std::mt19937 generator(1);
  Problem problem{.operation = operation,
                  .m = m,
                  .k = k,
                  .n = n,
                  .x = random_values(m * k, generator),
                  .w = random_values(k * n, generator),
                  .bias = random_values(n, generator),
                  .d = random_values(m * n, generator)};
  if (!first_layer) {
    for (float& value : problem.x) value = std::fmax(value, 0.0F);
  }
  return problem;
}

Reference reference(const Problem& problem) {
  switch (problem.operation) {
    case Operation::forward:
      return forward(problem);
    case Operation::input_deltas:
      return input_deltas(problem);
    case Operation::gradient:
      break;
  }
  return gradient(problem);
}

std::string difference(const std::vector<float>& result, const Reference& reference) {
  if (result.size() != reference.values.size()) {
    return fmt::format("{} values instead of {}", result.size(), reference.values.size());
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double error = std::abs(static_cast<double>(result[i]) - reference.values[i]);
    // Written so that NaN is wrong.
    if (!(error <= reference.tolerance[i])) {
      return fmt::format("element {} is {}, not {} (tolerance {:.1e})", i, result[i],
                         reference.values[i], reference.tolerance[i]);
    }
  }
  return {};
}

}  // namespace mlpgrid::bench
