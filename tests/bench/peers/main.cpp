// The matrix kernels against other libraries, one problem per layer shape, batch and operation:
//   bench_peers [--rounds N] [--benchmark_filter=REGEX] [--benchmark_out=FILE.json] ...
// A Google Benchmark iteration is one round of all libraries; its time is that of our kernel.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>

#include "engine/bench/shapes.hpp"
#include "engine/simd/dispatch.hpp"
#include "measure.hpp"
#include "table.hpp"

namespace mlpgrid::bench {
namespace {

constexpr int kRounds = 40;

void print_help() {
  fmt::print(
      "bench_peers [--rounds N]                   rounds per problem, {} unless told\n"
      "            [--benchmark_list_tests]\n"
      "            [--benchmark_filter=REGEX]     for example ^dW/.*/256/\n"
      "            [--benchmark_out=FILE]         the figures as JSON\n"
      "MLPGRID_ISA=avx2 measures our kernels on another instruction set.\n",
      kRounds);
}

void measure(benchmark::State& state, Operation operation, const BenchLayer& layer,
             std::size_t rows) {
  try {
    Race race(make_problem(operation, rows, layer.inputs, layer.outputs, layer.first));
    for ([[maybe_unused]] const auto iteration : state) state.SetIterationTime(race.run_round());
    set_counters(state, race.medians());
    state.SetLabel(race.ways());
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

void register_problems(int rounds) {
  for (const Operation operation :
       {Operation::forward, Operation::input_deltas, Operation::gradient}) {
    for (const BenchLayer& layer : kBenchLayers) {
      if (layer.first && operation == Operation::input_deltas) continue;
      for (const std::size_t rows : kBenchBatches) {
        const std::string name =
            fmt::format("{}/{}x{}/{}", name_of(operation), layer.inputs, layer.outputs, rows);
        benchmark::RegisterBenchmark(name.c_str(), measure, operation, layer, rows)
            ->Iterations(rounds)
            ->UseManualTime();
      }
    }
  }
}

/// Takes `--rounds N` out of the arguments. 0 where N is no positive number.
int take_rounds(int& argc, char** argv) {
  int rounds = kRounds;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--rounds") {
      argv[kept++] = argv[i];
      continue;
    }
    const std::string_view value = i + 1 < argc ? argv[++i] : "";
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rounds);
    if (error != std::errc() || end != value.data() + value.size() || rounds < 1) return 0;
  }
  argc = kept;
  return rounds;
}

int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv, print_help);
  const int rounds = take_rounds(argc, argv);
  if (rounds == 0) {
    fmt::print(stderr, "--rounds takes a positive number\n");
    return 2;
  }
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("mlpgrid_isa", kernels().isa);
  benchmark::AddCustomContext("rounds", std::to_string(rounds));
  register_problems(rounds);
  Table table(rounds);
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
  return table.failed() ? 1 : 0;
}

}  // namespace
}  // namespace mlpgrid::bench

int main(int argc, char** argv) {
  try {
    return mlpgrid::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
