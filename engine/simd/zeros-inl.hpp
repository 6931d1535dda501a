// Where a batch is not zero, as lists that the products of the first layer walk along.
#pragma once

#include "engine/simd/kernels.hpp"
#include "engine/simd/row_order-inl.hpp"
#include "engine/simd/vector-inl.hpp"

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

/// The bits of one row, in words; those beyond `cols` are 0 as the padding is.
template <class T>
MLPGRID_INLINE void collect_bits(const T* row, std::size_t cols, std::uint64_t* words) {
  constexpr std::size_t kWordBits = 64;
  std::size_t start = 0;
  for (; start + kWordBits <= cols; start += kWordBits) {
    *words++ = nonzero_word(row + start, kWordBits);
  }
  if (start < cols) *words = nonzero_word(row + start, cols - start);
}

/// Bits 60*window .. 60*window + 59 of a row. `words` has one word more than it needs.
MLPGRID_INLINE std::uint64_t window_of(const std::uint64_t* words, std::size_t window) {
  const std::size_t first = kWindowGroups * kZeroGroup * window;
  const std::size_t shift = first % 64;
  const std::uint64_t* word = words + first / 64;
  return shift == 0 ? word[0] : word[0] >> shift | word[1] << (64 - shift);
}

/// Bit 6*g: whether any of the six bits from there on is set. The others are 0.
MLPGRID_INLINE std::uint64_t any_of_groups(std::uint64_t x) {
  static_assert(kZeroGroup == 6);
  constexpr std::uint64_t kGroupBits = 0x0041041041041041;  // 0, 6, ..., 54
  const std::uint64_t two = x | x >> 1;
  return (two | two >> 2 | two >> 4) & kGroupBits;
}

/// From the windows of all rows, word `row` of each window, to a list per group.
template <class T>
MLPGRID_INLINE void list_by_features(const NonzeroArgs<T>& args, std::size_t window_stride) {
  const NonzeroLists& lists = *args.by_features;
  constexpr std::size_t kWords = kLanes<double>;  // of a vector
  const std::size_t groups = (args.cols + kZeroGroup - 1) / kZeroGroup;
  for (std::size_t group = 0; group < groups; ++group) {
    const std::uint64_t* words = args.scratch + group / kWindowGroups * window_stride;
    const int bit = static_cast<int>(group % kWindowGroups * kZeroGroup);
    std::int32_t* const begin = lists.entries + group * lists.stride;
    std::int32_t* end = begin;
    for (std::size_t row = 0; row < args.m; row += 2 * kWords) {
      const std::uint32_t low = bit_of_words(words + row, bit);
      const std::uint32_t high = bit_of_words(words + row + kWords, bit);
      end = append_set_bits(low | high << kWords, row, end);
    }
    lists.counts[group] = static_cast<std::int32_t>(end - begin);
  }
}

/// Of the bits of a row its windows, `stride` apart, and its signature: six windows share a word.
MLPGRID_INLINE void collect_windows(const std::uint64_t* row, std::size_t count,
                                    std::uint64_t* windows, std::size_t stride,
                                    std::uint64_t* signature) {
  for (std::size_t w = 0; w < count; ++signature) {
    *signature = 0;
    for (std::size_t i = 0; i < kZeroGroup && w < count; ++i, ++w, windows += stride) {
      *windows = any_of_groups(window_of(row, w));
      *signature |= *windows << i;
    }
  }
}

/// From the bits of all rows, `words` apart, to a list per group of alike rows.
template <class T>
MLPGRID_INLINE void list_by_rows(const NonzeroArgs<T>& args, const std::uint64_t* bits,
                                 std::size_t words, std::uint64_t* joined) {
  const NonzeroLists& lists = *args.by_rows;
  for (std::size_t first = 0, group = 0; first < args.m; first += kZeroGroup, ++group) {
    const std::size_t size = args.m - first < kZeroGroup ? args.m - first : kZeroGroup;
    for (std::size_t w = 0; w < words; ++w) joined[w] = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t* row = bits + static_cast<std::size_t>(lists.members[first + i]) * words;
      for (std::size_t w = 0; w < words; ++w) joined[w] |= row[w];
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

/// The bits of each row, and from them as windows of ten groups of features both what the rows are
/// compared by and what list_by_features() reads down the rows.
template <class T>
void list_nonzeros(const NonzeroArgs<T>& args) noexcept {
  const std::size_t words = (args.cols + 63) / 64 + 1;  // one more for window_of()
  const std::size_t windows = nonzero_windows(args.cols);
  const std::size_t window_stride = nonzero_window_stride(args.m);
  const std::size_t signature = nonzero_signature(args.cols);
  std::uint64_t* const bits = args.scratch + windows * window_stride;
  std::uint64_t* const signatures = bits + (args.m + 1) * words;
  auto* const keys = reinterpret_cast<std::int32_t*>(signatures + args.m * signature);
  for (std::size_t w = 0; w < windows; ++w) {
    for (std::size_t i = args.m; i < window_stride; ++i) args.scratch[w * window_stride + i] = 0;
  }
  for (std::size_t i = 0; i < args.m; ++i) {
    std::uint64_t* const row = bits + i * words;
    collect_bits<T>(args.x + i * args.stride, args.cols, row);
    row[words - 1] = 0;
    collect_windows(row, windows, args.scratch + i, window_stride, signatures + i * signature);
    args.by_rows->members[i] = static_cast<std::int32_t>(i);
  }
  order_by_similarity({signatures, signature}, args.by_rows->members, args.m, keys);
  list_by_rows<T>(args, bits, words, bits + args.m * words);
  if (args.by_features != nullptr) list_by_features<T>(args, window_stride);
}

}  // namespace mlpgrid::MLPGRID_UNIT
