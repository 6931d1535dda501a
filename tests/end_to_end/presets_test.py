"""Every preset of a write-up, in full where that is short, and what its options mean, step by step,
against NumPy."""

import csv
import pathlib
import unittest

import h5py
import numpy

from numpy_mlp import ACTIVATIONS, Network
from program import PROGRAM, ProgramTest

PRESETS = pathlib.Path(PROGRAM).resolve().parent.parent / "share" / "mlpgrid" / "presets"


class PresetTest(ProgramTest):
    def run_preset(self, name, *options):
        self.succeed("run", name, "--quiet", *options)
        file = h5py.File(self.folder / f"{name}.h5")
        self.addCleanup(file.close)
        return file


class HandCalculation(PresetTest):
    def test_every_step(self):
        file = self.run_preset("hand-calculation")
        trace = file["trace/0/fold_0"]
        self.assertEqual(list(trace["name"].asstr()), ["w1", "b1", "w2", "b2"])
        numpy.testing.assert_allclose(trace["value"][:], [
            [1.02, 0.02, 1.02, 0.02],
            [1.0583275200, 0.0391637600, 1.0587032800, 0.0387880000],
            [1.1078235313, 0.0556624304, 1.1087920460, 0.0543718475]], rtol=0, atol=1e-10)
        numpy.testing.assert_allclose(trace["loss_before"][:], [2, 1.76494472, 1.2142815124],
                                      rtol=0, atol=1e-10)
        shown, _ = self.succeed("table", "hand-calculation.h5", "--trace")
        for number in ("0.0391637600", "1.1078235313", "1.2142815124"):
            self.assertIn(number, shown)


class MoonsTanh(PresetTest):
    def test_accuracy_of_each_seed(self):
        file = self.run_preset("moons-tanh")
        n = len(file["maps/point_x1"])
        x = numpy.stack([file["maps/point_x1"][:], file["maps/point_x2"][:]], axis=1)
        y = file["maps/point_target"][:].reshape(n, 1)
        numpy.testing.assert_allclose(x[0], [0.8308577879828385, -0.33434228225256857], rtol=1e-15)
        order = numpy.random.RandomState(42).permutation(n)  # train_test_split(test_size=0.3)
        test, train = order[:150], order[150:]
        # At this learning rate a rounding error grows to 0.003 in the loss within 200 epochs or so, so
        # that dividing by the number of rows before or after the product may move a point across
        # the boundary. Each seed must agree with one of the two, and so with both where they agree.
        right = numpy.round(file["split_test_score"][0] * 150)
        for seed in range(10):
            counts = []
            for before in (True, False):
                net = Network.drawn((2, 10, 1), "tanh", "logistic", seed)
                for _ in range(10000):
                    values = net.forward(x[train])
                    delta = values[-1] - y[train]
                    if before:
                        net.step(net.gradients(values, delta / len(train)), 3)
                    else:
                        net.step(net.gradients(values, delta), 3 / len(train))
                counts.append(((net.forward(x[test])[-1] > 0.5) == y[test]).sum())
            self.assertIn(right[seed], counts, seed)


    def test_map(self):
        file = self.run_preset("moons-tanh", "--max-iter", "50", "--repeats", "1")
        model, maps = file["best_model"], file["maps"]
        net = Network([model["weights_0"][:], model["weights_1"][:]],
                      [model["biases_0"][:], model["biases_1"][:]], "tanh", "logistic")
        grid = numpy.stack(numpy.meshgrid(numpy.linspace(-1.6, 2.6, 200),
                                          numpy.linspace(-1.6, 1.6, 200)), axis=2)
        expected = net.forward(grid.reshape(-1, 2))[-1].reshape(1, 200, 200)
        numpy.testing.assert_allclose(maps["output"][:], expected, rtol=0, atol=1e-12)
        part = maps["point_part"][:]
        numpy.testing.assert_array_equal(numpy.flatnonzero(part == 1),
                                         numpy.sort(file["fold_rows/held_out_0"][:]))


class Steps(ProgramTest):
    """What the options of losses and penalties mean, every step of a small network."""

    # name, output, gradient factor, summed, factor of the sum of squared errors in the loss
    LOSSES = (("log_loss", "logistic", 1, False, None),
              ("log_loss_sum", "logistic", 1, True, None),
              ("squared_error", "tanh", 1, False, 0.5),
              ("mean_squared_error", "logistic", 2, False, 1),
              ("half_squared_error_sum", "logistic", 1, True, 0.5),
              ("squared_error_sum", "tanh", 2, True, 1))

    def setUp(self):
        super().setUp()
        self.succeed("run", "--data", "moons", "--samples", "30", "--map-size", "2",
                     "--folds", "0", "--max-iter", "1", "-o", "points.h5", "--quiet")
        with h5py.File(self.folder / "points.h5") as file:
            self.x = numpy.stack([file["maps/point_x1"][:], file["maps/point_x2"][:]], axis=1)
            self.y = file["maps/point_target"][:].reshape(-1, 1)

    def trace(self, *options):
        self.succeed("run", "--data", "moons", "--samples", "30", "--folds", "0", "--quiet",
                     "--hidden-layer-sizes", "3", "--activation", "tanh", "--init", "normal",
                     "--solver", "sgd", "--momentum", "0", "--shuffle", "false", "--alpha", "0",
                     "--batch-size", "8", "--learning-rate-init", "0.05", "--max-iter", "4",
                     "--precision", "float64", "--trace", "true", "-o", "t.h5", "--force", *options)
        with h5py.File(self.folder / "t.h5") as file:
            trace = file["trace/0/fold_0"]
            return (trace["value"][:], trace["loss_before"][:], file["train_loss"][0, 0],
                    file["zero_weight_share"][0, 0], file["mean_abs_weight"][0, 0])

    def batches(self):
        for _ in range(4):
            for start in range(0, 30, 8):
                yield self.x[start:start + 8], self.y[start:start + 8]

    def test_losses(self):
        for name, output, factor, summed, of_squares in self.LOSSES:
            with self.subTest(name):
                values, losses, epochs, _, _ = self.trace("--loss", name, "--output", output)
                net = Network.drawn((2, 3, 1), "tanh", output, 0)
                sums = []
                for step, (x, y) in enumerate(self.batches()):
                    target = 2 * y - 1 if output == "tanh" else y
                    a = net.forward(x)
                    rows = 1 if summed else len(x)
                    if of_squares is None:
                        loss = -(y * numpy.log(a[-1]) + (1 - y) * numpy.log(1 - a[-1])).sum()
                        delta = a[-1] - y
                    else:
                        loss = of_squares * ((a[-1] - target) ** 2).sum()
                        delta = (a[-1] - target) * ACTIVATIONS[output][1](a[-1])
                    self.assertAlmostEqual(losses[step], loss / rows, places=12)
                    sums.append(loss)
                    net.step(net.gradients(a, delta), 0.05 * factor / rows)
                    numpy.testing.assert_allclose(values[step], net.parameters(), atol=1e-12)
                expected = numpy.array(sums).reshape(4, 4).sum(axis=1) / (1 if summed else 30)
                numpy.testing.assert_allclose(epochs, expected, rtol=1e-12)

    def test_gradient_of_the_squared_error_under_log_loss(self):
        values, losses, _, _, _ = self.trace("--gradient-of", "squared_error")
        net = Network.drawn((2, 3, 1), "tanh", "logistic", 0)
        for step, (x, y) in enumerate(self.batches()):
            a = net.forward(x)
            loss = -(y * numpy.log(a[-1]) + (1 - y) * numpy.log(1 - a[-1])).mean()
            self.assertAlmostEqual(losses[step], loss, places=12)
            delta = (a[-1] - y) * a[-1] * (1 - a[-1])
            net.step(net.gradients(a, delta), 0.05 / len(x))
            numpy.testing.assert_allclose(values[step], net.parameters(), atol=1e-12)

    def test_regularization(self):
        for kind in ("l1", "l2"):
            with self.subTest(kind):
                values, _, _, zeros, size = self.trace("--regularization", kind,
                                                       "--regularization-rate", "2")
                net = Network.drawn((2, 3, 1), "tanh", "logistic", 0)
                dead = [numpy.zeros(w.shape, bool) for w in net.weights]
                for step, (x, y) in enumerate(self.batches()):
                    a = net.forward(x)
                    before = list(net.weights)
                    net.step(net.gradients(a, a[-1] - y), 0.05 / len(x))
                    for l, w in enumerate(net.weights):
                        pull = numpy.sign(before[l]) if kind == "l1" else before[l]
                        shrunk = w - 0.05 * 2 * pull
                        if kind == "l1":
                            dead[l] |= w * shrunk < 0
                            shrunk[dead[l]] = 0
                        net.weights[l] = shrunk
                    numpy.testing.assert_allclose(values[step], net.parameters(), atol=1e-12)
                weights = numpy.concatenate([w.ravel() for w in net.weights])
                self.assertEqual(zeros, (weights == 0).mean())
                self.assertAlmostEqual(size, abs(weights).mean(), places=12)
                if kind == "l1":
                    self.assertGreater(zeros, 0)

    def test_stop_on_the_summed_loss(self):
        run = ("run", "--data", "moons", "--folds", "1", "--quiet", "--force", "-o", "s.h5",
               "--max-iter", "50", "--n-iter-no-change", "50")
        self.succeed(*run)
        with h5py.File(self.folder / "s.h5") as file:
            losses = file["val_loss"][0, 0] * len(file["fold_rows/held_out_0"])
        for loss in ("log_loss", "log_loss_sum"):
            limit = losses[20] * (1 + 1e-9)
            self.succeed(*run, "--loss", loss, "--stop-val-loss-sum", limit)
            with h5py.File(self.folder / "s.h5") as file:
                curve = file["val_loss"][0, 0]
                sums = curve * (len(file["fold_rows/held_out_0"]) if loss == "log_loss" else 1)
                n = file["n_iter"][0, 0]
                self.assertLess(n, 50)
                self.assertEqual(n, 1 + numpy.flatnonzero(sums < limit)[0])


class Files(ProgramTest):
    def test_reported_values(self):
        """Each table beside a preset has the columns that `table --against-reported` reads."""
        for path in sorted(PRESETS.glob("*.reported.csv")):
            with self.subTest(path.name), open(path, newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, strict=True))
                self.assertTrue((PRESETS / path.name.replace(".reported.csv", ".ini")).exists())
                self.assertTrue(rows)
                for row in rows:
                    self.assertEqual(list(row), ["quantity", "where", "reported", "note"])
                    self.assertTrue(row["quantity"])
                    if row["reported"] != "none":
                        float(row["reported"])


if __name__ == "__main__":
    unittest.main()
