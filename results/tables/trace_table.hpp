// The steps of traced fits as text. Reading them is hdf5/read.hpp's.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5/read.hpp"

namespace mlpgrid {

/// One table per fit: the step, every parameter after it, and the loss of its batch before it.
/// `label` has the label of every config.
[[nodiscard]] std::string format_traces(std::span<const FitTrace> traces,
                                        const std::vector<std::string>& label);

}  // namespace mlpgrid
