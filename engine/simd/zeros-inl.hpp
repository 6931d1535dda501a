// Where a batch is not zero, as lists that the products of the first layer walk along.
#pragma once

#include "engine/simd/kernels.hpp"
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

/// The bits of one row, in words; those beyond `cols` are 0 as the padding is.
template <class T>
MLPGRID_INLINE void collect_bits(const T* row, std::size_t cols, std::uint64_t* words) {
  constexpr std::size_t kWordBits = 64;
  for (std::size_t start = 0; start < cols; start += kWordBits) {
    const std::size_t end = cols - start < kWordBits ? cols - start : kWordBits;
    std::uint64_t word = 0;
    for (std::size_t j = 0; j < end; j += kLanes<T>) {
      word |= static_cast<std::uint64_t>(nonzero_bits(load(row + start + j))) << j;
    }
    *words++ = word;
  }
}

/// Bits 60*window .. 60*window + 59 of a row. `words` has one word more than it needs.
MLPGRID_INLINE std::uint64_t window_of(const std::uint64_t* words, std::size_t window) {
  const std::size_t first = kWindowGroups * kZeroGroup * window;
  const std::size_t shift = first % 64;
  const std::uint64_t* word = words + first / 64;
  return shift == 0 ? word[0] : word[0] >> shift | word[1] << (64 - shift);
}

/// Bit 6*g: whether any of the six bits from there on is set.
MLPGRID_INLINE std::uint64_t any_of_groups(std::uint64_t x) {
  static_assert(kZeroGroup == 6);
  const std::uint64_t two = x | x >> 1;
  return two | two >> 2 | two >> 4;
}

/// From the windows of all rows, word `row` of each window, to a list per group.
template <class T>
MLPGRID_INLINE void list_by_features(const NonzeroArgs<T>& args, std::size_t window_stride) {
  const NonzeroLists& lists = *args.by_features;
  constexpr std::size_t kWords = kLanes<double>;  // of a vector
  const std::size_t groups = (args.cols + kZeroGroup - 1) / kZeroGroup;
  for (std::size_t group = 0; group < groups; ++group) {
    const std::uint64_t* words = args.windows + group / kWindowGroups * window_stride;
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

/// One pass over the batch: the bits of each row go, joined over its group, to the list of the
/// group, and as windows of ten groups of features to where list_by_features() reads down the rows.
template <class T>
void list_nonzeros(const NonzeroArgs<T>& args) noexcept {
  const std::size_t words = (args.cols + 63) / 64;
  const std::size_t windows = nonzero_windows(args.cols);
  const std::size_t window_stride = nonzero_window_stride(args.m);
  std::uint64_t* const bits = args.windows + windows * window_stride;
  std::uint64_t* const joined = bits + words + 1;
  for (std::size_t w = 0; w < windows && args.by_features != nullptr; ++w) {
    for (std::size_t i = args.m; i < window_stride; ++i) args.windows[w * window_stride + i] = 0;
  }
  bits[words] = 0;
  for (std::size_t row = 0, group = 0; row < args.m; row += kZeroGroup, ++group) {
    const std::size_t last = args.m - row < kZeroGroup ? args.m : row + kZeroGroup;
    for (std::size_t i = row; i < last; ++i) {
      collect_bits<T>(args.x + i * args.stride, args.cols, bits);
      for (std::size_t w = 0; w < words; ++w) joined[w] = bits[w] | (i == row ? 0 : joined[w]);
      if (args.by_features == nullptr) continue;
      for (std::size_t w = 0; w < windows; ++w) {
        args.windows[w * window_stride + i] = any_of_groups(window_of(bits, w));
      }
    }
    std::int32_t* const begin = args.by_rows->entries + group * args.by_rows->stride;
    std::int32_t* end = begin;
    for (std::size_t j = 0; j < args.cols; j += 16) {
      const auto part = static_cast<std::uint32_t>(joined[j / 64] >> j % 64) & 0xffffU;
      end = append_set_bits(part, j, end);
    }
    args.by_rows->counts[group] = static_cast<std::int32_t>(end - begin);
  }
  if (args.by_features != nullptr) list_by_features<T>(args, window_stride);
}

}  // namespace mlpgrid::MLPGRID_UNIT
