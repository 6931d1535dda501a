"""A plain NumPy multi-layer perceptron in float64: what traces and presets are compared with."""

import numpy

ACTIVATIONS = {
    "identity": (lambda z: z, lambda a: numpy.ones_like(a)),
    "logistic": (lambda z: 1 / (1 + numpy.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (numpy.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: numpy.maximum(z, 0), lambda a: (a > 0).astype(float)),
    "leaky_relu": (lambda z: numpy.where(z > 0, z, 0.01 * z),
                   lambda a: numpy.where(a > 0, 1, 0.01)),
}


class Network:
    """Weights (in, out) and biases by layer; `output` is an activation's name."""

    def __init__(self, weights, biases, activation, output):
        self.weights, self.biases = weights, biases
        self.activation, self.output = activation, output

    @classmethod
    def drawn(cls, sizes, activation, output, seed, bias_first=False, zero_bias=True):
        """N(0,1) in the order of NumPy's legacy generator."""
        random = numpy.random.RandomState(seed)
        weights, biases = [], []
        for n_in, n_out in zip(sizes, sizes[1:]):
            bias = random.randn(n_out) if bias_first and not zero_bias else None
            weights.append(random.randn(n_in, n_out))
            if bias is None:
                bias = numpy.zeros(n_out) if zero_bias else random.randn(n_out)
            biases.append(bias)
        return cls(weights, biases, activation, output)

    def forward(self, x):
        values = [x]
        for l, (w, b) in enumerate(zip(self.weights, self.biases)):
            name = self.output if l + 1 == len(self.weights) else self.activation
            values.append(ACTIVATIONS[name][0](values[-1] @ w + b))
        return values

    def gradients(self, values, delta):
        """Of the sum over rows; `delta` is that of the outputs before their function."""
        found = []
        for l in range(len(self.weights) - 1, -1, -1):
            found.append((values[l].T @ delta, delta.sum(axis=0)))
            if l > 0:
                delta = delta @ self.weights[l].T * ACTIVATIONS[self.activation][1](values[l])
        return found[::-1]

    def step(self, gradients, rate):
        for l, (dw, db) in enumerate(gradients):
            self.weights[l] = self.weights[l] - rate * dw
            self.biases[l] = self.biases[l] - rate * db

    def parameters(self):
        """In the order of a trace."""
        return numpy.concatenate([p.ravel() for pair in zip(self.weights, self.biases)
                                  for p in pair])
