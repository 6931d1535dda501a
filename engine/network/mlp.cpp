// Memory layout and the forward and backward passes of a chunk of rows.
#include "engine/network/mlp.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "engine/network/initialize.hpp"

namespace mlpgrid {
namespace {

// Making the lists of non-zeros costs about a twentieth of what a first layer of 100 units does.
constexpr double kListedShareWorthSkipping = 0.9;
// Two multiply-adds per cycle, each of which takes four.
constexpr double kChainsThatHideLatency = 8.0;

constexpr std::size_t round_to_line(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// Whole cache lines, so that each array of the parameter block starts on one.
template <class T>
std::size_t line_elements(std::size_t count) {
  return round_to_line(count * sizeof(T)) / sizeof(T);
}

template <class T>
void fill_scaling(const FeatureView& view, FeatureSource<T>& source, Arena& arena) {
  source = {.type = view.type, .data = view.data, .cols = view.cols};
  if (view.divisor.empty()) return;
  source.shift = view.shift.data();
  source.divisor = view.divisor.data();
  T* shift = arena.take<T>(view.cols);
  T* divisor = arena.take<T>(view.cols);
  T* reciprocal = arena.take<T>(view.cols);
  source.shift_t = shift;
  source.divisor_t = divisor;
  source.reciprocal_t = reciprocal;
  if (shift == nullptr) return;
  for (std::size_t j = 0; j < view.cols; ++j) {
    shift[j] = static_cast<T>(view.shift[j]);
    divisor[j] = static_cast<T>(view.divisor[j]);
    reciprocal[j] = T(1) / divisor[j];
  }
  const auto same = [](std::span<const double> x) {
    return std::ranges::adjacent_find(x, std::ranges::not_equal_to()) == x.end();
  };
  source.alike = same(view.shift) && same(view.divisor);
}

/// Sum in double over 16 virtual lanes: one order of additions whatever the compiler does with it.
template <class T>
double ordered_sum(const T* values, std::size_t count) {
  constexpr std::size_t kSumLanes = 16;
  double lanes[kSumLanes] = {};
  for (std::size_t start = 0; start < count; start += kSumLanes) {
    const std::size_t size = std::min(kSumLanes, count - start);
    for (std::size_t i = 0; i < size; ++i) lanes[i] += static_cast<double>(values[start + i]);
  }
  for (std::size_t width = kSumLanes / 2; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

}  // namespace

template <class T>
Mlp<T>::Mlp(const Network& network, const FitData& data, const MlpNeeds& needs,
            const Kernels<T>& kernels, Arena& arena)
    : network_(network), data_(data), kernels_(kernels), sizes_(network.layer_sizes()) {
  const bool tiny = is_tiny(network);
  chunk_rows_ = std::clamp<std::size_t>(needs.max_rows, 1, tiny ? kTinyChunkRows : kChunkRows);
  fill_scaling<T>(data.features, source_, arena);
  take_parameters(needs, tiny, arena);

  if (tiny) {
    tiny_.emplace(network, data.targets.kind, layers_, chunk_rows_, needs.backward, kernels, arena);
  } else {
    take_chunk(needs, arena);
  }
  if (data.targets.kind == TargetView::Kind::values) {
    targets_stride_ = network.n_outputs;
    targets_ = arena.take<T>(chunk_rows_ * targets_stride_);
  } else if (data.targets.kind == TargetView::Kind::inputs) {
    targets_stride_ = stride(network.n_features);
  }
  loaded_ = arena.take<std::int32_t>(chunk_rows_);
  labels_ = target_outputs_ = arena.take<std::int32_t>(chunk_rows_);
  if (const auto& classes = network.classes; data.targets.labels != nullptr && !classes.empty()) {
    target_outputs_ = arena.take<std::int32_t>(chunk_rows_);
    output_of_class_.assign(data.targets.n_classes, 0);  // of a class without one: any will do
    for (std::size_t i = 0; i < classes.size(); ++i) {
      output_of_class_[static_cast<std::size_t>(classes[i])] = static_cast<std::int32_t>(i);
    }
  }
  predicted_ = arena.take<std::int32_t>(padded_samples(chunk_rows_));
}

template <class T>
void Mlp<T>::take_parameters(const MlpNeeds& needs, bool tiny, Arena& arena) {
  const auto shape = [&](std::size_t l) {
    return tiny ? std::pair<std::size_t, std::size_t>(1, sizes_[l] * sizes_[l + 1])
                : std::pair(sizes_[l], sizes_[l + 1]);
  };
  const auto weights_size = [&](std::size_t l) {
    return line_elements<T>(kernels_.packed_size(shape(l).first, shape(l).second));
  };
  for (std::size_t l = 0; l + 1 < sizes_.size(); ++l) {
    parameter_count_ += weights_size(l) + line_elements<T>(kernels_.packed_columns(sizes_[l + 1]));
  }
  parameters_ = arena.take<T>(parameter_count_);
  gradients_ = needs.gradient ? arena.take<T>(parameter_count_) : nullptr;
  T* first = needs.first ? arena.take<T>(parameter_count_) : nullptr;
  T* second = needs.second ? arena.take<T>(parameter_count_) : nullptr;
  best_ = needs.best ? arena.take<T>(parameter_count_) : nullptr;

  const auto at = [](T* block, std::size_t offset) {
    return block != nullptr ? block + offset : nullptr;
  };
  std::size_t offset = 0;
  for (std::size_t l = 0; l + 1 < sizes_.size(); ++l) {
    const std::size_t n_in = sizes_[l];
    const std::size_t n_out = sizes_[l + 1];
    const std::size_t columns = kernels_.packed_columns(n_out);
    const std::size_t bias = offset + weights_size(l);
    layers_.push_back({.n_in = n_in,
                       .n_out = n_out,
                       .rows = shape(l).first,
                       .columns = shape(l).second,
                       .weights = at(parameters_, offset),
                       .bias = at(parameters_, bias),
                       .transposed = l > 0 && needs.backward && !tiny
                                         ? arena.take<T>(kernels_.packed_size(n_out, n_in))
                                         : nullptr,
                       .gradient = at(gradients_, offset),
                       .bias_gradient = at(gradients_, bias),
                       .first = at(first, offset),
                       .second = at(second, offset),
                       .bias_first = at(first, bias),
                       .bias_second = at(second, bias),
                       .squares = tiny ? nullptr : arena.take<T>(columns),
                       .magnitudes = needs.magnitudes && !tiny ? arena.take<T>(columns) : nullptr});
    offset = bias + line_elements<T>(columns);
  }
}

/// What the passes of a wide net keep of a chunk.
template <class T>
void Mlp<T>::take_chunk(const MlpNeeds& needs, Arena& arena) {
  for (const std::size_t size : sizes_) {
    values_.push_back(arena.take<T>(chunk_rows_ * stride(size)));
  }
  if (needs.backward) {
    std::size_t widest = 1;
    for (std::size_t l = 1; l < layers_.size(); ++l) widest = std::max(widest, layers_[l].n_in);
    for (T*& deltas : deltas_) deltas = arena.take<T>(chunk_rows_ * stride(widest));
  }
  const auto take_lists = [&](std::size_t members, std::size_t steps) {
    const std::size_t groups = (members + kZeroGroup - 1) / kZeroGroup;
    // Lists are written a vector at a time.
    const std::size_t list = (steps + 15) / 16 * 16 + 16;
    return NonzeroLists{.entries = arena.take<std::int32_t>(groups * list),
                        .counts = arena.take<std::int32_t>(groups),
                        .stride = list};
  };
  by_rows_ = take_lists(chunk_rows_, network_.n_features);
  by_rows_.members = arena.take<std::int32_t>(chunk_rows_);
  if (needs.backward) {
    by_features_ = take_lists(network_.n_features, chunk_rows_);
  }
  nonzero_bits_ = arena.take<std::uint64_t>(nonzero_bits_size(chunk_rows_, network_.n_features));
  nonzero_scratch_ = arena.take<std::uint64_t>(nonzero_scratch(chunk_rows_, network_.n_features));
  // The logarithm runs over whole vectors.
  row_loss_ = arena.take<T>(kernels_.packed_columns(chunk_rows_));
}

template <class T>
void Mlp<T>::initialize(const Initialization& init, RandomState& random) {
  std::vector<double> weights;
  std::vector<double> biases;
  std::vector<T> rounded;
  for (Layer<T>& layer : layers_) {
    weights.resize(layer.n_in * layer.n_out);
    biases.resize(layer.n_out);
    initialize_layer(init, network_.activation, layer.n_in, layer.n_out, random, weights, biases);
    rounded.assign(weights.size(), T(0));
    std::transform(weights.begin(), weights.end(), rounded.begin(),
                   [](double x) { return static_cast<T>(x); });
    kernels_.pack(rounded.data(), layer.rows, layer.columns, layer.weights);
    std::transform(biases.begin(), biases.end(), layer.bias,
                   [](double x) { return static_cast<T>(x); });
  }
  weights_changed();
  if (!tiny_) decide_on_zeros();
}

/// Whether enough of the inputs is zero, by the first training rows. Either way gives the same
/// bits.
template <class T>
void Mlp<T>::decide_on_zeros() {
  skip_zeros_ = true;
  const std::size_t rows = std::min(chunk_rows_, data_.train.size());
  load_inputs(data_.train.first(rows), true);
  const auto listed = [](const NonzeroLists& lists, std::size_t members, std::size_t steps) {
    const std::size_t groups = (members + kZeroGroup - 1) / kZeroGroup;
    const double sum = std::accumulate(lists.counts, lists.counts + groups, 0.0);
    return sum / static_cast<double>(groups * steps);
  };
  const double share = 0.5 * (listed(by_rows_, rows, network_.n_features) +
                              listed(by_features_, network_.n_features, rows));
  // A tile of a layer that is narrower than a panel has few chains of multiply-adds, whose latency
  // it waits for; dense tiles are taller there.
  const std::size_t chains =
      kZeroGroup * kernels_.packed_columns(layers_.front().n_out) / kernels_.lanes;
  const double rate = std::min(1.0, static_cast<double>(chains) / kChainsThatHideLatency);
  skip_zeros_ = share < kListedShareWorthSkipping * rate;
  skipped_share_ = skip_zeros_ ? 1.0 - share : 0.0;
}

template <class T>
void Mlp<T>::set_model(const Model& model) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const std::vector<T> weights(model.weights[l].begin(), model.weights[l].end());
    kernels_.pack(weights.data(), layers_[l].rows, layers_[l].columns, layers_[l].weights);
    std::transform(model.biases[l].begin(), model.biases[l].end(), layers_[l].bias,
                   [](double x) { return static_cast<T>(x); });
  }
  weights_changed();
}

template <class T>
Model Mlp<T>::model(Precision precision) const {
  Model model{.network = network_, .precision = precision, .weights = {}, .biases = {}};
  for (const Layer<T>& layer : layers_) {
    std::vector<T> weights(layer.n_in * layer.n_out);
    kernels_.unpack(layer.weights, layer.rows, layer.columns, weights.data());
    model.weights.emplace_back(weights.begin(), weights.end());
    model.biases.emplace_back(layer.bias, layer.bias + layer.n_out);
  }
  return model;
}

template <class T>
void Mlp<T>::save_best() {
  std::copy_n(parameters_, parameter_count_, best_);
}

template <class T>
void Mlp<T>::restore_best() {
  std::copy_n(best_, parameter_count_, parameters_);
  weights_changed();
}

template <class T>
void Mlp<T>::weights_changed() {
  for (Layer<T>& layer : layers_) {
    if (layer.transposed != nullptr) {
      kernels_.transpose(layer.weights, layer.n_in, layer.n_out, layer.transposed);
    }
  }
}

template <class T>
void Mlp<T>::load_targets(std::span<const std::int32_t> rows) {
  const TargetView& targets = data_.targets;
  if (targets.kind == TargetView::Kind::labels) {
    for (std::size_t i = 0; i < rows.size(); ++i) labels_[i] = targets.labels[rows[i]];
    for (std::size_t i = 0; i < rows.size() && !output_of_class_.empty(); ++i) {
      target_outputs_[i] = output_of_class_[static_cast<std::size_t>(labels_[i])];
    }
    if (tiny_) tiny_->load_labels({target_outputs_, rows.size()});
  } else if (targets.kind == TargetView::Kind::values) {
    const std::size_t n = targets.n_outputs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double* row = targets.values + static_cast<std::size_t>(rows[i]) * n;
      T* out = targets_ + i * n;
      if (targets.divisor.empty()) {
        for (std::size_t j = 0; j < n; ++j) out[j] = static_cast<T>(row[j]);
      } else {
        const double* shift = targets.shift.data();
        const double* divisor = targets.divisor.data();
        for (std::size_t j = 0; j < n; ++j) {
          out[j] = static_cast<T>((row[j] - shift[j]) / divisor[j]);
        }
      }
    }
    if (tiny_) tiny_->load_values(targets_);
  }
}

template <class T>
void Mlp<T>::load_inputs(std::span<const std::int32_t> rows, bool gradient_follows) {
  chunk_ = rows.size();
  if (tiny_) {
    tiny_->load_inputs(source_, rows);
    return;
  }
  kernels_.load_rows(source_, rows.data(), rows.size(), values_[0], stride(network_.n_features),
                     skip_zeros_ ? nonzero_bits_ : nullptr);
  if (!skip_zeros_) return;
  kernels_.list_nonzeros({.m = rows.size(),
                          .cols = network_.n_features,
                          .bits = nonzero_bits_,
                          .by_rows = &by_rows_,
                          .by_features = gradient_follows ? &by_features_ : nullptr,
                          .scratch = nonzero_scratch_});
}

/// Batches that are the whole training set in one order come again and again.
template <class T>
bool Mlp<T>::is_loaded(std::span<const std::int32_t> rows) const {
  return std::equal(rows.begin(), rows.end(), loaded_, loaded_ + loaded_count_);
}

template <class T>
void Mlp<T>::pass() {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer<T>& layer = layers_[l];
    kernels_.forward(
        {.a = values_[l],
         .a_stride = stride(layer.n_in),
         .m = chunk_,
         .weights = layer.weights,
         .bias = layer.bias,
         .k = layer.n_in,
         .n = layer.n_out,
         .activation = l + 1 < layers_.size() ? network_.activation : Activation::identity,
         .c = values_[l + 1],
         .c_stride = stride(layer.n_out),
         .nonzero = l == 0 && skip_zeros_ ? &by_rows_ : nullptr});
  }
}

/// The sum of the loss, squared errors summed over outputs.
template <class T>
double Mlp<T>::output(bool want_deltas, std::int32_t* predicted, double* squared_error) {
  const TargetView::Kind kind = data_.targets.kind;
  kernels_.output({.z = values_.back(),
                   .stride = stride(network_.n_outputs),
                   .m = chunk_,
                   .n = network_.n_outputs,
                   .output = network_.output,
                   .loss = network_.loss,
                   .labels = kind == TargetView::Kind::labels ? target_outputs_ : nullptr,
                   .targets = kind == TargetView::Kind::inputs ? values_[0] : targets_,
                   .targets_stride = targets_stride_,
                   .want_deltas = want_deltas,
                   .predicted = predicted,
                   .row_loss = row_loss_,
                   .squared_error = squared_error});
  if (want_deltas && network_.scaling.squared_error_gradient) {
    for (std::size_t i = 0; i < chunk_; ++i) {
      T& delta = values_.back()[i * stride(1)];
      delta = times_logistic_derivative(delta, static_cast<T>(target_outputs_[i]));
    }
  }
  return ordered_sum(row_loss_, chunk_);
}

/// From outputs to the classes that they stand for. A network that knows one class says no other.
template <class T>
void Mlp<T>::name_classes(std::int32_t* predicted) const {
  const auto& classes = network_.classes;
  for (std::size_t i = 0; i < chunk_ && !classes.empty(); ++i) {
    predicted[i] = classes[classes.size() == 1 ? 0 : static_cast<std::size_t>(predicted[i])];
  }
}

template <class T>
double Mlp<T>::forward(std::span<const std::int32_t> rows, bool want_deltas, ScoreSums* sums) {
  // The lists of non-zeros depend on what follows: with them everything is loaded anew.
  if (skip_zeros_ || !is_loaded(rows)) {
    load_inputs(rows, want_deltas);
    load_targets(rows);
    std::copy(rows.begin(), rows.end(), loaded_);
    loaded_count_ = rows.size();
  }
  const bool classes = data_.targets.kind == TargetView::Kind::labels;
  std::int32_t* predicted = classes && sums != nullptr ? predicted_ : nullptr;
  double* squared_error = sums != nullptr ? sums->squared_error() : nullptr;
  double loss = 0.0;
  if (tiny_) {
    loss = tiny_->forward(want_deltas, predicted, squared_error);
  } else {
    pass();
    loss = output(want_deltas, predicted, squared_error);
  }
  if (predicted != nullptr) name_classes(predicted);
  if (network_.loss == Loss::squared_error) loss /= static_cast<double>(network_.n_outputs);
  if (sums != nullptr) {
    sums->add_rows(chunk_, loss);
    if (classes) sums->add_labels(labels(), this->predicted());
  }
  return loss;
}

template <class T>
void Mlp<T>::backward(bool continue_sums, std::span<const UpdateArgs<T>> updates) {
  if (tiny_) {
    tiny_->backward(continue_sums, updates);
    return;
  }
  T* deltas = values_.back();
  for (std::size_t l = layers_.size(); l-- > 0;) {
    Layer<T>& layer = layers_[l];
    T* previous = deltas_[l % 2];
    // The deltas of the inputs come first: they are of the weights before the step.
    if (l > 0) {
      kernels_.backward({.deltas = deltas,
                         .deltas_stride = stride(layer.n_out),
                         .m = chunk_,
                         .transposed = layer.transposed,
                         .n = layer.n_out,
                         .k = layer.n_in,
                         .activation = network_.activation,
                         .a = values_[l],
                         .c = previous,
                         .c_stride = stride(layer.n_in)});
    }
    kernels_.gradient({.inputs = values_[l],
                       .inputs_stride = stride(layer.n_in),
                       .deltas = deltas,
                       .deltas_stride = stride(layer.n_out),
                       .m = chunk_,
                       .k = layer.n_in,
                       .n = layer.n_out,
                       .weights = layer.weights,
                       .bias = layer.bias,
                       .gradient = layer.gradient,
                       .bias_gradient = layer.bias_gradient,
                       .continue_sums = continue_sums,
                       .update = updates.empty() ? nullptr : &updates[l],
                       .squares = layer.squares,
                       .magnitudes = layer.magnitudes,
                       .nonzero = l == 0 && skip_zeros_ ? &by_features_ : nullptr});
    if (!updates.empty() && layer.transposed != nullptr) {
      kernels_.transpose(layer.weights, layer.n_in, layer.n_out, layer.transposed);
    }
    deltas = previous;
  }
}

template <class T>
void Mlp<T>::predict(std::span<const std::int32_t> rows, double* outputs) {
  const std::size_t n = network_.n_outputs;
  loaded_count_ = 0;  // the targets are not
  for (std::size_t start = 0; start < rows.size(); start += chunk_rows_) {
    load_inputs(rows.subspan(start, std::min(chunk_rows_, rows.size() - start)), false);
    if (tiny_) {
      tiny_->predict();
    } else {
      pass();
      kernels_.output({.z = values_.back(),
                       .stride = stride(n),
                       .m = chunk_,
                       .n = n,
                       .output = network_.output,
                       .loss = network_.loss});
    }
    for (std::size_t i = 0; i < chunk_; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const T value = tiny_ ? tiny_->output(i, j) : values_.back()[i * stride(n) + j];
        *outputs++ = static_cast<double>(value);
      }
    }
  }
}

template <class T>
typename Mlp<T>::WeightSizes Mlp<T>::weight_sizes() const {
  double zeros = 0.0;
  double magnitudes = 0.0;
  double count = 0.0;
  std::vector<T> weights;
  for (const Layer<T>& layer : layers_) {
    // Row-major: the order of the packed ones, and so the sum's last bits, is the unit's.
    weights.resize(layer.n_in * layer.n_out);
    kernels_.unpack(layer.weights, layer.rows, layer.columns, weights.data());
    for (const T w : weights) {
      zeros += w == T(0) ? 1.0 : 0.0;
      magnitudes += static_cast<double>(std::fabs(w));
    }
    count += static_cast<double>(weights.size());
  }
  return {zeros / count, magnitudes / count};
}

template <class T>
typename Mlp<T>::Norms Mlp<T>::norms_before_step() const {
  if (tiny_) return {tiny_->squares(), tiny_->magnitudes()};
  Norms norms{0.0, 0.0};
  for (const Layer<T>& layer : layers_) {
    norms.squares += ordered_sum(layer.squares, layer.n_out);
    if (layer.magnitudes != nullptr) {
      norms.magnitudes += ordered_sum(layer.magnitudes, layer.n_out);
    }
  }
  return norms;
}

template class Mlp<float>;
template class Mlp<double>;

}  // namespace mlpgrid
