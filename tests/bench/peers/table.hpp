// Google Benchmark's results as a table with a summary. Its JSON has the same figures as counters:
// --benchmark_out=FILE.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "measure.hpp"

namespace mlpgrid::bench {

/// The counters that a table is made of.
void set_counters(benchmark::State& state, const Race::Medians& medians);

class Table final : public benchmark::BenchmarkReporter {
 public:
  explicit Table(int rounds) : rounds_(rounds) {}

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

  /// Whether any problem could not be measured, because of a wrong result for instance.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Row {
    std::string name;
    double peak_gflops = {};
    std::vector<double> ratios = {};
  };
  int rounds_;
  std::vector<Row> rows_;
  bool failed_ = false;
};

}  // namespace mlpgrid::bench
