// `mlpgrid bench`: what this machine's kernels and training steps reach of its multiply-add peak.
// Measuring is the engine's; here are the table, the JSON and the warnings.
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <stdexcept>

#include "data/load/load.hpp"
#include "engine/bench/benchmark.hpp"
#include "engine/simd/dispatch.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/system/environment.hpp"
#include "experiments/system/terminal.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

constexpr double kGiga = 1e-9;
constexpr double kNoisySpread = 0.10;
constexpr int kPeakRuns = 25;

#if defined(__OPTIMIZE__)
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

struct Peak {
  double best, median, spread;  // FLOP/s, FLOP/s, (9th decile - 1st) / median
};

Peak peak_of(Precision precision) {
  const std::vector<double> runs = fma_peaks(precision, kPeakRuns);
  const double median = runs[runs.size() / 2];
  return {runs.back(), median, (runs[runs.size() * 9 / 10] - runs[runs.size() / 10]) / median};
}

// The first rows of MNIST, where its files are found; otherwise nothing.
std::optional<LoadedData> load_mnist(const std::filesystem::path& data_dir) {
  constexpr std::size_t kRows = 3840;
  DataOptions options;
  options.source = DataSource::mnist;
  options.data_dir = data_dir;
  options.samples = kRows;
  try {
    return load_data(options);
  } catch (const std::runtime_error&) {
    if (!data_dir.empty()) throw;  // the user named the folder, so it has to be there
    return std::nullopt;
  }
}

void measure_on_mnist(const BenchmarkOptions& options, const LoadedData& mnist) {
  const Dataset& data = mnist.dataset;
  const std::vector<double> shift(data.n_features, 0.0);
  const std::vector<double> divisor(data.n_features, 255.0);
  const FitData fit{.features = {.type = StoredType::uint8,
                                 .data = data.bytes.data(),
                                 .cols = data.n_features,
                                 .shift = shift,
                                 .divisor = divisor},
                    .targets = {.labels = data.labels.data(), .n_classes = 10},
                    .train = mnist.pool};
  measure_training(options, fit, "mnist");
}

void print_row(const Measurement& m) {
  const auto rate = [&](double seconds) {
    return m.work > 0.0 ? fmt::format("{:.1f}", kGiga * m.work / seconds) : std::string();
  };
  const std::string share =
      m.work > 0.0 ? fmt::format("{:.1f} %", 100.0 * m.share_of_peak) : std::string();
  const bool skips = m.executed < m.work;
  const std::string executed =
      skips ? fmt::format("{:.0f} % executed", 100.0 * m.executed / m.work) : std::string();
  to_stdout("{:<52}{:>12.2f}{:>10}{:>10}{:>10}  {}\n", m.name, 1e6 * m.median, rate(m.median),
            rate(m.best), share, executed);
}

nlohmann::ordered_json json_of(const Measurement& m) {
  nlohmann::ordered_json row = {
      {"name", m.name}, {"seconds_median", m.median}, {"seconds_best", m.best}};
  if (m.work > 0.0) {
    row["work_flop"] = m.work;
    row["executed_flop"] = m.executed;
    row["gflops_median"] = kGiga * m.work / m.median;
    row["gflops_best"] = kGiga * m.work / m.best;
    row["share_of_peak"] = m.share_of_peak;
  }
  return row;
}

nlohmann::ordered_json json_of(const Peak& peak) {
  return {{"gflops_best", kGiga * peak.best},
          {"gflops_median", kGiga * peak.median},
          {"spread", peak.spread}};
}

struct BenchArguments {
  std::regex filter;  // of the operations' names
  int runs = 0;
  bool json = false;
  std::string isa;  // empty: the best instruction set
  std::filesystem::path data_dir;
};

BenchArguments parse_bench(const Arguments& arguments) {
  constexpr int kMaxRuns = 10'000;
  const ParsedArguments parsed = parse_arguments(arguments, describe_bench());
  if (!parsed.positional.empty()) {
    throw UsageError(fmt::format("bench takes no argument, but there is '{}'; --kernel chooses",
                                 parsed.positional[0]));
  }
  BenchArguments bench;
  bench.json = parsed.is_on("json");
  if (const std::string* isa = parsed.text("isa")) bench.isa = *isa;
  bench.data_dir = existing_data_dir(parsed);
  bench.runs = parsed.integer("runs", 3, kMaxRuns);
  try {
    bench.filter = std::regex(*parsed.text("kernel"));
  } catch (const std::regex_error& error) {
    throw UsageError(fmt::format("--kernel: no regular expression: {}", error.what()));
  }
  return bench;
}

}  // namespace

OptionsDescription describe_bench() {
  OptionsDescription description("Benchmark", kHelpWidth);
  description.add_options()  //
      ("kernel", po::value<std::string>()->default_value("")->value_name("REGEX"),
       "only operations whose names match, e.g. 'float32 64x' or step")  //
      ("runs", po::value<std::string>()->default_value("15")->value_name("N"),
       "how often each is measured; the median is shown")     //
      ("json", po::bool_switch(), "JSON instead of a table")  //
      ("isa", po::value<std::string>()->value_name("NAME"), "instruction set to use (the best)");
  description.add(describe_data_dir());
  return description;
}

int bench_command(const Arguments& arguments) {
  const BenchArguments bench = parse_bench(arguments);
  choose_isa(bench.isa);
  if (!kOptimised) {
    to_stderr("warning: this is not an optimised build; its figures mean little\n");
  }
  const Peak float32 = peak_of(Precision::float32);
  const Peak float64 = peak_of(Precision::float64);
  const double spread = std::max(float32.spread, float64.spread);
  if (spread > kNoisySpread) {
    to_stderr(
        "warning: the peak itself varies by {:.0f} %: something else is running here; trust "
        "the shares of the peak, which are measured side by side, more than the rates\n",
        100.0 * spread);
  }

  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const auto report = [&](const Measurement& m) {
    bench.json ? rows.push_back(json_of(m)) : print_row(m);
  };
  const auto filter = [&](const std::string& name) {
    return std::regex_search(name, bench.filter);
  };
  const BenchmarkOptions options{.filter = filter, .runs = bench.runs, .report = report};
  if (!bench.json) {
    to_stdout("{}, {}, one thread\n", cpu_model(), active_isa());
    to_stdout(
        "peak of fused multiply-adds: float32 {:.1f} GFLOP/s (best {:.1f}), float64 {:.1f} "
        "(best {:.1f})\n",
        kGiga * float32.median, kGiga * float32.best, kGiga * float64.median, kGiga * float64.best);
    to_stdout(
        "rates are of needed work: what zeros of the input let the kernels skip counts as "
        "done\n\n");
    to_stdout("{:<52}{:>12}{:>10}{:>10}{:>10}\n", "operation, m x n x k", "median us", "GFLOP/s",
              "best", "of peak");
  }
  measure_kernels(options);
  measure_training_on_generated(options);
  const std::optional<LoadedData> mnist = load_mnist(bench.data_dir);
  if (mnist) {
    measure_on_mnist(options, *mnist);
  } else {
    to_stderr("MNIST is not here: steps on it are left out (--data-dir DIR)\n");
  }
  if (!bench.json) return kExitDone;

  nlohmann::ordered_json context;
  for (const auto& [name, value] : describe_environment("bench", 1)) context[name] = value;
  context["optimised"] = kOptimised;
  context["runs"] = bench.runs;
  context["peak_float32"] = json_of(float32);
  context["peak_float64"] = json_of(float64);
  const nlohmann::ordered_json all = {{"context", context}, {"results", rows}};
  to_stdout("{}\n", all.dump(1));
  return kExitDone;
}

}  // namespace mlpgrid
