// A network that takes in rows of a data set: what every solver is made of. Owns the parameters and
// the passes of its shape, and gives these their inputs and targets; knows no epochs and no
// stopping rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/parameters.hpp"
#include "engine/network/tiny_pass.hpp"
#include "engine/network/wide_pass.hpp"
#include "engine/scoring/scores.hpp"

namespace mlpgrid {

/// For one thread. Refers to network, data, kernels and the arena's memory, which must outlive it.
template <class T>
class Mlp {
 public:
  /// With a measuring arena the object is good for nothing but its memory's size.
  Mlp(const Network& network, const FitData& data, const MlpNeeds& needs, const Kernels<T>& kernels,
      Arena& arena);
  Mlp(const Mlp&) = delete;
  Mlp& operator=(const Mlp&) = delete;

  /// Draws the parameters, and decides by the first training rows whether zeros are left out.
  void initialize(const Initialization& init, RandomState& random);

  /// Takes in a chunk of at most chunk_rows() rows and passes it to the outputs. Adds its loss and,
  /// with `sums`, what scores are made of. With deltas, backward() may follow. Returns the sum over
  /// rows of the loss, without penalty: log loss, or half the squared error averaged over outputs.
  double forward(std::span<const std::int32_t> rows, bool want_deltas, ScoreSums* sums);

  /// The gradient of the last chunk. `continue_sums` adds to the chunks before it. Without
  /// `updates` the sums go to the layers' gradients; with them (one per layer) the step is taken,
  /// which changes the parameters and the solver's state.
  void backward(bool continue_sums, std::span<const UpdateArgs<T>> updates);

  /// Outputs of rows after their function, row-major n_outputs wide.
  void predict(std::span<const std::int32_t> rows, double* outputs);

  /// Predicted and true classes of the last chunk.
  [[nodiscard]] std::span<const std::int32_t> predicted() const { return {predicted_, chunk_}; }
  [[nodiscard]] std::span<const std::int32_t> labels() const { return {labels_, chunk_}; }

  /// Of the weights before the last step. Magnitudes only where `needs` has them.
  [[nodiscard]] WeightNorms norms_before_step() const;

  /// Of the first layer's multiply-adds, because they would multiply zeros. Known after
  /// initialize().
  [[nodiscard]] double skipped_share() const { return skipped_share_; }
  [[nodiscard]] std::size_t chunk_rows() const { return chunk_rows_; }
  [[nodiscard]] Parameters<T>& parameters() { return parameters_; }
  [[nodiscard]] const Kernels<T>& kernels() const { return kernels_; }

 private:
  using Pass = std::variant<WidePass<T>, TinyPass<T>>;

  void load(std::span<const std::int32_t> rows, bool for_gradient);
  void load_labels(std::span<const std::int32_t> rows);
  void load_values(std::span<const std::int32_t> rows);
  void name_classes(std::int32_t* predicted) const;

  const Network& network_;
  const FitData& data_;
  const Kernels<T>& kernels_;
  std::size_t chunk_rows_;
  FeatureSource<T> source_;
  Parameters<T> parameters_;
  Pass pass_;
  double skipped_share_ = 0.0;
  T* values_ = nullptr;             // targets of kind values, row-major
  std::int32_t* loaded_ = nullptr;  // the rows whose inputs and targets are in place
  std::size_t loaded_count_ = 0;
  std::int32_t* labels_ = nullptr;
  std::vector<std::int32_t> output_of_class_;  // empty: output c is class c
  std::int32_t* target_outputs_ = nullptr;     // of labels_; the same array where it can be
  std::int32_t* predicted_ = nullptr;
  std::size_t chunk_ = 0;
};

extern template class Mlp<float>;
extern template class Mlp<double>;

}  // namespace mlpgrid
