// A network with its buffers: the passes over one chunk of rows that every solver is made of.
// Works through the kernel table; knows no epochs and no stopping rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/network/tiny_pass.hpp"
#include "engine/random/random.hpp"
#include "engine/scoring/scores.hpp"
#include "engine/simd/kernels.hpp"

namespace mlpgrid {

/// Rows that pass through the network at a time. Larger batches go in several chunks that add into
/// the same sums, so that memory does not grow with the batch; the sums are the same chains either
/// way, so the number decides no bit.
inline constexpr std::size_t kChunkRows = 256;
/// The same for tiny nets, whose rows take little.
inline constexpr std::size_t kTinyChunkRows = 512;

/// One layer's parameters and what belongs to them. All arrays but `transposed` and the column sums
/// have the packed size of rows x columns, which is n_in x n_out, or 1 x (n_in * n_out) in a tiny
/// net; the arrays of biases have packed_columns(n_out).
template <class T>
struct Layer {
  std::size_t n_in, n_out;
  std::size_t rows, columns;
  T* weights;
  T* bias;
  T* transposed;  // null for the first layer, which needs no dX, and in a tiny net
  T* gradient;    // null where the gradient never leaves the registers
  T* bias_gradient;
  T* first;  // solver state; null where the solver has none
  T* second;
  T* bias_first;
  T* bias_second;
  T* squares;     // per column, see GradientArgs; null in a tiny net
  T* magnitudes;  // null without L1 as well
};

/// Which arrays beside the weights a solver needs.
struct MlpNeeds {
  bool gradient = false;
  bool first = false;
  bool second = false;
  bool best = false;  // a copy of the parameters to return to
  bool magnitudes = false;
  bool backward = true;               // false: forward passes only
  std::size_t max_rows = kChunkRows;  // rows of the longest row set; chunks are no larger
};

template <class T>
class Mlp {
 public:
  /// With a measuring arena the object is good for nothing but its memory's size.
  Mlp(const Network& network, const FitData& data, const MlpNeeds& needs, const Kernels<T>& kernels,
      Arena& arena);
  Mlp(const Mlp&) = delete;
  Mlp& operator=(const Mlp&) = delete;

  void initialize(const Initialization& init, RandomState& random);
  void set_model(const Model& model);
  [[nodiscard]] Model model(Precision precision) const;
  void save_best();
  void restore_best();

  /// Takes in a chunk of at most chunk_rows() rows and passes it to the outputs. Adds its loss and,
  /// with `sums`, what scores are made of. With deltas, backward() may follow. Returns the sum over
  /// rows of the loss, without penalty: log loss, or half the squared error averaged over outputs.
  double forward(std::span<const std::int32_t> rows, bool want_deltas, ScoreSums* sums);

  /// The gradient of the last chunk. `continue_sums` adds to the chunks before it. Without
  /// `updates` the sums go to the layers' gradients; with them (one per layer) the step is taken.
  void backward(bool continue_sums, std::span<const UpdateArgs<T>> updates);

  /// Outputs of rows after their function, row-major n_outputs wide.
  void predict(std::span<const std::int32_t> rows, double* outputs);

  /// Predicted and true classes of the last chunk.
  [[nodiscard]] std::span<const std::int32_t> predicted() const { return {predicted_, chunk_}; }
  [[nodiscard]] std::span<const std::int32_t> labels() const { return {labels_, chunk_}; }

  /// Sum of W^2 and of |W| over all weights before the last step, from the column sums that it
  /// left.
  struct Norms {
    double squares, magnitudes;
  };
  [[nodiscard]] Norms norms_before_step() const;

  /// Share of weights that are zero, and the mean of |w|; biases aside.
  struct WeightSizes {
    double zero_share, mean_magnitude;
  };
  [[nodiscard]] WeightSizes weight_sizes() const;

  /// Refreshes what is derived from the weights, after they were written from outside.
  void weights_changed();

  /// Of the first layer's multiply-adds, because they would multiply zeros. Known after
  /// initialize().
  [[nodiscard]] double skipped_share() const { return skipped_share_; }
  [[nodiscard]] std::size_t chunk_rows() const { return chunk_rows_; }
  [[nodiscard]] std::span<Layer<T>> layers() { return layers_; }
  [[nodiscard]] const Kernels<T>& kernels() const { return kernels_; }
  /// All weights and biases, one block in the order of the layers, padding 0; likewise gradients.
  [[nodiscard]] std::span<T> parameters() { return {parameters_, parameter_count_}; }
  [[nodiscard]] std::span<T> gradients() { return {gradients_, parameter_count_}; }

 private:
  void take_parameters(const MlpNeeds& needs, bool tiny, Arena& arena);
  void take_chunk(const MlpNeeds& needs, Arena& arena);
  /// Up to the outputs before their function.
  void pass();
  void load_inputs(std::span<const std::int32_t> rows, bool gradient_follows);
  void decide_on_zeros();
  void load_targets(std::span<const std::int32_t> rows);
  [[nodiscard]] bool is_loaded(std::span<const std::int32_t> rows) const;
  double output(bool want_deltas, std::int32_t* predicted, double* squared_error);
  void name_classes(std::int32_t* predicted) const;
  [[nodiscard]] std::size_t stride(std::size_t width) const { return kernels_.batch_stride(width); }

  const Network& network_;
  const FitData& data_;
  const Kernels<T>& kernels_;
  FeatureSource<T> source_;
  std::vector<std::size_t> sizes_;  // of the inputs and of every layer
  std::vector<Layer<T>> layers_;
  std::optional<TinyPass<T>> tiny_;  // takes over the passes of a tiny net
  std::size_t chunk_rows_;
  std::size_t parameter_count_ = 0;
  T* parameters_ = nullptr;
  T* gradients_ = nullptr;
  T* best_ = nullptr;
  std::vector<T*> values_;  // per layer its inputs, then the outputs (z, later deltas)
  T* deltas_[2] = {nullptr, nullptr};
  T* targets_ = nullptr;
  std::size_t targets_stride_ = 0;
  bool skip_zeros_ = false;
  double skipped_share_ = 0.0;
  NonzeroLists by_rows_, by_features_;  // of the chunk's inputs
  std::uint64_t* nonzero_bits_ = nullptr;
  std::uint64_t* nonzero_scratch_ = nullptr;
  std::int32_t* loaded_ = nullptr;  // the rows whose inputs and targets are in place
  std::size_t loaded_count_ = 0;
  std::int32_t* labels_ = nullptr;
  std::vector<std::int32_t> output_of_class_;  // empty: output c is class c
  std::int32_t* target_outputs_ = nullptr;     // of labels_; the same array where it can be
  std::int32_t* predicted_ = nullptr;
  T* row_loss_ = nullptr;
  std::size_t chunk_ = 0;
};

extern template class Mlp<float>;
extern template class Mlp<double>;

}  // namespace mlpgrid
