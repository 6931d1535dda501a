// Decides when the HDF5 file may be rebuilt while a run goes on: seldom enough to cost at most 2 %
// of its time. Measuring the time and building the file is recorder.cpp's.
#pragma once

#include <algorithm>
#include <cstddef>

namespace mlpgrid {

class RebuildBudget {
 public:
  /// Whether a file of about `bytes` may be built now, `elapsed` seconds after the start of the
  /// run.
  [[nodiscard]] bool allows(double elapsed, std::size_t bytes) const {
    return elapsed >= kFirst && spent_ + expected(bytes) <= kShare * elapsed;
  }

  /// Reports that a file of about `bytes` took `seconds` to build.
  void spent(double seconds, std::size_t bytes) {
    spent_ += seconds;
    seconds_per_byte_ =
        std::max(seconds - kFixed, 0.0) / static_cast<double>(std::max<std::size_t>(bytes, 1));
  }

 private:
  static constexpr double kFirst = 10.0;  // seconds
  static constexpr double kShare = 0.02;
  static constexpr double kFixed = 0.05;  // seconds of an empty file, with its two fsyncs

  [[nodiscard]] double expected(std::size_t bytes) const {
    return kFixed + 1.5 * seconds_per_byte_ * static_cast<double>(bytes);
  }

  double spent_ = 0.0;
  double seconds_per_byte_ = 5e-8;  // 20 MB/s, until one has been measured
};

}  // namespace mlpgrid
