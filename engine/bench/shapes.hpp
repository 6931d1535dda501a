// The layers and batches whose kernels are measured: those that training a small image classifier
// uses. Plain data, for every program that times kernels.
#pragma once

#include <cstddef>

namespace mlpgrid {

/// One layer's weights, inputs x outputs.
struct BenchLayer {
  std::size_t inputs = {};
  std::size_t outputs = {};
  bool first = {};  // reads the data: nobody needs the deltas of its inputs
};

/// Every distinct layer of the nets 784-256-128-64-32-10 and 784-128-64-32-10.
inline constexpr BenchLayer kBenchLayers[] = {
    {.inputs = 784, .outputs = 256, .first = true},
    {.inputs = 784, .outputs = 128, .first = true},
    {.inputs = 256, .outputs = 128},
    {.inputs = 128, .outputs = 64},
    {.inputs = 64, .outputs = 32},
    {.inputs = 32, .outputs = 10},
};

/// Rows of a batch.
inline constexpr std::size_t kBenchBatches[] = {64, 128, 256};

}  // namespace mlpgrid
