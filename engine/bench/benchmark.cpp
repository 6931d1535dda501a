// The subjects and the clock.
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

/// One layer and a batch of m rows, with everything that its kernels read and write.
template <class T>
struct LayerOperands {
  LayerOperands(std::size_t rows, std::size_t inputs_count, std::size_t outputs_count)
      : m(rows), k(inputs_count), n(outputs_count) {
    const std::size_t packed = kernels.packed_size(k, n);
    const std::size_t columns = kernels.packed_columns(n);
    arena = Arena((2 * m * (a_stride + c_stride) + 5 * packed + 8 * columns + k * n +
                   kernels.backward_operand_size(k, n) + 1024) *
                  sizeof(T));
    inputs = take_random<T>(arena, m * a_stride);
    outputs = arena.take<T>(m * c_stride);
    deltas = take_random<T>(arena, m * c_stride);
    input_deltas = arena.take<T>(m * a_stride);
    weights = arena.take<T>(packed);
    kernels.pack(take_random<T>(arena, k * n), k, n, weights);
    operand = arena.take<T>(kernels.backward_operand_size(k, n));
    kernels.make_backward_operand(weights, k, n, operand);
    gradient = arena.take<T>(packed);
    bias_gradient = arena.take<T>(columns);
    bias = take_random<T>(arena, columns);
    squares = arena.take<T>(columns);
    for (T*& state : states) state = arena.take<T>(packed);
    for (T*& state : bias_states) state = arena.take<T>(columns);
  }

  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  std::size_t m, k, n;
  std::size_t a_stride = kernels.batch_stride(k), c_stride = kernels.batch_stride(n);
  Arena arena;
  T *inputs, *outputs, *deltas, *input_deltas, *weights, *operand, *gradient, *bias_gradient;
  T *bias, *squares, *states[2], *bias_states[2];
};

template <class T>
UpdateArgs<T> update_of(Solver solver, const LayerOperands<T>& x) {
  return {.solver = solver,
          .inverse_m = T(1) / static_cast<T>(x.m),
          .l2 = T(1e-4),
          .rate = T(1e-6),
          .momentum = T(0.9),
          .nesterov = true,
          .beta_1 = T(0.9),
          .one_minus_beta_1 = T(0.1),
          .beta_2 = T(0.999),
          .one_minus_beta_2 = T(0.001),
          .epsilon = T(1e-8),
          .first = x.states[0],
          .second = x.states[1],
          .bias_first = x.bias_states[0],
          .bias_second = x.bias_states[1]};
}

template <class T>
GradientArgs<T> gradient_of(const LayerOperands<T>& x, const UpdateArgs<T>* update) {
  return {.inputs = x.inputs,
          .inputs_stride = x.a_stride,
          .deltas = x.deltas,
          .deltas_stride = x.c_stride,
          .m = x.m,
          .k = x.k,
          .n = x.n,
          .weights = x.weights,
          .bias = x.bias,
          .gradient = x.gradient,
          .bias_gradient = x.bias_gradient,
          .update = update,
          .squares = x.squares};
}

template <class T>
void measure_layer(const BenchmarkOptions& options, const BenchLayer& layer, std::size_t m) {
  const LayerOperands<T> x(m, layer.inputs, layer.outputs);
  const Kernels<T>& kernels = x.kernels;
  const double work = 2.0 * static_cast<double>(m * x.n * x.k);
  const auto run = [&](const char* operation, double flops, const std::function<void()>& subject) {
    std::string name = std::string(operation) + " " + precision_name<T>() + " " +
                       std::to_string(m) + "x" + std::to_string(x.n) + "x" + std::to_string(x.k);
    measure<T>(options, {.name = std::move(name), .work = flops, .executed = flops}, subject);
  };
  run("forward", work, [&] {
    kernels.forward({.a = x.inputs,
                     .a_stride = x.a_stride,
                     .m = m,
                     .weights = x.weights,
                     .bias = x.bias,
                     .k = x.k,
                     .n = x.n,
                     .activation = Activation::relu,
                     .c = x.outputs,
                     .c_stride = x.c_stride});
  });
  if (!layer.first) {
    run("dX", work, [&] {
      kernels.backward({.deltas = x.deltas,
                        .deltas_stride = x.c_stride,
                        .m = m,
                        .operand = x.operand,
                        .n = x.n,
                        .k = x.k,
                        .activation = Activation::relu,
                        .a = x.inputs,
                        .c = x.input_deltas,
                        .c_stride = x.a_stride});
    });
    run("transpose", 0.0, [&] { kernels.make_backward_operand(x.weights, x.k, x.n, x.operand); });
  }
  run("dW", work, [&] { kernels.gradient(gradient_of<T>(x, nullptr)); });
  const UpdateArgs<T> adam = update_of<T>(Solver::adam, x);
  run("dW+adam", work, [&] { kernels.gradient(gradient_of(x, &adam)); });
  const UpdateArgs<T> nesterov = update_of<T>(Solver::sgd, x);
  run("dW+nesterov", work, [&] { kernels.gradient(gradient_of(x, &nesterov)); });
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

constexpr std::size_t kBatchRows = 128;

/// Taking in 128 images, with and without lists of where they are not zero.
template <class T>
void measure_loading(const BenchmarkOptions& options) {
  constexpr std::size_t kCols = 784;
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t stride = kernels.batch_stride(kCols);
  const std::size_t notes = kernels.nonzeros_size(kBatchRows, kCols);
  const std::vector<std::uint8_t> images(kBatchRows * kCols, 7);
  const std::vector<T> shift(kCols, T(0)), divisor(kCols, T(255)), reciprocal(kCols, T(1) / 255);
  const std::vector<double> unit(kCols, 255.0);
  std::vector<std::int32_t> rows(kBatchRows);
  std::iota(rows.begin(), rows.end(), 0);
  Arena arena(kBatchRows * stride * sizeof(T) + notes + 1024);
  LoadArgs<T> args{.source = {.type = StoredType::uint8,
                              .data = images.data(),
                              .cols = kCols,
                              .shift = unit.data(),
                              .divisor = unit.data(),
                              .shift_t = shift.data(),
                              .divisor_t = divisor.data(),
                              .reciprocal_t = reciprocal.data(),
                              .alike = true},
                   .rows = rows.data(),
                   .m = kBatchRows,
                   .out = arena.take<T>(kBatchRows * stride),
                   .stride = stride,
                   .for_gradient = true};
  const std::string what = std::string(" ") + precision_name<T>() + " 128x784";
  measure<T>(options, {.name = "load rows" + what}, [&] { kernels.load_rows(args); });
  args.nonzero = arena.take<std::byte>(notes);
  measure<T>(options, {.name = "load rows, list non-zeros" + what},
             [&] { kernels.load_rows(args); });
}

/// The outputs and the loss of 128 rows with 10 classes.
template <class T>
void measure_output(const BenchmarkOptions& options) {
  constexpr std::size_t kClasses = 10;
  const Kernels<T>& kernels = mlpgrid::kernels().get<T>();
  const std::size_t stride = kernels.batch_stride(kClasses);
  Arena arena(kBatchRows * (stride + 1) * sizeof(T) + 1024);
  T* z = arena.take<T>(kBatchRows * stride);
  T* row_loss = arena.take<T>(kBatchRows);
  const std::vector<std::int32_t> labels(kBatchRows, 3);
  std::vector<std::int32_t> predicted(kBatchRows);
  measure<T>(options, {.name = std::string("softmax and loss ") + precision_name<T>() + " 128x10"},
             [&] {
               kernels.output({.z = z,
                               .stride = stride,
                               .m = kBatchRows,
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
  const auto measure_as = [&]<class T>(T) {
    for (const BenchLayer& layer : kBenchLayers) {
      for (const std::size_t m : kBenchBatches) measure_layer<T>(options, layer, m);
    }
    measure_loading<T>(options);
    measure_output<T>(options);
    measure_functions<T>(options);
  };
  measure_as(float());
  measure_as(double());
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
