// Where a batch is not zero, as lists that the products of the first layer walk along.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// Appends to `entries` the numbers first + i of the set bits i < kLanes<float> of `bits`; may
/// write beyond them up to a whole vector. Returns where the next ones go.
MLPGRID_INLINE std::int32_t* append_set_bits(std::uint32_t bits, std::size_t first,
                                             std::int32_t* entries) {
#if defined(__AVX512F__)
  const __m512i numbers =
      _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(first)),
                       _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  _mm512_storeu_si512(entries, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), numbers));
  return entries + __builtin_popcount(bits);
#else
  for (; bits != 0; bits &= bits - 1) {
    *entries++ = static_cast<std::int32_t>(first) + __builtin_ctz(bits);
  }
  return entries;
#endif
}

template <class T>
void list_by_rows(const NonzeroArgs<T>& args) {
  const NonzeroLists& lists = *args.by_rows;
  for (std::size_t row = 0, group = 0; row < args.m; row += kZeroGroup, ++group) {
    const std::size_t rows = args.m - row < kZeroGroup ? args.m - row : kZeroGroup;
    std::int32_t* const begin = lists.entries + group * lists.stride;
    std::int32_t* end = begin;
    for (std::size_t j = 0; j < args.cols; j += kLanes<T>) {
      std::uint32_t bits = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        bits |= nonzero_bits(load(args.x + (row + r) * args.stride + j));
      }
      end = append_set_bits(bits, j, end);
    }
    lists.counts[group] = static_cast<std::int32_t>(end - begin);
  }
}

/// Without branches: every row is written at the end of every list, and the end moves on where the
/// row belongs there.
template <class T>
void list_by_features(const NonzeroArgs<T>& args) {
  const NonzeroLists& lists = *args.by_features;
  const std::size_t groups = (args.cols + kZeroGroup - 1) / kZeroGroup;
  for (std::size_t group = 0; group < groups; ++group) lists.counts[group] = 0;
  for (std::size_t i = 0; i < args.m; ++i) {
    const T* row = args.x + i * args.stride;
    std::size_t group = 0;
    std::uint64_t bits = 0;  // of the features from the group's first on, `known` of them
    std::size_t known = 0;
    const auto enter = [&] {
      std::int32_t& count = lists.counts[group];
      lists.entries[group * lists.stride + static_cast<std::size_t>(count)] =
          static_cast<std::int32_t>(i);
      count += (bits & ((1U << kZeroGroup) - 1)) != 0 ? 1 : 0;
      bits >>= kZeroGroup;
      ++group;
    };
    for (std::size_t j = 0; j < args.cols; j += kLanes<T>) {
      bits |= static_cast<std::uint64_t>(nonzero_bits(load(row + j))) << known;
      known += kLanes<T>;
      for (; known >= kZeroGroup && group < groups; known -= kZeroGroup) enter();
    }
    if (group < groups) enter();
  }
}

template <class T>
void list_nonzeros(const NonzeroArgs<T>& args) noexcept {
  list_by_rows<T>(args);
  if (args.by_features != nullptr) list_by_features<T>(args);
}

}  // namespace mlpgrid::MLPGRID_UNIT
