// The steps of traced fits as text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5/read.hpp"

namespace mlpgrid {

/// One table per fit: step, every parameter after it, the loss of its batch before it. `label`
/// names the configs.
[[nodiscard]] std::string format_traces(std::span<const FitTrace> traces,
                                        const std::vector<std::string>& label);

}  // namespace mlpgrid
