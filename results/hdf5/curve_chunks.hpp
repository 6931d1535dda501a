// The curves of a run as compressed chunks of their datasets. They are compressed as fits come in,
// because doing it all at the end of a grid, or at every rebuilding of the file, would take too
// long. Which datasets there are, and where, is write.cpp's.
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/task_arena.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stop_token>
#include <vector>

#include "results/hdf5/format/chunk_filter.hpp"
#include "results/run.hpp"
#include "results/task_group.hpp"

namespace mlpgrid {

/// To be used by one thread at a time; begin() starts threads of its own.
class CurveChunks {
 public:
  struct Chunk {
    std::size_t first_config;
    std::vector<std::byte> stored;  // empty where no fit has this curve
  };
  struct Curve {
    const char* name;
    std::vector<Chunk> chunks;

    [[nodiscard]] bool empty() const;
  };

  /// `run` must outlive it.
  explicit CurveChunks(const RunDescription& run);
  ~CurveChunks();
  CurveChunks(const CurveChunks&) = delete;
  CurveChunks& operator=(const CurveChunks&) = delete;

  /// Moves the curves out of `record`, leaving its other members alone. Of two records of one fit
  /// the first counts. Curves of the refit are dropped: no dataset holds them.
  void take(FitRecord& record);
  /// Does as take(), but copies the curves.
  void add(const FitRecord& record);

  /// Compresses, on this thread, the chunks whose fits are all there by now, and frees their
  /// curves. Returns early when `stop` is requested.
  void compress_whole(const std::stop_token& stop);

  /// Starts to compress all other chunks on up to `threads` threads, one of which is the caller's
  /// once it calls wait(). wait() returns when they are done, and rethrows an error. If begin() or
  /// the destructor comes before wait(), the rest is given up.
  void begin(int threads, const std::stop_token& stop);
  void wait();

  /// The curves, one entry per curve. Complete after wait(), unless `stop` was requested.
  [[nodiscard]] const std::vector<Curve>& curves() const { return curves_; }

 private:
  static constexpr std::size_t kCurves = std::size(kFitCurves);
  using Values = std::array<std::vector<double>, kCurves>;
  struct Fit {
    bool present = false;
    Values values;
  };
  struct Block {  // consecutive configs, which share a chunk of each curve
    std::size_t first, end;
    std::size_t missing;   // fits that have not come yet
    bool changed = false;  // fits have come since it was compressed
  };
  struct Worker {  // buffers that a thread reuses: fresh memory costs page faults
    std::vector<double> values;
    hdf5::ChunkFilter filter;
  };

  void place(std::int32_t config, std::int32_t fold, Values values);
  [[nodiscard]] const Values& shown(std::size_t config, std::size_t fold) const;
  void compress(std::size_t block, std::size_t curve);
  void finish(Block& block);
  void give_up();

  const RunDescription& run_;
  std::size_t configs_per_block_;
  std::vector<Fit> fits_;                            // n_configs x n_folds
  std::vector<std::vector<std::int32_t>> shown_by_;  // per config: itself and its aliases
  std::vector<std::size_t> uses_;                    // how many of them are in unfinished blocks
  std::vector<Block> blocks_;
  std::vector<Curve> curves_;
  std::stop_token stop_;                  // of begin()
  std::optional<tbb::task_arena> arena_;  // from begin() to wait()
  tbb::enumerable_thread_specific<Worker> workers_;
  TaskGroup tasks_;
};

}  // namespace mlpgrid
