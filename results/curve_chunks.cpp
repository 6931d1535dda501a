// One task per chunk; see the header.
#include "results/curve_chunks.hpp"

#include <tbb/info.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "results/hdf5_writer.hpp"

namespace mlpgrid {
namespace {

using Values = std::vector<double> FitRecord::*;
using Cells = std::span<const FitRecord* const>;

constexpr std::pair<const char*, Values> kCurves[] = {
    {"train_loss", &FitRecord::train_loss},
    {"val_loss", &FitRecord::val_loss},
    {"train_score", &FitRecord::train_score},
    {"val_score", &FitRecord::val_score},
    {"early_stopping_score", &FitRecord::early_stopping_score}};

bool any_has(Cells cells, Values values) {
  return std::ranges::any_of(
      cells, [&](const FitRecord* cell) { return cell != nullptr && !(cell->*values).empty(); });
}

// Cell by cell, NaN where a curve has ended and up to the chunk's size.
void gather(Cells cells, Values values, std::size_t epochs, std::size_t size,
            std::vector<double>& chunk) {
  chunk.clear();
  chunk.reserve(size);
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const FitRecord* cell : cells) {
    const std::size_t end = chunk.size() + epochs;
    if (cell != nullptr) {
      chunk.insert(chunk.end(), (cell->*values).begin(), (cell->*values).end());
    }
    chunk.resize(end, kNaN);
  }
  chunk.resize(size, kNaN);
}

}  // namespace

CurveChunks::CurveChunks(const RunDescription& run, const RecordGrid& grid, int threads,
                         const std::stop_token& stop)
    : arena_(std::min(threads, tbb::info::default_concurrency())) {
  const auto epochs = static_cast<std::size_t>(run.max_epochs);
  const std::size_t block = run.n_folds() * epochs;
  const std::size_t configs = hdf5::blocks_per_chunk(run.n_configs(), block);
  const auto cells_of = [&](std::size_t first) {
    const std::size_t end = std::min(first + configs, run.n_configs());
    return Cells(grid.cells).subspan(first * run.n_folds(), (end - first) * run.n_folds());
  };
  for (const auto& [name, values] : kCurves) {
    Curve& curve = curves_.emplace_back(Curve{name, values, {}});
    for (std::size_t first = 0; first < run.n_configs(); first += configs) {
      if (any_has(cells_of(first), values)) curve.chunks.push_back({first, {}});
    }
  }
  arena_.execute([&] {
    for (Curve& curve : curves_) {
      for (Chunk& chunk : curve.chunks) {
        tasks_.run([this, &chunk, cells = cells_of(chunk.first_config), values = curve.values,
                    epochs, size = configs * block, stop] {
          if (stop.stop_requested()) return;
          Worker& worker = workers_.local();
          gather(cells, values, epochs, size, worker.values);
          chunk.stored = worker.filter.apply(worker.values);
        });
      }
    }
  });
}

CurveChunks::~CurveChunks() {
  arena_.execute([&] {
    tasks_.cancel();
    try {
      tasks_.wait();
    } catch (...) {
      // Who called wait() has it, and who did not is on the way out with an error of its own.
    }
  });
}

void CurveChunks::wait() {
  arena_.execute([&] { tasks_.wait(); });
}

}  // namespace mlpgrid
