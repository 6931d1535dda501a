// Compresses the curves, with one task per chunk and curve. The compression itself is
// format/chunk_filter.cpp's.
#include "results/hdf5/curve_chunks.hpp"

#include <tbb/info.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "results/hdf5/format/writer.hpp"

namespace mlpgrid {
bool CurveChunks::Curve::empty() const {
  return std::ranges::all_of(chunks, [](const Chunk& chunk) { return chunk.stored.empty(); });
}

CurveChunks::CurveChunks(const RunDescription& run)
    : run_(run),
      configs_per_block_(hdf5::blocks_per_chunk(
          run.n_configs(), run.n_folds() * static_cast<std::size_t>(run.max_epochs))),
      fits_(run.n_configs() * run.n_folds()),
      shown_by_(run.n_configs()) {
  for (std::size_t config = 0; config < run.n_configs(); ++config) {
    const auto source = static_cast<std::size_t>(run.alias_of[config]);
    shown_by_[source].push_back(static_cast<std::int32_t>(config));
  }
  for (const auto& configs : shown_by_) uses_.push_back(configs.size());
  for (const FitCurve& curve : kFitCurves) curves_.push_back({curve.name, {}});
  for (std::size_t first = 0; first < run.n_configs(); first += configs_per_block_) {
    const std::size_t end = std::min(first + configs_per_block_, run.n_configs());
    blocks_.push_back({first, end, (end - first) * run.n_folds()});
    for (Curve& curve : curves_) curve.chunks.push_back({first, {}});
  }
}

CurveChunks::~CurveChunks() { give_up(); }

void CurveChunks::give_up() {
  if (!arena_) return;
  arena_->execute([&] {
    tasks_.cancel();
    try {
      tasks_.wait();
    } catch (...) {
      // wait() has reported this error already, or it is not called because of another one.
    }
  });
  arena_.reset();
}

void CurveChunks::take(FitRecord& record) {
  Values values;
  for (std::size_t i = 0; i < kCurves; ++i) values[i] = std::move(record.*kFitCurves[i].values);
  place(record.config, record.fold, std::move(values));
}

void CurveChunks::add(const FitRecord& record) {
  Values values;
  for (std::size_t i = 0; i < kCurves; ++i) values[i] = record.*kFitCurves[i].values;
  place(record.config, record.fold, std::move(values));
}

void CurveChunks::place(std::int32_t config, std::int32_t fold, Values values) {
  if (fold == kRefitFold) return;
  const auto source = static_cast<std::size_t>(config);
  Fit& fit = fits_[source * run_.n_folds() + static_cast<std::size_t>(fold)];
  if (fit.present) return;
  fit = {true, std::move(values)};
  for (const std::int32_t shown : shown_by_[source]) {
    Block& block = blocks_[static_cast<std::size_t>(shown) / configs_per_block_];
    --block.missing;
    block.changed = true;
  }
}

const CurveChunks::Values& CurveChunks::shown(std::size_t config, std::size_t fold) const {
  const auto source = static_cast<std::size_t>(run_.alias_of[config]);
  return fits_[source * run_.n_folds() + fold].values;
}

// Lays out the chunk fit by fit, with NaN after the end of a curve and up to the chunk's size.
void CurveChunks::compress(std::size_t block, std::size_t curve) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const auto epochs = static_cast<std::size_t>(run_.max_epochs);
  const std::size_t size = configs_per_block_ * run_.n_folds() * epochs;
  Worker& worker = workers_.local();
  std::vector<double>& chunk = worker.values;
  chunk.clear();
  chunk.reserve(size);
  bool any = false;
  for (std::size_t config = blocks_[block].first; config < blocks_[block].end; ++config) {
    for (std::size_t fold = 0; fold < run_.n_folds(); ++fold) {
      const std::vector<double>& values = shown(config, fold)[curve];
      const std::size_t end = chunk.size() + epochs;
      any = any || !values.empty();
      chunk.insert(chunk.end(), values.begin(), values.end());
      chunk.resize(end, kNaN);
    }
  }
  chunk.resize(size, kNaN);
  if (any) curves_[curve].chunks[block].stored = worker.filter.apply(chunk);
}

// To be called when compress() has done all curves of the block: frees curves that no block needs.
void CurveChunks::finish(Block& block) {
  block.changed = false;
  if (block.missing > 0) return;
  for (std::size_t config = block.first; config < block.end; ++config) {
    const auto source = static_cast<std::size_t>(run_.alias_of[config]);
    if (--uses_[source] > 0) continue;
    for (std::size_t fold = 0; fold < run_.n_folds(); ++fold) {
      fits_[source * run_.n_folds() + fold].values = {};
    }
  }
}

void CurveChunks::compress_whole(const std::stop_token& stop) {
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    if (!blocks_[b].changed || blocks_[b].missing > 0) continue;
    for (std::size_t curve = 0; curve < kCurves; ++curve) {
      if (stop.stop_requested()) return;
      compress(b, curve);
    }
    finish(blocks_[b]);
  }
}

void CurveChunks::begin(int threads, const std::stop_token& stop) {
  give_up();
  stop_ = stop;
  arena_.emplace(std::min(threads, tbb::info::default_concurrency()));
  arena_->execute([&] {
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      if (!blocks_[b].changed) continue;
      for (std::size_t curve = 0; curve < kCurves; ++curve) {
        tasks_.run([this, b, curve] {
          if (!stop_.stop_requested()) compress(b, curve);
        });
      }
    }
  });
}

void CurveChunks::wait() {
  arena_->execute([&] { tasks_.wait(); });
  arena_.reset();
  if (stop_.stop_requested()) return;
  for (Block& block : blocks_) {
    if (block.changed) finish(block);
  }
}

}  // namespace mlpgrid
