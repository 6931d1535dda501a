// Forward passes of a model that comes from elsewhere than a fit just ended.
#include "engine/predict.hpp"

#include <algorithm>
#include <atomic>

#include "engine/network/arena.hpp"
#include "engine/network/evaluation.hpp"
#include "engine/network/flush_denormals.hpp"
#include "engine/network/mlp.hpp"
#include "engine/simd/dispatch.hpp"

namespace mlpgrid {
namespace {

/// A network with the model's parameters, for forward passes over at most max_rows rows.
template <class T>
class LoadedMlp {
 public:
  LoadedMlp(const Model& model, const FitData& data, std::size_t max_rows)
      : arena_(memory(model, data, needs(max_rows))),
        mlp_(model.network, data, needs(max_rows), kernels().get<T>(), arena_) {
    mlp_.parameters().set_model(model);
  }
  Mlp<T>& operator*() { return mlp_; }

 private:
  static MlpNeeds needs(std::size_t max_rows) { return {.backward = false, .max_rows = max_rows}; }
  static std::size_t memory(const Model& model, const FitData& data, const MlpNeeds& needs) {
    Arena measured;
    const Mlp<T> measure(model.network, data, needs, kernels().get<T>(), measured);
    return measured.used();
  }

  Arena arena_;
  Mlp<T> mlp_;
};

template <class T>
std::vector<double> predict_as(const Model& model, const FeatureView& features,
                               std::span<const std::int32_t> rows) {
  const FitData data{.features = features};
  LoadedMlp<T> mlp(model, data, rows.size());
  std::vector<double> outputs(rows.size() * model.network.n_outputs);
  (*mlp).predict(rows, outputs.data());
  return outputs;
}

class NobodyWatches : public FitObserver {
 public:
  NobodyWatches() : FitObserver(kNever) {}
  void epoch_finished(int /*epoch*/) noexcept override {}

 private:
  static constexpr std::atomic<bool> kNever{false};
};

template <class T>
double score_as(const Model& model, Scoring scoring, const FitData& data) {
  LoadedMlp<T> mlp(model, data, data.test.size());
  FitSpec spec;
  spec.network = model.network;
  spec.scoring = scoring;
  return Evaluation(spec, data, data.test).run(*mlp, NobodyWatches()).value().score;
}

}  // namespace

std::vector<double> predict_outputs(const Model& model, const FeatureView& features,
                                    std::span<const std::int32_t> rows) {
  const FlushDenormals flush;
  return model.precision == Precision::float32 ? predict_as<float>(model, features, rows)
                                               : predict_as<double>(model, features, rows);
}

std::int32_t predicted_class(const Network& network, std::span<const double> outputs) {
  const auto largest = std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
  const double threshold = network.output == Output::tanh ? 0.0 : 0.5;
  const auto output = outputs.size() > 1            ? static_cast<std::size_t>(largest)
                      : network.classes.size() == 1 ? 0U
                                                    : std::size_t{outputs[0] > threshold};
  return network.classes.empty() ? static_cast<std::int32_t>(output) : network.classes[output];
}

double score_model(const Model& model, Scoring scoring, const FitData& data) {
  check_network(model.network, scoring, data);
  const FlushDenormals flush;
  return model.precision == Precision::float32 ? score_as<float>(model, scoring, data)
                                               : score_as<double>(model, scoring, data);
}

}  // namespace mlpgrid
