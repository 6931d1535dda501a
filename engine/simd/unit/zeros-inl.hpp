// Where a batch is not zero: bits that are taken down while its rows are loaded, and of them the
// lists that the products of the first layer walk along.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/unit/row_order-inl.hpp"
#include "engine/simd/unit/tile-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

#if !defined(__AVX512F__)
/// Of each byte the numbers of its set bits, in ascending order.
struct SetBits {
  std::uint8_t of_byte[256][8] = {};
  constexpr SetBits() {
    for (int byte = 0; byte < 256; ++byte) {
      int count = 0;
      for (std::uint8_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) of_byte[byte][count++] = bit;
      }
    }
  }
};
alignas(64) constexpr SetBits kSetBits;
#endif

/// Appends to `entries` the numbers first + i of the set bits i < 16 of `bits`; may write beyond
/// them up to a whole vector. Returns where the next ones go. Without a branch: how many bits are
/// set is hard to predict.
MLPGRID_INLINE std::int32_t* append_set_bits(std::uint32_t bits, std::size_t first,
                                             std::int32_t* entries) {
#if defined(__AVX512F__)
  const __m512i numbers =
      _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(first)),
                       _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  _mm512_storeu_si512(entries, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), numbers));
  return entries + __builtin_popcount(bits);
#else
  for (std::size_t part = 0; part < 16; part += 8) {
    const std::uint32_t byte = bits >> part & 0xff;
    const void* numbers = kSetBits.of_byte[byte];
    const __m256i of_first =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(numbers)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(entries),
        _mm256_add_epi32(of_first, _mm256_set1_epi32(static_cast<int>(first + part))));
    entries += __builtin_popcount(byte);
  }
  return entries;
#endif
}

/// Bits of the `size` <= 64 values from x on, a multiple of lanes.
template <class T>
MLPGRID_INLINE std::uint64_t nonzero_word(const T* x, std::size_t size) {
  std::uint64_t word = 0;
#pragma GCC unroll 16
  for (std::size_t j = 0; j < size; j += kLanes<T>) {
    word |= static_cast<std::uint64_t>(nonzero_bits(load(x + j))) << j;
  }
  return word;
}

/// The bits of one row of `cols` values, in words `stride` apart.
template <class T>
MLPGRID_INLINE void collect_bits(const T* row, std::size_t cols, std::uint64_t* words,
                                 std::size_t stride) {
  constexpr std::size_t kWordBits = 64;
  std::size_t start = 0;
  for (; start + kWordBits <= cols; start += kWordBits, words += stride) {
    *words = nonzero_word(row + start, kWordBits);
  }
  if (start < cols) *words = nonzero_word(row + start, cols - start);
}

/// What no row of the batch writes: the words of the rows past the last, and the word past the
/// last.
MLPGRID_INLINE void clear_rest(std::size_t m, std::size_t cols, std::uint64_t* bits) {
  const std::size_t stride = nonzero_stride(m);
  for (std::size_t w = 0; w <= nonzero_words(cols); ++w, bits += stride) {
    for (std::size_t i = w < nonzero_words(cols) ? m : 0; i < stride; ++i) bits[i] = 0;
  }
}

inline constexpr std::uint64_t kEverySixth = 0x0041041041041041;  // bits 0, 6, ..., 54

/// Bit j: whether any of the kZeroGroup bits from there on is set, for j a multiple of kZeroGroup
/// below kWindow. The others are 0.
MLPGRID_INLINE std::uint64_t any_of_groups(std::uint64_t x) {
  static_assert(kZeroGroup == 3);
  return (x | x >> 1 | x >> 2) & (kEverySixth | kEverySixth << 3);
}

/// The same of groups of six, from groups of three.
MLPGRID_INLINE std::uint64_t any_of_six(std::uint64_t groups) {
  return (groups | groups >> 3) & kEverySixth;
}

/// Window w of `stride` rows from their bits: bit j says whether any feature of the group from
/// kWindow*w + j on is not zero.
MLPGRID_INLINE void collect_window(const std::uint64_t* bits, std::size_t stride, std::size_t w,
                                   std::uint64_t* window) {
  const std::size_t first = kWindow * w;
  const std::size_t shift = first % 64;
  const std::uint64_t* low = bits + first / 64 * stride;
  const std::uint64_t* high = low + stride;
  for (std::size_t i = 0; i < stride; ++i) {
    window[i] = any_of_groups(low[i] >> shift | high[i] << 1 << (63 - shift));
  }
}

/// Of all rows the windows, and the signatures: six windows share a word.
MLPGRID_INLINE void collect_windows(const NonzeroArgs& args, std::uint64_t* windows,
                                    std::uint64_t* signatures) {
  const std::size_t stride = nonzero_stride(args.m);
  for (std::size_t w = 0; w < nonzero_windows(args.cols); ++w, windows += stride) {
    collect_window(args.bits, stride, w, windows);
    const std::size_t place = w % 6;
    if (place == 0 && w > 0) signatures += stride;
    for (std::size_t i = 0; i < stride; ++i) {
      signatures[i] = (place == 0 ? 0 : signatures[i]) | any_of_six(windows[i]) << place;
    }
  }
}

/// From the bits of all rows to a list per group of alike rows.
MLPGRID_INLINE void list_by_rows(const NonzeroArgs& args, std::uint64_t* joined) {
  const NonzeroLists& lists = *args.by_rows;
  const std::size_t stride = nonzero_stride(args.m);
  const std::size_t words = nonzero_words(args.cols);
  for (std::size_t first = 0, group = 0; first < args.m; first += kZeroGroup, ++group) {
    const std::size_t size = args.m - first < kZeroGroup ? args.m - first : kZeroGroup;
    for (std::size_t w = 0; w < words; ++w) joined[w] = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t* row = args.bits + lists.members[first + i];
      for (std::size_t w = 0; w < words; ++w) joined[w] |= row[w * stride];
    }
    std::int32_t* const begin = lists.entries + group * lists.stride;
    std::int32_t* end = begin;
    for (std::size_t j = 0; j < args.cols; j += 16) {
      const auto part = static_cast<std::uint32_t>(joined[j / 64] >> j % 64) & 0xffffU;
      end = append_set_bits(part, j, end);
    }
    lists.counts[group] = static_cast<std::int32_t>(end - begin);
  }
}

/// In place, bit i of word j to bit j of word i (Warren, Hacker's Delight, 7-3): Size x Size bits
/// of every such block.
template <unsigned Size>
MLPGRID_INLINE void transpose_bits(std::uint64_t (&words)[64]) {
  constexpr unsigned kHalf = Size / 2;
  constexpr std::uint64_t kLow = ~std::uint64_t{} / ((std::uint64_t{1} << kHalf) + 1);
  for (unsigned block = 0; block < 64; block += Size) {
    for (unsigned i = block; i < block + kHalf; ++i) {
      const std::uint64_t swapped = (words[i] >> kHalf ^ words[i + kHalf]) & kLow;
      words[i] ^= swapped << kHalf;
      words[i + kHalf] ^= swapped;
    }
  }
  if constexpr (kHalf > 1) transpose_bits<kHalf>(words);
}

/// From the windows of all rows the bits of all groups: word b of group g, of rows 64*b .., at
/// by_group[g * blocks + b].
MLPGRID_INLINE void turn_windows(const NonzeroArgs& args, const std::uint64_t* windows,
                                 std::uint64_t* by_group) {
  constexpr std::size_t kWindowGroups = kWindow / kZeroGroup;
  const std::size_t stride = nonzero_stride(args.m);
  const std::size_t n_windows = nonzero_windows(args.cols);
  const std::size_t blocks = (args.m + 63) / 64;
  for (std::size_t first = 0; first < n_windows; first += kZeroGroup) {
    // The free bits of a window have room for its neighbours.
    const std::size_t size = n_windows - first < kZeroGroup ? n_windows - first : kZeroGroup;
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t rows = stride - 64 * b < 64 ? stride - 64 * b : 64;
      alignas(64) std::uint64_t words[64] = {};
      for (std::size_t w = 0; w < size; ++w) {
        const std::uint64_t* window = windows + (first + w) * stride + 64 * b;
        for (std::size_t i = 0; i < rows; ++i) words[i] |= window[i] << w;
      }
      transpose_bits<64>(words);
      for (std::size_t w = 0; w < size; ++w) {
        std::uint64_t* group = by_group + (first + w) * kWindowGroups * blocks + b;
        for (std::size_t g = 0; g < kWindowGroups; ++g) {
          group[g * blocks] = words[g * kZeroGroup + w];
        }
      }
    }
  }
}

/// From the windows of all rows to a list per group of features.
MLPGRID_INLINE void list_by_features(const NonzeroArgs& args, const std::uint64_t* windows,
                                     std::uint64_t* by_group) {
  turn_windows(args, windows, by_group);
  const NonzeroLists& lists = *args.by_features;
  const std::size_t groups = (args.cols + kZeroGroup - 1) / kZeroGroup;
  const std::size_t blocks = (args.m + 63) / 64;
  for (std::size_t group = 0; group < groups; ++group, by_group += blocks) {
    std::int32_t* const begin = lists.entries + group * lists.stride;
    std::int32_t* end = begin;
    for (std::size_t row = 0; row < args.m; row += 16) {
      const auto part = static_cast<std::uint32_t>(by_group[row / 64] >> row % 64) & 0xffffU;
      end = append_set_bits(part, row, end);
    }
    lists.counts[group] = static_cast<std::int32_t>(end - begin);
  }
}

inline void list_nonzeros(const NonzeroArgs& args) noexcept {
  const std::size_t stride = nonzero_stride(args.m);
  std::uint64_t* const windows = args.scratch;
  std::uint64_t* const signatures = windows + nonzero_windows(args.cols) * stride;
  std::uint64_t* const keys = signatures + nonzero_signature(args.cols) * stride;
  std::uint64_t* const joined = keys + stride;
  std::uint64_t* const by_group = joined + nonzero_words(args.cols);
  collect_windows(args, windows, signatures);
  std::int32_t* const rows = args.by_rows->members;
  for (std::size_t i = 0; i < args.m; ++i) rows[i] = static_cast<std::int32_t>(i);
  order_by_similarity({signatures, stride, nonzero_signature(args.cols)}, rows, args.m,
                      reinterpret_cast<std::int32_t*>(keys));
  list_by_rows(args, joined);
  if (args.by_features != nullptr) list_by_features(args, windows, by_group);
}

}  // namespace mlpgrid::MLPGRID_UNIT
