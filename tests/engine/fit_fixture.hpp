// Small data sets and an observer for tests that train.
#pragma once

#include <functional>
#include <numeric>
#include <vector>

#include "engine/fit.hpp"
#include "engine/random/random.hpp"
#include "reference_mlp.hpp"

namespace mlpgrid::testing {

/// Calls back after each epoch; may raise the stop flag.
class TestObserver : public FitObserver {
 public:
  TestObserver() : FitObserver(stop) {}
  void epoch_finished(int epoch) noexcept override {
    if (on_epoch) on_epoch(epoch);
  }
  std::atomic<bool> stop{false};
  std::function<void(int)> on_epoch;
};

/// Rows of normal features with labels (n_classes > 0) or values (n_outputs > 0) that a network can
/// partly learn from them.
struct SmallData {
  SmallData(std::size_t n, std::size_t n_features, std::size_t n_classes, std::size_t n_outputs)
      : features(n_features), classes(n_classes), outputs(n_outputs) {
    RandomState random(11);
    for (std::size_t i = 0; i < n * n_features; ++i) x.push_back(random.randn());
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.3 * random.randn();
      for (std::size_t j = 0; j < n_features; ++j) {
        sum += x[i * n_features + j] * (j % 2 == 0 ? 1.0 : -0.5);
      }
      if (n_classes > 0) {
        labels.push_back(static_cast<std::int32_t>(
            static_cast<std::size_t>(std::floor(std::fabs(sum) * 2.0)) % n_classes));
      }
      for (std::size_t j = 0; j < n_outputs; ++j) {
        values.push_back(std::sin(sum + static_cast<double>(j)));
      }
    }
    rows.resize(n);
    std::iota(rows.begin(), rows.end(), 0);
  }

  FitData view(std::size_t n_train) const {
    FitData data{.features = {.type = StoredType::float64, .data = x.data(), .cols = features}};
    if (classes > 0) {
      data.targets = {.labels = labels.data(), .n_classes = classes};
    } else {
      data.targets = {
          .kind = TargetView::Kind::values, .values = values.data(), .n_outputs = outputs};
    }
    data.train = std::span(rows).first(n_train);
    data.held_out = std::span(rows).subspan(n_train);
    return data;
  }

  ReferenceBatch batch(std::span<const std::int32_t> of) const {
    ReferenceBatch batch;
    for (const std::int32_t row : of) {
      const auto r = static_cast<std::size_t>(row);
      batch.x.emplace_back(x.begin() + static_cast<std::ptrdiff_t>(r * features),
                           x.begin() + static_cast<std::ptrdiff_t>((r + 1) * features));
      if (classes > 0) {
        batch.labels.push_back(labels[r]);
      } else {
        batch.values.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(r * outputs),
                                  values.begin() + static_cast<std::ptrdiff_t>((r + 1) * outputs));
      }
    }
    return batch;
  }

  std::size_t features, classes, outputs;
  std::vector<double> x, values;
  std::vector<std::int32_t> labels, rows;
};

}  // namespace mlpgrid::testing
