// The parameters of a network and what solvers keep beside them, in blocks of one arena: their
// layout, their first values, models in and out. How rows pass through them is for wide_pass.hpp
// and tiny_pass.hpp to say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/fit.hpp"
#include "engine/network/arena.hpp"
#include "engine/random/random.hpp"
#include "engine/simd/kernels.hpp"

namespace mlpgrid {

/// One layer's parameters and what belongs to them. The arrays of weights have the packed size of
/// rows x columns, which is n_in x n_out, or 1 x (n_in * n_out) where weights are row-major; those
/// of biases have packed_columns(n_out). All belong to the arena.
template <class T>
struct Layer {
  std::size_t n_in, n_out;
  std::size_t rows, columns;
  T* weights;
  T* bias;
  T* backward_operand;  // made of the weights; null where nobody needs the deltas of the inputs
  T* gradient;          // null where the gradient never leaves the registers
  T* bias_gradient;
  T* first;  // solver state; null where the solver has none
  T* second;
  T* bias_first;
  T* bias_second;
};

/// Which arrays a solver needs, and for how many rows.
struct MlpNeeds {
  bool gradient = false;
  bool first = false;
  bool second = false;
  bool best = false;  // a copy of the parameters to return to
  bool magnitudes = false;
  bool backward = true;      // false: forward passes only
  std::size_t max_rows = 1;  // rows of the longest row set; chunks are no larger
};

/// Sums of W^2 and of |W| over all weights.
struct WeightNorms {
  double squares = 0.0, magnitudes = 0.0;
};

/// Share of weights that are zero, and the mean of |w|; biases aside.
struct WeightSizes {
  double zero_share = 0.0, mean_magnitude = 0.0;
};

template <class T>
class Parameters {
 public:
  /// row_major: as tiny nets need them, without backward operands. With a measuring arena the
  /// object is good for nothing but its memory's size.
  Parameters(const Network& network, const MlpNeeds& needs, bool row_major,
             const Kernels<T>& kernels, Arena& arena);

  /// Draws the values of all layers, one after the other.
  void initialize(const Initialization& init, RandomState& random);
  /// Takes a copy of a model of this shape; gives one.
  void set_model(const Model& model);
  [[nodiscard]] Model model(Precision precision) const;

  /// All values to the block that needs.best asks for, and back.
  void save_best();
  void restore_best();

  [[nodiscard]] WeightSizes weight_sizes() const;

  /// Makes anew what is derived from the weights, of one layer or of all, after they were written
  /// to from outside.
  void refresh(Layer<T>& layer) const;
  void refresh();

  /// Row-major, n_in x n_out values to `weights`.
  void unpack(const Layer<T>& layer, T* weights) const {
    kernels_.unpack(layer.weights, layer.rows, layer.columns, weights);
  }

  [[nodiscard]] std::span<Layer<T>> layers() { return layers_; }
  /// All weights and biases, one block in the order of the layers, padding 0; likewise gradients.
  [[nodiscard]] std::span<T> values() { return {values_, size_}; }
  [[nodiscard]] std::span<T> gradients() { return {gradients_, size_}; }

 private:
  void set(Layer<T>& layer, std::span<const double> weights, std::span<const double> biases);

  const Network& network_;
  const Kernels<T>& kernels_;
  std::vector<Layer<T>> layers_;
  std::size_t size_ = 0;
  T* values_ = nullptr;
  T* gradients_ = nullptr;
  T* best_ = nullptr;
};

extern template class Parameters<float>;
extern template class Parameters<double>;

}  // namespace mlpgrid
