// Chunks of curves: compressed bit by bit as fits come in, they hold what those compressed at once
// hold (which Hdf5FileTest reads back through HDF5). Not the same bytes: about once in a million
// times ISA-L codes equal input, in one thread, a little differently.
#include "results/hdf5/curve_chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <random>

namespace mlpgrid {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

using Stored = std::vector<std::vector<std::byte>>;

constexpr std::size_t kChunkBytes = 10 * 3 * 500 * sizeof(double);  // as in the fixture

std::vector<std::byte> inflated(const std::vector<std::byte>& zipped) {
  if (zipped.empty()) return {};
  std::vector<std::byte> bytes(kChunkBytes);
  uLongf size = bytes.size();
  EXPECT_EQ(::uncompress(reinterpret_cast<Bytef*>(bytes.data()), &size,
                         reinterpret_cast<const Bytef*>(zipped.data()), zipped.size()),
            Z_OK);
  EXPECT_EQ(size, kChunkBytes);
  return bytes;
}

Stored stored(const CurveChunks& chunks) {
  Stored all;
  for (const CurveChunks::Curve& curve : chunks.curves()) {
    for (const CurveChunks::Chunk& chunk : curve.chunks) all.push_back(inflated(chunk.stored));
  }
  return all;
}

class CurveChunksTest : public ::testing::Test {
 protected:
  CurveChunksTest() {
    run_.label.resize(100);
    run_.fold_seed.resize(3);
    run_.max_epochs = 500;  // ten configs to a chunk of 128 KiB
    for (std::int32_t config = 0; config < 100; ++config) run_.alias_of.push_back(config);
    run_.alias_of[57] = 3;
    run_.alias_of[4] = 3;
    run_.alias_of[99] = 98;
    for (std::int32_t config = 0; config < 100; ++config) {
      if (run_.alias_of[static_cast<std::size_t>(config)] != config) continue;
      for (std::int32_t fold = 0; fold < 3; ++fold) records_.push_back(record(config, fold));
    }
    FitRecord refit = record(3, kRefitFold);
    refit.train_loss.resize(2000);  // may be longer: it is in no dataset
    records_.push_back(refit);
  }

  FitRecord record(std::int32_t config, std::int32_t fold) {
    FitRecord r;
    r.config = config;
    r.fold = fold;
    r.n_iter = static_cast<std::int32_t>(random_() % 501);
    for (auto* curve : {&r.train_loss, &r.val_loss}) {
      for (int i = 0; i < r.n_iter; ++i) curve->push_back(static_cast<double>(random_()));
    }
    if (config >= 90) r.early_stopping_score = r.val_loss;  // has chunks at the end only
    return r;
  }

  Stored at_once() {
    CurveChunks chunks(run_);
    for (const FitRecord& r : records_) chunks.add(r);
    chunks.begin(1, {});
    chunks.wait();
    return stored(chunks);
  }

  std::mt19937 random_{7};
  RunDescription run_;
  std::vector<FitRecord> records_;
};

TEST_F(CurveChunksTest, TheOrderOfFitsAndOfCompressingDoesNotShow) {
  const Stored expected = at_once();
  EXPECT_GT(std::ranges::count_if(expected, [](const auto& bytes) { return !bytes.empty(); }), 20);
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::vector<FitRecord> records = records_;
    if (attempt > 0) std::ranges::shuffle(records, random_);
    CurveChunks chunks(run_);
    for (FitRecord& r : records) {
      chunks.take(r);
      EXPECT_THAT(r.train_loss, IsEmpty());
      if (random_() % 8 == 0) chunks.compress_whole({});
      if (random_() % 50 == 0) {  // as for a file of the fits so far
        chunks.begin(2, {});
        chunks.wait();
      }
    }
    chunks.begin(2, {});
    chunks.wait();
    EXPECT_EQ(stored(chunks), expected) << attempt;
  }
}

TEST_F(CurveChunksTest, WhatAStopLeftIsCompressedLater) {
  const Stored expected = at_once();
  std::stop_source stop;
  stop.request_stop();
  CurveChunks chunks(run_);
  for (FitRecord& r : records_) chunks.take(r);
  chunks.compress_whole(stop.get_token());
  chunks.begin(2, stop.get_token());
  chunks.wait();
  EXPECT_THAT(stored(chunks), Each(IsEmpty()));
  chunks.begin(2, {});  // and nobody waits
  chunks.begin(2, {});
  chunks.wait();
  EXPECT_EQ(stored(chunks), expected);
}

TEST_F(CurveChunksTest, OfTwoRecordsOfAFitTheFirstCounts) {
  const Stored expected = at_once();
  CurveChunks chunks(run_);
  for (const FitRecord& r : records_) {
    chunks.add(r);
    FitRecord other = r;
    other.train_loss.assign(5, 0.5);
    chunks.add(other);
  }
  chunks.begin(1, {});
  chunks.wait();
  EXPECT_EQ(stored(chunks), expected);
}

}  // namespace
}  // namespace mlpgrid
