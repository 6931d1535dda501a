// What an instruction set is to the kernels: its vectors and registers, the register tiles that
// fill them, and the sizes of blocks that its caches favour. The operations on its vectors are in
// vector-inl.hpp; no other file of the unit asks for which instruction set it is compiled.
#pragma once

#include <cstddef>
#include <xsimd/xsimd.hpp>

namespace mlpgrid::MLPGRID_UNIT {

// The full tile is 6 rows by 4 vectors (AVX-512) or 2 (AVX2): 24 of 32 and 12 of 16 registers
// accumulate, the rest holds the panel's vectors and broadcasts. Narrower last panels take taller
// tiles, so that no fewer than 8 chains hide the latency of the multiply-add, and so that few tiles
// wait for their last steps: forward of 64 rows by a 32-10 layer takes 3 to 7 % less in tiles of 16
// rows than in tiles of 12 (AMD, measured).
//
// kGradientRows: rows of a batch that dW takes at a time. A panel's deltas come from the
// second-level cache fast enough for tiles of four vectors: with blocks of 128 rows, whose deltas
// fit the first level, the sums that go to memory and back cost AVX-512 2 to 3 % of dW at 256 rows.
// Fits with AVX2 take 2 to 3 % less with such blocks from 256 rows on (both on AMD, Zen 4,
// measured). 256 is a whole chunk of a fit.
//
// kTinyVectors, kTinyInputs: vectors of samples of a tile of tiny nets, and inputs of one of their
// gradient's.
#if defined(__AVX512F__)
using Arch = xsimd::avx512dq;
inline constexpr int kRegisters = 32;
inline constexpr int kTileVectors = 4;
constexpr int tile_rows(int vectors) {
  return vectors == 4 ? 6 : vectors == 3 ? 8 : vectors == 2 ? 12 : 16;
}
inline constexpr std::size_t kGradientRows = 256;
inline constexpr int kTinyVectors = 4;
inline constexpr std::size_t kTinyInputs = 4;
#else
using Arch = xsimd::fma3<xsimd::avx2>;
inline constexpr int kRegisters = 16;
inline constexpr int kTileVectors = 2;
constexpr int tile_rows(int vectors) { return vectors == 2 ? 6 : 12; }
inline constexpr std::size_t kGradientRows = 128;
inline constexpr int kTinyVectors = 2;
inline constexpr std::size_t kTinyInputs = 2;
#endif

template <class T>
using Vec = xsimd::batch<T, Arch>;
template <class T>
inline constexpr std::size_t kLanes = Vec<T>::size;
template <class T>
inline constexpr std::size_t kPanel = kTileVectors* kLanes<T>;
inline constexpr int kMaxTileRows = tile_rows(1);

// Inputs whose sums over a batch are made before the next ones', panel by panel. Narrow panels pass
// over the inputs often, which of a large batch do not fit the second-level cache: with AVX2 dW of
// a 784-128 layer takes 1 % less this way at 128 rows and 5 % less at 256, and 5 % and 13 % with
// the zeros of Fashion-MNIST left out (EPYC with 512 KiB, measured). With AVX-512, whose panels are
// twice as wide, 96, 192 and all inputs took the same time.
inline constexpr std::size_t kGradientInputs = 96;
// Rows of a panel that are used again and again while all rows of the batch pass by: 256 KiB of the
// second-level cache at the widest. Blocks that fit the first level cost more for the sums that go
// to memory and back than they save.
inline constexpr std::size_t kBlockK = 1024;
// Where a product walks along a list, rows of panels that are one cache line wide are asked for
// this many entries ahead: no prefetcher of the machine sees where a list goes on. Wider panels
// were not measured.
inline constexpr std::size_t kListAhead = 8;
inline constexpr std::size_t kPrefetchedPanelBytes = 64;

}  // namespace mlpgrid::MLPGRID_UNIT
