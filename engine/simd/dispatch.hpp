// Which instruction set the kernels run on: the best this machine has, or the one that was asked
// for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/simd/kernels.hpp"

namespace mlpgrid {

/// Names of the units that this CPU and operating system can run, best first.
[[nodiscard]] std::vector<std::string> supported_isas();

/// Uses the named unit from now on. Throws std::invalid_argument, listing the supported names, for
/// an unknown or unsupported one. Not to be called while fits run.
void force_isa(std::string_view name);

/// The table in use. On first use: $MLPGRID_ISA where set, else the best supported. Throws
/// std::invalid_argument as force_isa does, std::runtime_error on a CPU without AVX2 and FMA.
[[nodiscard]] const KernelTable& kernels();

[[nodiscard]] inline std::string_view active_isa() { return kernels().isa; }

}  // namespace mlpgrid
