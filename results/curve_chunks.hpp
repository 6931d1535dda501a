// The curves of a run as the chunks of their datasets, compressed on several threads: HDF5 itself
// runs on one. Which datasets there are, and where, is hdf5_file_write's.
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <cstddef>
#include <stop_token>
#include <vector>

#include "results/chunk_filter.hpp"
#include "results/record_grid.hpp"
#include "results/run.hpp"

namespace mlpgrid {

class CurveChunks {
 public:
  struct Chunk {
    std::size_t first_config;
    std::vector<std::byte> stored;  // empty when `stop` came first
  };
  struct Curve {
    const char* name;
    std::vector<double> FitRecord::*values;
    std::vector<Chunk> chunks;  // those in which something has run; empty: no fit has this curve
  };

  /// Begins to compress, on up to `threads` threads with the caller's, which joins in wait(). Run
  /// and grid must outlive it.
  CurveChunks(const RunDescription& run, const RecordGrid& grid, int threads,
              const std::stop_token& stop);
  /// Gives up what has not begun.
  ~CurveChunks();
  CurveChunks(const CurveChunks&) = delete;
  CurveChunks& operator=(const CurveChunks&) = delete;

  /// Which curves and chunks there are; what they store only after wait().
  [[nodiscard]] const std::vector<Curve>& curves() const { return curves_; }

  /// Takes part in what is left.
  void wait();

 private:
  struct Worker {  // what a thread keeps from chunk to chunk: fresh memory costs page faults
    std::vector<double> values;
    hdf5::ChunkFilter filter;
  };

  std::vector<Curve> curves_;
  tbb::enumerable_thread_specific<Worker> workers_;
  tbb::task_arena arena_;
  tbb::task_group tasks_;
};

}  // namespace mlpgrid
