// The curves of a run as the chunks of their datasets, compressed as fits come in: what a grid's
// end would have to do at once, and every rebuilding of the file again. Which datasets there are,
// and where, is write.cpp's.
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

/// Not for several threads at a time.
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

  /// Takes the curves out of a record. Of two records of one fit the first counts; a refit's curves
  /// are in no dataset.
  void take(FitRecord& record);
  /// The same with a copy of them.
  void add(const FitRecord& record);

  /// Compresses the chunks whose fits are all there by now, and frees their curves.
  void compress_whole(const std::stop_token& stop);

  /// Begins to compress all else, on up to `threads` threads with the caller's, which joins in
  /// wait(). Without wait(), the next begin() or the end gives up what is left.
  void begin(int threads, const std::stop_token& stop);
  void wait();

  /// All that was taken or added, after wait(), unless `stop` came first.
  [[nodiscard]] const std::vector<Curve>& curves() const { return curves_; }

 private:
  static constexpr std::size_t kCurves = std::size(kFitCurves);
  using Values = std::array<std::vector<double>, kCurves>;
  struct Fit {
    bool present = false;
    Values values;
  };
  struct Block {  // of configs that share a chunk of each curve
    std::size_t first, end;
    std::size_t missing;   // fits
    bool changed = false;  // since it was compressed
  };
  struct Worker {  // what a thread keeps from chunk to chunk: fresh memory costs page faults
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
  std::vector<std::size_t> uses_;                    // of these, those in unfinished blocks
  std::vector<Block> blocks_;
  std::vector<Curve> curves_;
  std::stop_token stop_;                  // of begin()
  std::optional<tbb::task_arena> arena_;  // from begin() to wait()
  tbb::enumerable_thread_specific<Worker> workers_;
  TaskGroup tasks_;
};

}  // namespace mlpgrid
