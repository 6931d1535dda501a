// The arithmetic peak that every figure is a share of.
#pragma once

namespace mlpgrid::bench {

/// `repetitions` rounds of independent chains of float fused multiply-adds, the widest this CPU has
/// (AVX-512, else AVX2). Returns the floating-point operations of one repetition.
double run_fma_chains(int repetitions);

}  // namespace mlpgrid::bench
