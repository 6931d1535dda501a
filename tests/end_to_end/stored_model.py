"""The model of a results file in NumPy, from the formulas: what its predictions are compared with."""

import h5py
import numpy

from numpy_mlp import ACTIVATIONS


def softmax(z):
    e = numpy.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class StoredModel:
    """/best_model, or another group that holds a model, in float64."""

    def __init__(self, path, group="best_model"):
        with h5py.File(path) as file:
            model = file[group]
            layers = len(model["layer_sizes"]) - 1
            self.weights = [model[f"weights_{i}"][:] for i in range(layers)]
            self.biases = [model[f"biases_{i}"][:] for i in range(layers)]
            self.activation, self.output = model.attrs["activation"], model.attrs["output"]

            def values(name):
                return model[name][:] if name in model else None

            self.feature_shift, self.feature_divisor = (
                values("feature_shift"), values("feature_divisor"))
            self.target_shift, self.target_divisor = values("target_shift"), values("target_divisor")

    def outputs(self, x):
        x = numpy.asarray(x, dtype=float)
        if self.feature_divisor is not None:
            x = (x - self.feature_shift) / self.feature_divisor
        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):
            x = ACTIVATIONS[self.activation][0](x @ weights + biases)
        z = x @ self.weights[-1] + self.biases[-1]
        if self.output == "softmax":
            return softmax(z)
        return z if self.output == "linear" else ACTIVATIONS[self.output][0](z)

    def probabilities(self, x):
        y = self.outputs(x)
        if self.output == "softmax":
            return y
        p = (1 + y) / 2 if self.output == "tanh" else y
        return numpy.hstack([1 - p, p])

    def values(self, x):
        y = self.outputs(x)
        return y if self.target_divisor is None else y * self.target_divisor + self.target_shift

    def reconstructions(self, x):
        y = self.outputs(x)
        return y if self.feature_divisor is None else y * self.feature_divisor + self.feature_shift
