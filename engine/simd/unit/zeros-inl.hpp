// Where a batch is not zero: bits that are taken down while its rows are loaded, and of them the
// lists that the products of the first layer walk along.
#pragma once

#include <type_traits>

#include "engine/simd/unit/row_order-inl.hpp"
#include "engine/simd/unit/vector-inl.hpp"

namespace mlpgrid::MLPGRID_UNIT {

/// For each group of kZeroGroup rows or features of a batch, in ascending order, the steps of the
/// summation in which any member of the group is not zero. Leaving out the others changes no bit of
/// a product with finite numbers, and where numbers are not finite the loss is not, and the fit has
/// diverged. Group g has counts[g] entries from entries + g * stride on.
struct NonzeroLists {
  std::int32_t* entries = nullptr;
  std::int32_t* counts = nullptr;
  std::size_t stride = {};
  // By rows: all rows of the batch, those of group g from members + g * kZeroGroup on. By features
  // null: feature j belongs to group j / kZeroGroup.
  std::int32_t* members = nullptr;
};

constexpr std::size_t zero_groups(std::size_t size) { return (size + kZeroGroup - 1) / kZeroGroup; }

/// The bits of all rows lie side by side: word w of row i at w * bits_stride(m) + i, of 64 features
/// each. The stride is whole vectors and an odd number of cache lines; a word of zeros per row
/// comes last.
constexpr std::size_t bits_stride(std::size_t m) { return (m + 15) / 16 * 16 + 8; }
constexpr std::size_t bits_words(std::size_t cols) { return (cols + 63) / 64; }

/// Features whose groups share a word, a window, while the lists are made.
inline constexpr std::size_t kWindow = 60;
inline constexpr std::size_t kWindowGroups = kWindow / kZeroGroup;
constexpr std::size_t windows_of(std::size_t cols) { return (cols + kWindow - 1) / kWindow; }
/// Words that stand for a row where rows are compared: a bit for six features.
constexpr std::size_t signature_words(std::size_t cols) { return (windows_of(cols) + 5) / 6; }

/// Where the parts of a block are for a batch of m rows of `cols` features; of no block (null) only
/// how large it has to be.
struct Nonzeros {
  NonzeroLists by_rows;      // features per group of rows, for `forward`
  NonzeroLists by_features;  // rows per group of features, for `gradient`
  std::uint64_t* bits;
  // While the lists are made: windows and signature of every row, two numbers per row to sort by,
  // the bits of a group of rows, and those of every group of features over all rows.
  std::uint64_t *windows, *signatures, *keys, *joined, *by_group;
  std::size_t bytes = 0;

  Nonzeros(const void* block, std::size_t m, std::size_t cols) {
    const auto take = [&](auto*& part, std::size_t count) {
      auto* const at = static_cast<unsigned char*>(const_cast<void*>(block));
      part = at != nullptr ? reinterpret_cast<std::remove_reference_t<decltype(part)>>(at + bytes)
                           : nullptr;
      bytes += (count * sizeof *part + 63) / 64 * 64;
    };
    const auto take_lists = [&](NonzeroLists& lists, std::size_t members, std::size_t steps) {
      lists.stride = (steps + 15) / 16 * 16 + 16;  // lists are written a vector at a time
      take(lists.entries, zero_groups(members) * lists.stride);
      take(lists.counts, zero_groups(members));
    };
    take_lists(by_rows, m, cols);
    take(by_rows.members, m);
    take_lists(by_features, cols, m);
    take(bits, (bits_words(cols) + 1) * bits_stride(m));
    take(windows, windows_of(cols) * bits_stride(m));
    take(signatures, signature_words(cols) * bits_stride(m));
    take(keys, bits_stride(m));
    take(joined, bits_words(cols));
    take(by_group, windows_of(cols) * kWindowGroups * ((m + 63) / 64));
  }
};

inline std::size_t nonzeros_size(std::size_t m, std::size_t cols) noexcept {
  return Nonzeros(nullptr, m, cols).bytes;
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
  const std::size_t stride = bits_stride(m);
  for (std::size_t w = 0; w <= bits_words(cols); ++w, bits += stride) {
    for (std::size_t i = w < bits_words(cols) ? m : 0; i < stride; ++i) bits[i] = 0;
  }
}

inline constexpr std::uint64_t kEverySixth = 0x0041041041041041;  // bits 0, 6, ..., 54

/// Bit j: whether any of the kZeroGroup bits from there on is set, for j a multiple of kZeroGroup
/// below kWindow. The others are 0.
MLPGRID_INLINE std::uint64_t any_of_groups(std::uint64_t x) {
  static_assert(kZeroGroup == 3);
  return (x | x >> 1 | x >> 2) & (kEverySixth | kEverySixth << 3);
}

/// Bit j: whether any of six bits from there on is set, for j a multiple of six, from
/// any_of_groups().
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
MLPGRID_INLINE void collect_windows(const Nonzeros& batch, std::size_t m, std::size_t cols) {
  const std::size_t stride = bits_stride(m);
  std::uint64_t* windows = batch.windows;
  std::uint64_t* signatures = batch.signatures;
  for (std::size_t w = 0; w < windows_of(cols); ++w, windows += stride) {
    collect_window(batch.bits, stride, w, windows);
    const std::size_t place = w % 6;
    if (place == 0 && w > 0) signatures += stride;
    for (std::size_t i = 0; i < stride; ++i) {
      signatures[i] = (place == 0 ? 0 : signatures[i]) | any_of_six(windows[i]) << place;
    }
  }
}

/// The list of group `group`: the numbers of the set bits among the first `steps` of `words`, and
/// after them some numbers for who reads ahead.
MLPGRID_INLINE void write_list(const std::uint64_t* words, std::size_t steps,
                               const NonzeroLists& lists, std::size_t group) {
  std::int32_t* const begin = lists.entries + group * lists.stride;
  std::int32_t* end = begin;
  for (std::size_t step = 0; step < steps; step += 16) {
    const auto part = static_cast<std::uint32_t>(words[step / 64] >> step % 64) & 0xffffU;
    end = append_set_bits(part, step, end);
  }
  append_set_bits(0, 0, end);
  lists.counts[group] = static_cast<std::int32_t>(end - begin);
}

/// From the bits of all rows to a list per group of alike rows.
MLPGRID_INLINE void list_by_rows(const Nonzeros& batch, std::size_t m, std::size_t cols) {
  const std::size_t stride = bits_stride(m);
  const std::size_t words = bits_words(cols);
  for (std::size_t first = 0, group = 0; first < m; first += kZeroGroup, ++group) {
    const std::size_t size = m - first < kZeroGroup ? m - first : kZeroGroup;
    for (std::size_t w = 0; w < words; ++w) batch.joined[w] = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t* row = batch.bits + batch.by_rows.members[first + i];
      for (std::size_t w = 0; w < words; ++w) batch.joined[w] |= row[w * stride];
    }
    write_list(batch.joined, cols, batch.by_rows, group);
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
MLPGRID_INLINE void turn_windows(const Nonzeros& batch, std::size_t m, std::size_t cols) {
  const std::size_t stride = bits_stride(m);
  const std::size_t n_windows = windows_of(cols);
  const std::size_t blocks = (m + 63) / 64;
  for (std::size_t first = 0; first < n_windows; first += kZeroGroup) {
    // The free bits of a window have room for its neighbours.
    const std::size_t size = n_windows - first < kZeroGroup ? n_windows - first : kZeroGroup;
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t rows = stride - 64 * b < 64 ? stride - 64 * b : 64;
      alignas(64) std::uint64_t words[64] = {};
      for (std::size_t w = 0; w < size; ++w) {
        const std::uint64_t* window = batch.windows + (first + w) * stride + 64 * b;
        for (std::size_t i = 0; i < rows; ++i) words[i] |= window[i] << w;
      }
      transpose_bits<64>(words);
      for (std::size_t w = 0; w < size; ++w) {
        std::uint64_t* group = batch.by_group + (first + w) * kWindowGroups * blocks + b;
        for (std::size_t g = 0; g < kWindowGroups; ++g) {
          group[g * blocks] = words[g * kZeroGroup + w];
        }
      }
    }
  }
}

/// From the windows of all rows to a list per group of features.
MLPGRID_INLINE void list_by_features(const Nonzeros& batch, std::size_t m, std::size_t cols) {
  turn_windows(batch, m, cols);
  const std::size_t blocks = (m + 63) / 64;
  for (std::size_t group = 0; group < zero_groups(cols); ++group) {
    write_list(batch.by_group + group * blocks, m, batch.by_features, group);
  }
}

/// The lists of a batch whose bits have been taken down; those by features only `for_gradient`.
inline void list_nonzeros(const Nonzeros& batch, std::size_t m, std::size_t cols,
                          bool for_gradient) {
  collect_windows(batch, m, cols);
  std::int32_t* const rows = batch.by_rows.members;
  for (std::size_t i = 0; i < m; ++i) rows[i] = static_cast<std::int32_t>(i);
  order_by_similarity({batch.signatures, bits_stride(m), signature_words(cols)}, rows, m,
                      reinterpret_cast<std::int32_t*>(batch.keys));
  list_by_rows(batch, m, cols);
  if (for_gradient) list_by_features(batch, m, cols);
}

/// Of `groups` groups the share of their steps that is listed.
MLPGRID_INLINE double listed_share(const NonzeroLists& lists, std::size_t groups,
                                   std::size_t steps) {
  double sum = 0.0;
  for (std::size_t group = 0; group < groups; ++group) sum += lists.counts[group];
  return sum / static_cast<double>(groups * steps);
}

template <class T>
double skipped_share(const void* block, std::size_t m, std::size_t cols, std::size_t n) noexcept {
  // Making the lists costs about a twentieth of what a first layer of 100 units does.
  constexpr double kListedShareWorthSkipping = 0.9;
  // Two multiply-adds per cycle, each of which takes four.
  constexpr double kChainsThatHideLatency = 8.0;
  const Nonzeros batch(block, m, cols);
  const double share = 0.5 * (listed_share(batch.by_rows, zero_groups(m), cols) +
                              listed_share(batch.by_features, zero_groups(cols), m));
  // A tile of a layer that is narrower than a panel has few chains of multiply-adds, whose latency
  // it waits for; dense tiles are taller there.
  const auto chains = static_cast<double>(kZeroGroup * packed_columns<T>(n) / kLanes<T>);
  const double rate = chains < kChainsThatHideLatency ? chains / kChainsThatHideLatency : 1.0;
  return share < kListedShareWorthSkipping * rate ? 1.0 - share : 0.0;
}

}  // namespace mlpgrid::MLPGRID_UNIT
