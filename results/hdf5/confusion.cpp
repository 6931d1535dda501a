// Goes over a dataset of confusion matrices chunk by chunk, with one dense buffer for the current
// chunk. Compression is HDF5's.
#include "results/hdf5/confusion.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mlpgrid::hdf5 {
namespace {

using Extents = std::array<hsize_t, 4>;  // config, fold, true class, predicted class

constexpr hsize_t kSmall = 64 * 1024 / sizeof(std::int32_t);         // below: uncompressed
constexpr hsize_t kLargeBlock = 1024 * 1024 / sizeof(std::int32_t);  // above: in several chunks
constexpr hsize_t kRowsOfChunk = 128 * 1024 / sizeof(std::int32_t);

hsize_t cells(const Extents& of) { return of[0] * of[1] * of[2] * of[3]; }

// The extents of a chunk: whole configs where these are small, else some rows of one matrix.
Extents chunk_for(const Extents& all) {
  const hsize_t block = all[1] * all[2] * all[3];
  if (block > kLargeBlock) {
    return {1, 1, std::clamp<hsize_t>(kRowsOfChunk / all[3], 1, all[2]), all[3]};
  }
  return {cells(all) < kSmall ? all[0] : blocks_per_chunk(all[0], block), all[1], all[2], all[3]};
}

// Calls use(start, count) for each chunk, cut off at the end of the dimensions.
template <class Use>
void for_each_chunk(const Extents& all, const Extents& chunk, Use use) {
  Extents at{};
  for (at[0] = 0; at[0] < all[0]; at[0] += chunk[0]) {
    for (at[1] = 0; at[1] < all[1]; at[1] += chunk[1]) {
      for (at[2] = 0; at[2] < all[2]; at[2] += chunk[2]) {
        for (at[3] = 0; at[3] < all[3]; at[3] += chunk[3]) {
          Extents count{};
          for (std::size_t i = 0; i < 4; ++i) count[i] = std::min(chunk[i], all[i] - at[i]);
          use(at, count);
        }
      }
    }
  }
}

struct Selection {
  Selection(const Handle& dataset, const Extents& start, const Extents& count)
      : file(H5Dget_space(dataset.id()), H5Sclose, "select a chunk"),
        memory(H5Screate_simple(4, count.data(), nullptr), H5Sclose, "select a chunk") {
    check(H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                              nullptr),
          "select a chunk");
  }
  Handle file, memory;
};

// Calls use(fit, first cell of the buffer) for each matrix that a chunk has a part of.
template <class Use>
void for_each_fit(const Extents& all, const Extents& start, const Extents& count, Use use) {
  for (hsize_t i = 0; i < count[0] * count[1]; ++i) {
    const hsize_t config = start[0] + i / count[1];
    const hsize_t fold = start[1] + i % count[1];
    use(static_cast<std::size_t>(config * all[1] + fold),
        static_cast<std::size_t>(i * count[2] * count[3]));
  }
}

}  // namespace

void write_confusion(Writer& writer, const Handle& group, const std::string& name,
                     std::span<const Confusion> fits, const Scales& scales) {
  Extents all{};
  std::ranges::transform(scales, all.begin(), &Scale::size);
  const bool plain = cells(all) < kSmall;
  const Extents chunk = chunk_for(all);
  const std::vector<hsize_t> stored(chunk.begin(), chunk.end());
  const Handle dataset = writer.dataset_in_chunks(group.id(), name, H5T_STD_I32LE, scales,
                                                  plain ? std::vector<hsize_t>() : stored);
  std::vector<std::int32_t> buffer;
  for_each_chunk(all, chunk, [&](const Extents& start, const Extents& count) {
    buffer.assign(static_cast<std::size_t>(cells(count)), 0);
    bool is_empty = true;
    for_each_fit(all, start, count, [&](std::size_t fit, std::size_t first) {
      const auto row = [&](const ClassPair& pair) { return static_cast<hsize_t>(pair.actual); };
      auto pair = std::ranges::lower_bound(fits[fit], start[2], {}, row);
      for (; pair != fits[fit].end() && row(*pair) < start[2] + count[2]; ++pair) {
        buffer[first + static_cast<std::size_t>((row(*pair) - start[2]) * count[3]) +
               static_cast<std::size_t>(pair->predicted)] = pair->count;
        is_empty = false;
      }
    });
    if (is_empty && !plain) return;  // a chunk that is not there reads as zeros
    const Selection selection(dataset, start, count);
    check(H5Dwrite(dataset.id(), H5T_NATIVE_INT32, selection.memory.id(), selection.file.id(),
                   H5P_DEFAULT, buffer.data()),
          "write dataset " + name);
  });
}

std::vector<Confusion> read_confusion(hid_t group, const std::string& name,
                                      const std::vector<hsize_t>& dims) {
  const Handle dataset = open_dataset(group, name, dims);
  (void)element_count(dims);  // throws where the product overflows
  Extents all{};
  std::ranges::copy(dims, all.begin());
  // Go by the chunks of the file: in other pieces a chunk would be unpacked more than once.
  Extents chunk = chunk_for(all);
  const std::vector<hsize_t> stored = chunk_of(dataset.id());
  for (std::size_t i = 0; i < stored.size(); ++i) chunk[i] = std::min(stored[i], all[i]);
  charge(cells(chunk) * sizeof(std::int32_t));
  std::vector<Confusion> fits(static_cast<std::size_t>(all[0] * all[1]));
  std::vector<std::int32_t> buffer;
  for_each_chunk(all, chunk, [&](const Extents& start, const Extents& count) {
    if (!stored.empty() && !is_chunk_stored(dataset.id(), {start.begin(), start.end()})) return;
    buffer.resize(static_cast<std::size_t>(cells(count)));
    const Selection selection(dataset, start, count);
    check(H5Dread(dataset.id(), H5T_NATIVE_INT32, selection.memory.id(), selection.file.id(),
                  H5P_DEFAULT, buffer.data()),
          "read dataset " + name);
    for_each_fit(all, start, count, [&](std::size_t fit, std::size_t first) {
      for (hsize_t i = 0; i < count[2] * count[3]; ++i) {
        const std::int32_t rows = buffer[first + static_cast<std::size_t>(i)];
        if (rows == 0) continue;
        charge(sizeof(ClassPair));
        fits[fit].push_back({static_cast<std::int32_t>(start[2] + i / count[3]),
                             static_cast<std::int32_t>(start[3] + i % count[3]), rows});
      }
    });
  });
  return fits;
}

}  // namespace mlpgrid::hdf5
