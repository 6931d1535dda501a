"""The presets on public image sets, for a few epochs on made-up sets of a few rows."""

import unittest

import h5py
import numpy

from program import ProgramTest, make_image_set


class PublicSets(ProgramTest):

    SPLIT = ("--samples", "60", "--validation-samples", "20", "--test-samples", "10",
             "--test-offset", "20")

    def setUp(self):
        super().setUp()
        self.test_images = {name: make_image_set(self.folder / "sets", name, test_rows=40)
                            for name in ("mnist", "fashion-mnist")}

    def run_small(self, name, *options):
        self.succeed("run", name, "--quiet", "--data-dir", "sets", "--max-iter", "3", *options)
        file = h5py.File(self.folder / f"{name}.h5")
        self.addCleanup(file.close)
        return file

    def test_fashion_activations(self):
        file = self.run_small("fashion-activations", *self.SPLIT)
        self.assertEqual(list(file["param_activation"].asstr()[:]),
                         ["logistic", "tanh", "relu", "identity"])
        self.assertEqual(file["val_loss"].shape, (4, 1, 3))
        self.assertEqual(len(file["fold_rows/train_0"]), 60)
        self.assertTrue(numpy.isfinite(file["test_score"][:]).all())
        out, _ = self.succeed("table", "fashion-activations.h5", "--against-reported")
        self.assertEqual(out.count("0.0955"), 3)

    def test_relu_weight_decay(self):
        file = self.run_small("relu-weight-decay", "--validation-samples", "40",
                              "--l2-sum", "0,0.01")
        losses = file["train_loss"][:, 0, 0]
        # c * sum W^2 of the initial weights, whose variance is 2/784 in the first layer.
        self.assertGreater(losses[1] - losses[0], 0.01 * 784 * 512 * 2 / 784 * 0.95)
        self.succeed("table", "relu-weight-decay.h5", "--against-reported")

    def test_fashion_autoencoder(self):
        file = self.run_small("fashion-autoencoder", *self.SPLIT)
        best = file["best_model"]
        x = values = self.test_images["fashion-mnist"][20:30].reshape(10, 784) / 255
        activation = best.attrs["activation"]
        for layer in range(6):
            values = values @ best[f"weights_{layer}"][:] + best[f"biases_{layer}"][:]
            if layer < 5 and activation == "relu":
                values = numpy.maximum(values, 0)
        self.assertAlmostEqual(best.attrs["test_score"], -((values - x) ** 2).mean(), places=6)


if __name__ == "__main__":
    unittest.main()
