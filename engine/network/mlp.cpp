// Inputs and targets of a chunk of rows, and the choice between the two kinds of passes.
#include "engine/network/mlp.hpp"

#include <algorithm>
#include <functional>

namespace mlpgrid {
namespace {

template <class T>
FeatureSource<T> scaled_source(const FeatureView& view, Arena& arena) {
  FeatureSource<T> source{.type = view.type, .data = view.data, .cols = view.cols};
  if (view.divisor.empty()) return source;
  source.shift = view.shift.data();
  source.divisor = view.divisor.data();
  T* shift = arena.take<T>(view.cols);
  T* divisor = arena.take<T>(view.cols);
  T* reciprocal = arena.take<T>(view.cols);
  source.shift_t = shift;
  source.divisor_t = divisor;
  source.reciprocal_t = reciprocal;
  if (shift == nullptr) return source;
  for (std::size_t j = 0; j < view.cols; ++j) {
    shift[j] = static_cast<T>(view.shift[j]);
    divisor[j] = static_cast<T>(view.divisor[j]);
    reciprocal[j] = T(1) / divisor[j];
  }
  const auto same = [](std::span<const double> x) {
    return std::ranges::adjacent_find(x, std::ranges::not_equal_to()) == x.end();
  };
  source.alike = same(view.shift) && same(view.divisor);
  return source;
}

std::size_t chunk_rows(const Network& network, std::size_t max_rows) {
  const std::size_t most = is_tiny(network) ? TinyPass<float>::kMaxRows : WidePass<float>::kMaxRows;
  return std::clamp<std::size_t>(max_rows, 1, most);
}

template <class T>
std::variant<WidePass<T>, TinyPass<T>> make_pass(const Network& network, TargetView::Kind targets,
                                                 Parameters<T>& parameters, const MlpNeeds& needs,
                                                 std::size_t chunk_rows, const Kernels<T>& kernels,
                                                 Arena& arena) {
  if (is_tiny(network)) {
    return TinyPass<T>(network, targets, parameters, needs, chunk_rows, kernels, arena);
  }
  return WidePass<T>(network, targets, parameters, needs, chunk_rows, kernels, arena);
}

}  // namespace

template <class T>
Mlp<T>::Mlp(const Network& network, const FitData& data, const MlpNeeds& needs,
            const Kernels<T>& kernels, Arena& arena)
    : network_(network),
      data_(data),
      kernels_(kernels),
      chunk_rows_(mlpgrid::chunk_rows(network, needs.max_rows)),
      source_(scaled_source<T>(data.features, arena)),
      parameters_(network, needs, is_tiny(network), kernels, arena),
      pass_(make_pass<T>(network, data.targets.kind, parameters_, needs, chunk_rows_, kernels,
                         arena)) {
  if (data.targets.kind == TargetView::Kind::values) {
    values_ = arena.take<T>(chunk_rows_ * network.n_outputs);
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
void Mlp<T>::initialize(const Initialization& init, RandomState& random) {
  parameters_.initialize(init, random);
  const auto rows = data_.train.first(std::min(chunk_rows_, data_.train.size()));
  skipped_share_ =
      std::visit([&](auto& pass) { return pass.decide_on_zeros(source_, rows); }, pass_);
}

template <class T>
void Mlp<T>::load_labels(std::span<const std::int32_t> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) labels_[i] = data_.targets.labels[rows[i]];
  for (std::size_t i = 0; i < rows.size() && !output_of_class_.empty(); ++i) {
    target_outputs_[i] = output_of_class_[static_cast<std::size_t>(labels_[i])];
  }
}

template <class T>
void Mlp<T>::load_values(std::span<const std::int32_t> rows) {
  const TargetView& targets = data_.targets;
  const std::size_t n = targets.n_outputs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double* row = targets.values + static_cast<std::size_t>(rows[i]) * n;
    T* out = values_ + i * n;
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
}

template <class T>
void Mlp<T>::load(std::span<const std::int32_t> rows, bool for_gradient) {
  chunk_ = rows.size();
  const TargetView::Kind kind = data_.targets.kind;
  if (kind == TargetView::Kind::labels) load_labels(rows);
  if (kind == TargetView::Kind::values) load_values(rows);
  std::visit(
      [&](auto& pass) {
        pass.load_inputs(source_, rows, for_gradient);
        if (kind == TargetView::Kind::labels) pass.load_labels({target_outputs_, chunk_});
        if (kind == TargetView::Kind::values) pass.load_values(values_);
      },
      pass_);
  std::copy(rows.begin(), rows.end(), loaded_);
  loaded_count_ = rows.size();
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
  // Full batches in one order come again and again. The notes on zeros depend on what follows:
  // with them everything is loaded anew.
  const bool loaded = std::equal(rows.begin(), rows.end(), loaded_, loaded_ + loaded_count_);
  if (skipped_share_ > 0.0 || !loaded) load(rows, want_deltas);
  const bool classes = data_.targets.kind == TargetView::Kind::labels;
  std::int32_t* predicted = classes && sums != nullptr ? predicted_ : nullptr;
  double* squared_error = sums != nullptr ? sums->squared_error() : nullptr;
  double loss = std::visit(
      [&](auto& pass) { return pass.forward(want_deltas, predicted, squared_error); }, pass_);
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
  std::visit([&](auto& pass) { pass.backward(continue_sums, updates); }, pass_);
}

template <class T>
void Mlp<T>::predict(std::span<const std::int32_t> rows, double* outputs) {
  loaded_count_ = 0;  // the targets are not
  for (std::size_t start = 0; start < rows.size(); start += chunk_rows_) {
    const auto chunk = rows.subspan(start, std::min(chunk_rows_, rows.size() - start));
    std::visit(
        [&](auto& pass) {
          pass.load_inputs(source_, chunk, false);
          pass.predict();
          for (std::size_t i = 0; i < chunk.size(); ++i) {
            for (std::size_t j = 0; j < network_.n_outputs; ++j) {
              *outputs++ = static_cast<double>(pass.output(i, j));
            }
          }
        },
        pass_);
  }
}

template <class T>
WeightNorms Mlp<T>::norms_before_step() const {
  return std::visit([](const auto& pass) { return pass.norms(); }, pass_);
}

template class Mlp<float>;
template class Mlp<double>;

}  // namespace mlpgrid
