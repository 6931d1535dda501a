// Times the kernels and whole training steps of this machine, each beside the multiply-add peak
// that was measured in the same fraction of a second: on a machine whose speed drifts only the
// ratio means something. Prints nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "engine/fit.hpp"

namespace mlpgrid {

/// One subject, measured several times. Times are seconds per call.
struct Measurement {
  std::string name;   // "forward float32 64x256x784": operation, precision, m x n x k
  double work = 0.0;  // floating-point operations that a call needs, zeros of the input included
  double executed = 0.0;  // of these the ones that were executed
  double best = 0.0, median = 0.0;
  double share_of_peak = 0.0;  // median over the runs of (work / time) / peak
};

struct BenchmarkOptions {
  std::function<bool(const std::string&)> filter;  // whether to measure what has this name
  int runs = 15;                                   // an odd number makes the median one of them
  std::function<void(const Measurement&)> report;
};

/// Floating-point operations per second of independent fused multiply-adds in registers: several
/// runs, in ascending order.
[[nodiscard]] std::vector<double> fma_peaks(Precision precision, int runs);

/// Every kernel at the shapes of shapes.hpp, in both precisions.
void measure_kernels(const BenchmarkOptions& options);

/// Whole epochs of the nets 784-256-128-64-32-10 and 784-128-64-32-10 per solver and batch on the
/// training rows of `data` (784 features, 10 classes), a call being one step. `label` ends the
/// names, as in "step adam 64 784-256-128-64-32-10 float32 on MNIST".
void measure_training(const BenchmarkOptions& options, const FitData& data,
                      const std::string& label);

/// measure_training() on images in which no pixel is zero, and steps of 2-10-1 on 350 rows, full
/// batch.
void measure_training_on_generated(const BenchmarkOptions& options);

}  // namespace mlpgrid
