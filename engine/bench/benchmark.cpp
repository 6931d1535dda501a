// The subjects and the clock. How a fit is made of kernels is train.cpp's.
#include "engine/bench/benchmark.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <span>

#include "engine/bench/shapes.hpp"
#include "engine/network/arena.hpp"
#include "engine/random/random.hpp"
#include "engine/simd/dispatch.hpp"

namespace mlpgrid {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kRunSeconds = 5e-4;   // of one run of a kernel
constexpr double kPeakSeconds = 2e-4;  // of the peak before it

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class T>
double measured_peak(std::size_t steps) {
  const auto start = Clock::now();
  const double work = kernels().get<T>().multiply_add_chains(steps);
  return work / seconds_since(start);
}

/// Operations per second now.
template <class T>
double peak_now() {
  static const auto steps =
      static_cast<std::size_t>(1000.0 * kPeakSeconds * measured_peak<T>(1000) /
                               kernels().get<T>().multiply_add_chains(1000));
  return measured_peak<T>(std::max<std::size_t>(steps, 1));
}

/// Runs `subject` as often as it takes for kRunSeconds, beside the peak, `runs` times.
template <class T>
void measure(const BenchmarkOptions& options, Measurement measurement,
             const std::function<void()>& subject) {
  if (!options.filter(measurement.name)) return;
  subject();
  auto start = Clock::now();
  subject();
  const auto calls =
      static_cast<std::size_t>(std::clamp(kRunSeconds / seconds_since(start), 1.0, 1e6));
  std::vector<double> times;
  std::vector<double> shares;
  for (int run = 0; run < options.runs; ++run) {
    const double peak = peak_now<T>();
    start = Clock::now();
    for (std::size_t i = 0; i < calls; ++i) subject();
    times.push_back(seconds_since(start) / static_cast<double>(calls));
    shares.push_back(measurement.work / times.back() / peak);
  }
  measurement.best = *std::min_element(times.begin(), times.end());
  measurement.median = median(times);
  measurement.share_of_peak = median(shares);
  options.report(measurement);
}

template <class T>
const char* precision_name() {
  return sizeof(T) == sizeof(float) ? "float32" : "float64";
}

template <class T>
T* take_random(Arena& arena, std::size_t count) {
  T* values = arena.take<T>(count);
  RandomState random(1);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(random.uniform(-1.0, 1.0));
  return values;
}

template <class T>
void measure_layer(const BenchmarkOptions& options, const BenchLayer& layer, std::size_t m) {
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t k = layer.inputs;
  const std::size_t n = layer.outputs;
  const std::size_t packed = kernels.packed_size(k, n);
  const std::size_t columns = kernels.packed_columns(n);
  const std::size_t a_stride = kernels.batch_stride(k);
  const std::size_t c_stride = kernels.batch_stride(n);
  Arena arena((2 * m * (a_stride + c_stride) + 6 * packed + 8 * columns + k * n + 1024) *
              sizeof(T));
  T* inputs = take_random<T>(arena, m * a_stride);
  T* outputs = arena.take<T>(m * c_stride);
  T* deltas = take_random<T>(arena, m * c_stride);
  T* input_deltas = arena.take<T>(m * a_stride);
  T* weights = arena.take<T>(packed);
  kernels.pack(take_random<T>(arena, k * n), k, n, weights);
  T* transposed = arena.take<T>(kernels.packed_size(n, k));
  kernels.transpose(weights, k, n, transposed);
  T* gradient = arena.take<T>(packed);
  T* bias = take_random<T>(arena, columns);
  UpdateArgs<T> update{.solver = Solver::adam,
                       .inverse_m = T(1) / static_cast<T>(m),
                       .l2 = T(1e-4),
                       .rate = T(1e-6),
                       .momentum = T(0.9),
                       .nesterov = true,
                       .beta_1 = T(0.9),
                       .one_minus_beta_1 = T(0.1),
                       .beta_2 = T(0.999),
                       .one_minus_beta_2 = T(0.001),
                       .epsilon = T(1e-8),
                       .first = arena.take<T>(packed),
                       .second = arena.take<T>(packed),
                       .bias_first = arena.take<T>(columns),
                       .bias_second = arena.take<T>(columns)};
  GradientArgs<T> gradient_args{.inputs = inputs,
                                .inputs_stride = a_stride,
                                .deltas = deltas,
                                .deltas_stride = c_stride,
                                .m = m,
                                .k = k,
                                .n = n,
                                .weights = weights,
                                .bias = bias,
                                .gradient = gradient,
                                .bias_gradient = arena.take<T>(columns),
                                .squares = arena.take<T>(columns)};

  const double work = 2.0 * static_cast<double>(m * n * k);
  const auto name = [&](const char* operation) {
    return std::string(operation) + " " + precision_name<T>() + " " + std::to_string(m) + "x" +
           std::to_string(n) + "x" + std::to_string(k);
  };
  measure<T>(options, {.name = name("forward"), .work = work, .executed = work}, [&] {
    kernels.forward({.a = inputs,
                     .a_stride = a_stride,
                     .m = m,
                     .weights = weights,
                     .bias = bias,
                     .k = k,
                     .n = n,
                     .activation = Activation::relu,
                     .c = outputs,
                     .c_stride = c_stride});
  });
  if (!layer.first) {
    measure<T>(options, {.name = name("dX"), .work = work, .executed = work}, [&] {
      kernels.backward({.deltas = deltas,
                        .deltas_stride = c_stride,
                        .m = m,
                        .transposed = transposed,
                        .n = n,
                        .k = k,
                        .activation = Activation::relu,
                        .a = inputs,
                        .c = input_deltas,
                        .c_stride = a_stride});
    });
    measure<T>(options, {.name = name("transpose")},
               [&] { kernels.transpose(weights, k, n, transposed); });
  }
  measure<T>(options, {.name = name("dW"), .work = work, .executed = work},
             [&] { kernels.gradient(gradient_args); });
  gradient_args.update = &update;
  measure<T>(options, {.name = name("dW+adam"), .work = work, .executed = work},
             [&] { kernels.gradient(gradient_args); });
  update.solver = Solver::sgd;
  measure<T>(options, {.name = name("dW+nesterov"), .work = work, .executed = work},
             [&] { kernels.gradient(gradient_args); });
}

template <class T>
void measure_functions(const BenchmarkOptions& options) {
  constexpr std::size_t kSize = 4096;
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  Arena arena(4 * kSize * sizeof(T));
  const T* x = take_random<T>(arena, kSize);
  T* y = arena.take<T>(kSize);
  const auto run = [&](const char* name, auto function) {
    measure<T>(options, {.name = std::string(name) + " " + precision_name<T>() + " 4096 values"},
               [&] { function(x, y, kSize); });
  };
  run("exp", kernels.exp);
  run("tanh", kernels.tanh);
  run("logistic", kernels.logistic);
  run("log", kernels.log);
}

/// What surrounds the products of a batch of 128 images with 10 classes.
template <class T>
void measure_batch(const BenchmarkOptions& options) {
  constexpr std::size_t kRows = 128, kCols = 784, kClasses = 10;
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t stride = kernels.batch_stride(kCols);
  std::vector<std::uint8_t> images(kRows * kCols, 7);
  const std::vector<T> shift(kCols, T(0)), divisor(kCols, T(255)), reciprocal(kCols, T(1) / 255);
  const std::vector<double> unit(kCols, 255.0);
  const FeatureSource<T> source{.type = StoredType::uint8,
                                .data = images.data(),
                                .cols = kCols,
                                .shift = unit.data(),
                                .divisor = unit.data(),
                                .shift_t = shift.data(),
                                .divisor_t = divisor.data(),
                                .reciprocal_t = reciprocal.data(),
                                .alike = true};
  std::vector<std::int32_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), 0);
  Arena arena((kRows * stride + 4 * kRows * 16 + 2048) * sizeof(T) +
              (kRows / kZeroGroup + 1) * (kCols + 64) * 8 + 2 * kCols * (kRows + 32) * 4 +
              (nonzero_bits_size(kRows, kCols) + nonzero_scratch(kRows, kCols)) * 8);
  T* batch = arena.take<T>(kRows * stride);
  auto* bits = arena.take<std::uint64_t>(nonzero_bits_size(kRows, kCols));
  const std::string what = std::string(" ") + precision_name<T>() + " 128x784";
  measure<T>(options, {.name = "load rows" + what},
             [&] { kernels.load_rows(source, rows.data(), kRows, batch, stride, bits); });
  const auto lists = [&](std::size_t groups, std::size_t list) {
    return NonzeroLists{.entries = arena.take<std::int32_t>(groups * list),
                        .counts = arena.take<std::int32_t>(groups),
                        .stride = list};
  };
  NonzeroLists by_rows = lists(kRows / kZeroGroup + 1, kCols + 32);
  by_rows.members = arena.take<std::int32_t>(kRows);
  NonzeroLists by_features = lists(kCols / kZeroGroup + 1, kRows + 32);
  auto* scratch = arena.take<std::uint64_t>(nonzero_scratch(kRows, kCols));
  measure<T>(options, {.name = "list non-zeros" + what}, [&] {
    kernels.list_nonzeros({.m = kRows,
                           .cols = kCols,
                           .bits = bits,
                           .by_rows = &by_rows,
                           .by_features = &by_features,
                           .scratch = scratch});
  });
  const std::size_t z_stride = kernels.batch_stride(kClasses);
  T* z = arena.take<T>(kRows * z_stride);
  T* row_loss = arena.take<T>(kRows);
  std::vector<std::int32_t> labels(kRows, 3), predicted(kRows);
  measure<T>(options, {.name = std::string("softmax and loss ") + precision_name<T>() + " 128x10"},
             [&] {
               kernels.output({.z = z,
                               .stride = z_stride,
                               .m = kRows,
                               .n = kClasses,
                               .output = Output::softmax,
                               .loss = Loss::log_loss,
                               .labels = labels.data(),
                               .want_deltas = true,
                               .predicted = predicted.data(),
                               .row_loss = row_loss});
             });
}

/// Times epochs from the inside, with the peak measured between them.
template <class T>
class EpochClock : public FitObserver {
 public:
  explicit EpochClock(const std::atomic<bool>& stop, int epochs) : FitObserver(stop) {
    seconds_.reserve(static_cast<std::size_t>(epochs));
    peaks_.reserve(static_cast<std::size_t>(epochs));
  }
  void epoch_finished(int epoch) noexcept override {
    if (epoch > 1) {  // the first warms up
      seconds_.push_back(seconds_since(start_));
      peaks_.push_back(peak_);
    }
    peak_ = peak_now<T>();
    start_ = Clock::now();
  }
  [[nodiscard]] const std::vector<double>& seconds() const { return seconds_; }
  [[nodiscard]] const std::vector<double>& peaks() const { return peaks_; }

 private:
  Clock::time_point start_;
  double peak_ = 0.0;
  std::vector<double> seconds_, peaks_;
};

/// Operations of a step: forward and dW of every layer, dX of all but the first.
double step_work(const Network& network, std::size_t batch) {
  const std::vector<std::size_t> sizes = network.layer_sizes();
  const auto weights = static_cast<double>(network.n_weights());
  const auto first = static_cast<double>(sizes[0] * sizes[1]);
  return static_cast<double>(batch) * (6.0 * weights - 2.0 * first);
}

template <class T>
void measure_steps(const BenchmarkOptions& options, std::string name, const FitSpec& spec,
                   const FitData& data) {
  if (!options.filter(name)) return;
  const std::atomic<bool> stop{false};
  EpochClock<T> clock(stop, spec.training.max_iter);
  (void)train(spec, data, clock);
  const std::size_t steps = std::max<std::size_t>(data.train.size() / spec.training.batch_size, 1);
  const std::size_t batch = data.train.size() / steps;
  Measurement measurement{.name = std::move(name), .work = step_work(spec.network, batch)};
  const double zeros = skipped_share(spec, data);
  const auto first =
      static_cast<double>(batch * spec.network.n_features * spec.network.hidden_layer_sizes[0]);
  measurement.executed = measurement.work - 4.0 * first * zeros;
  std::vector<double> times;
  std::vector<double> shares;
  for (std::size_t i = 0; i < clock.seconds().size(); ++i) {
    times.push_back(clock.seconds()[i] / static_cast<double>(steps));
    shares.push_back(measurement.work / times.back() / clock.peaks()[i]);
  }
  measurement.best = *std::min_element(times.begin(), times.end());
  measurement.median = median(times);
  measurement.share_of_peak = median(shares);
  options.report(measurement);
}

std::string layers_text(const Network& network) {
  std::string text;
  for (const std::size_t size : network.layer_sizes()) text += "-" + std::to_string(size);
  return text.substr(1);
}

FitSpec training_spec(const BenchmarkOptions& options, Solver solver, std::size_t batch) {
  FitSpec spec;
  spec.training.solver = solver;
  spec.training.batch_size = batch;
  spec.training.learning_rate_init = 1e-3;
  spec.training.max_iter = options.runs + 1;
  spec.training.n_iter_no_change = spec.training.max_iter;
  return spec;
}

}  // namespace

std::vector<double> fma_peaks(Precision precision, int runs) {
  std::vector<double> peaks;
  for (int i = 0; i < runs; ++i) {
    peaks.push_back(precision == Precision::float32 ? peak_now<float>() : peak_now<double>());
  }
  std::sort(peaks.begin(), peaks.end());
  return peaks;
}

void measure_kernels(const BenchmarkOptions& options) {
  for (const BenchLayer& layer : kBenchLayers) {
    for (const std::size_t m : kBenchBatches) measure_layer<float>(options, layer, m);
  }
  for (const BenchLayer& layer : kBenchLayers) {
    for (const std::size_t m : kBenchBatches) measure_layer<double>(options, layer, m);
  }
  measure_batch<float>(options);
  measure_batch<double>(options);
  measure_functions<float>(options);
  measure_functions<double>(options);
}

void measure_training(const BenchmarkOptions& options, const FitData& data,
                      const std::string& label) {
  struct Case {
    Solver solver;
    const char* name;
    std::size_t batch;
  };
  const std::size_t rows = data.train.size();
  const Case cases[] = {{Solver::adam, "adam 64", 64},           {Solver::adam, "adam 128", 128},
                        {Solver::adam, "adam 256", 256},         {Solver::sgd, "nesterov 64", 64},
                        {Solver::sgd, "nesterov 128", 128},      {Solver::sgd, "nesterov 256", 256},
                        {Solver::lbfgs, "lbfgs iteration", rows}};
  for (const std::vector<std::size_t>& hidden :
       {std::vector<std::size_t>{256, 128, 64, 32}, {128, 64, 32}}) {
    for (const Case& c : cases) {
      FitSpec spec = training_spec(options, c.solver, c.batch);
      spec.network = {.n_features = 784, .hidden_layer_sizes = hidden, .n_outputs = 10};
      measure_steps<float>(
          options,
          std::string("step ") + c.name + " float32 " + layers_text(spec.network) + " " + label,
          spec, data);
    }
  }
}

void measure_training_on_generated(const BenchmarkOptions& options) {
  constexpr std::size_t kRows = 3840, kCols = 784;
  RandomState random(2);
  std::vector<std::uint8_t> images(kRows * kCols);
  for (std::uint8_t& pixel : images) pixel = static_cast<std::uint8_t>(random.uniform(1.0, 256.0));
  std::vector<std::int32_t> labels(kRows);
  for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.uniform(0.0, 10.0));
  std::vector<std::int32_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), 0);
  const std::vector<double> shift(kCols, 0.0);
  const std::vector<double> divisor(kCols, 255.0);
  const FitData dense{.features = {.type = StoredType::uint8,
                                   .data = images.data(),
                                   .cols = kCols,
                                   .shift = shift,
                                   .divisor = divisor},
                      .targets = {.labels = labels.data(), .n_classes = 10},
                      .train = rows};
  measure_training(options, dense, "dense");

  constexpr std::size_t kPoints = 350;
  std::vector<double> points(2 * kPoints);
  for (double& x : points) x = random.uniform(-1.0, 1.0);
  for (std::size_t i = 0; i < kPoints; ++i) labels[i] = points[2 * i] * points[2 * i + 1] > 0.0;
  const FitData tiny{.features = {.data = points.data(), .cols = 2},
                     .targets = {.labels = labels.data(), .n_classes = 2},
                     .train = std::span(rows).first(kPoints)};
  FitSpec spec = training_spec(options, Solver::sgd, kPoints);
  spec.training.max_iter = 200 * options.runs;
  spec.training.n_iter_no_change = spec.training.max_iter;
  spec.network = {.n_features = 2,
                  .hidden_layer_sizes = {10},
                  .n_outputs = 1,
                  .activation = Activation::tanh,
                  .output = Output::logistic};
  measure_steps<float>(options, "step nesterov full float32 2-10-1 generated", spec, tiny);
  measure_steps<double>(
      options, "step nesterov full float64 2-10-1 generated",
      [&] {
        FitSpec wide = spec;
        wide.precision = Precision::float64;
        return wide;
      }(),
      tiny);
}

}  // namespace mlpgrid
