// The functions a network is made of, by name. Apart from everything else, because the kernels of
// every instruction set read these names too.
#pragma once

namespace mlpgrid {

enum class Activation { identity, logistic, tanh, relu, leaky_relu };
enum class Output { softmax, logistic, linear, tanh };
enum class Loss { log_loss, squared_error };
enum class Solver { sgd, adam, lbfgs };

/// leaky_relu(x) = x for x > 0, else kLeakySlope * x (the default of PyTorch's LeakyReLU).
inline constexpr double kLeakySlope = 0.01;

}  // namespace mlpgrid
