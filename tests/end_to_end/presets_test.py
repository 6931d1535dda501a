"""Every preset of a write-up, in full where that is short, and what its options mean, step by step,
against NumPy."""

import csv
import io
import pathlib
import unittest

import h5py
import numpy

from numpy_mlp import ACTIVATIONS, Network
from program import PROGRAM, ProgramTest, make_image_set

PRESETS = pathlib.Path(PROGRAM).resolve().parent.parent / "share" / "mlpgrid" / "presets"


class PresetTest(ProgramTest):
    def run_preset(self, name, *options):
        self.succeed("run", name, "--quiet", *options)
        self.assertTrue((PRESETS / f"{name}.reported.csv").exists())
        shown, _ = self.succeed("table", f"{name}.h5", "--against-reported")
        for line in shown.splitlines():
            # What a shortened run lacks is no mistake of the preset's.
            if "Not computed" in line and "epochs count" not in line:
                self.fail(line)
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
        beside, _ = self.succeed("table", "hand-calculation.h5", "--against-reported", "--format",
                                 "csv")
        ours = [float(row["ours"]) for row in csv.DictReader(io.StringIO(beside))]
        self.assertEqual(ours, list(trace["value"][2]))


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

    def test_instruction_sets_do_not_matter(self):
        version, _ = self.succeed("--version")
        isas = [l for l in version.splitlines() if l.startswith("instruction sets")][0].split()[2:]
        for isa in isas:
            for name, options in (("hand-calculation", ()),
                                  ("xor-relu-as-written", ("--max-iter", "5", "--trace", "true")),
                                  ("playground-regularization",
                                   ("--max-iter", "5", "--repeats", "1"))):
                self.succeed("run", name, *options, "--isa", isa, "--quiet", "-o", f"{name}-{isa}.h5")
                self.assert_same_results(f"{name}-{isas[0]}.h5", f"{name}-{isa}.h5")

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


def points(file):
    maps = file["maps"]
    return (numpy.stack([maps["point_x1"][:], maps["point_x2"][:]], axis=1),
            maps["point_target"][:].reshape(-1, 1))


class Ps5(PresetTest):
    def standardised(self, file):
        x, y = points(file)
        x, y = (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()
        order = numpy.random.RandomState(0).permutation(100)
        return x[order[20:]], y[order[20:]], x[order[:20]], y[order[:20]]

    def test_sigmoid(self):
        file = self.run_preset("ps5-sigmoid")
        x, y, x_test, y_test = self.standardised(file)
        net = Network.drawn((2, 7, 1), "logistic", "logistic", 0, bias_first=True, zero_bias=False)
        for epoch in range(200):
            a = net.forward(x)
            error = a[-1] - y
            self.assertAlmostEqual(file["train_loss"][0, 0, epoch], 0.5 * (error ** 2).sum(),
                                   places=9)
            net.step(net.gradients(a, error * a[-1] * (1 - a[-1])), 1e-4)
            test = 0.5 * ((net.forward(x_test)[-1] - y_test) ** 2).sum()
            self.assertAlmostEqual(file["val_loss"][0, 0, epoch], test, places=9)
        floor = 0.5 * ((numpy.clip(y, 0, 1) - y) ** 2).sum()
        self.assertGreater(file["train_loss"][0, 0, -1], floor)
        self.assertAlmostEqual(file["train_loss_floor"][0], floor, places=9)
        self.assertAlmostEqual(file["val_loss_floor"][0],
                               0.5 * ((numpy.clip(y_test, 0, 1) - y_test) ** 2).sum(), places=9)
        shown, _ = self.succeed("table", "ps5-sigmoid.h5")
        self.assertIn(f"cannot go below {floor:.6g}", shown)

    def test_linear_overfits(self):
        file = self.run_preset("ps5-linear")
        x, y, _, _ = self.standardised(file)
        a = x.shape[1]
        random = numpy.random.RandomState(0)
        weights, biases = [], []
        for n_in, n_out in ((2, 7), (7, 1)):
            weights.append(random.uniform(-n_in ** -0.5, n_in ** -0.5, (n_in, n_out)))
            biases.append(random.uniform(-n_in ** -0.5, n_in ** -0.5, n_out))
        net = Network(weights, biases, "logistic", "identity")
        for epoch in range(200):
            a = net.forward(x)
            self.assertAlmostEqual(file["train_loss"][0, 0, epoch], ((a[-1] - y) ** 2).sum(),
                                   places=9)
            net.step(net.gradients(a, 2 * (a[-1] - y)), 1e-4)
        test = file["val_loss"][0, 0]
        self.assertGreater(test[-1], 1.2 * test.min())
        self.assertTrue((numpy.diff(file["train_loss"][0, 0]) < 0).all())


class Playground(PresetTest):
    def test_spiral(self):
        file = self.run_preset("spiral-playground", "--max-iter", "2", "--eval-every", "1",
                               "--repeats", "2", "--learning-rate-steps", "1:0.001")
        x, y = points(file)
        order = numpy.random.RandomState(0).permutation(500)
        x, target = x[order[250:]], 2 * y[order[250:]] - 1
        labels = list(file["label"].asstr())
        for config, label in enumerate(labels):
            width = int(label.split("=")[1][0])
            activation = label.split("=")[2]
            random = numpy.random.RandomState(1)
            sizes = (2,) + 6 * (width,) + (1,)
            net = Network([random.uniform(-0.5, 0.5, s) for s in zip(sizes, sizes[1:])],
                          [numpy.full(n, 0.1) for n in sizes[1:]], activation, "tanh")
            for epoch, rate in enumerate((0.003, 0.001)):
                total = 0
                for start in range(0, 250, 10):
                    t = target[start:start + 10]
                    a = net.forward(x[start:start + 10])
                    total += 0.5 * ((a[-1] - t) ** 2).sum()
                    delta = (a[-1] - t) * (1 - a[-1] ** 2)
                    net.step(net.gradients(a, delta), rate / 10)
                self.assertAlmostEqual(file["train_loss"][config, 1, epoch], total / 250, places=9,
                                       msg=label)

    def test_regularization(self):
        file = self.run_preset("playground-regularization", "--repeats", "2")
        self.assertEqual(list(file["param_regularization"].asstr()), ["none", "l1", "l2"])
        zeros = file["zero_weight_share"][:].mean(axis=1)
        self.assertEqual(zeros[0], 0)
        self.assertGreater(zeros[1], 0.8)
        sizes = file["mean_abs_weight"][:].mean(axis=1)
        self.assertGreater(sizes[0], sizes[2])


class Xor(PresetTest):
    def test_both_gradients(self):
        for name in ("xor-relu", "xor-relu-as-written"):
            file = self.run_preset(name)
            self.assertEqual(len(file["fold_rows/train_0"]), 800)
            self.assertEqual(len(file["fold_rows/held_out_0"]), 100)
            self.assertGreater(file["test_score"][0, 0], 0.93)
            self.assertIn("generated", file.attrs["title"])


class PublicSets(PresetTest):
    """The presets on images: on a made-up set of a few rows, and for a few epochs."""

    def setUp(self):
        super().setUp()
        make_image_set(self.folder / "sets", "mnist", test_rows=40)
        images = make_image_set(self.folder / "sets", "fashion-mnist", train_rows=420,
                                test_rows=40)
        self.test_images = images.reshape(40, 784) / 255

    SPLIT = ("--samples", "60", "--validation-samples", "20", "--test-samples", "10",
             "--test-offset", "20")

    def run_small(self, name, *options):
        few = () if "--max-iter" in options else ("--max-iter", "3")
        return self.run_preset(name, "--data-dir", "sets", *few, *options)

    def test_mnist_activation_init(self):
        for name, rows in (("mnist-activation-init", 1), ("mnist-activation-init-summed", 48)):
            file = self.run_small(name, "--test-samples", "40")
            self.assertEqual(file["train_loss"].shape, (12, 1, 3))
            self.assertEqual(len(file["fold_rows/held_out_0"]), 12)
            inits = list(file["param_init"].asstr()[:3])
            self.assertEqual(inits, ["zero", "he_normal", "normal:0.1"])
            self.assertEqual(list(file["param_init_scale"][:3]), [1, 1, 0.1])
            zero = file["train_loss"][:, 0, 0][file["param_init"].asstr()[:] == "zero"]
            numpy.testing.assert_allclose(zero, rows * numpy.log(10), rtol=1e-6)

    def test_fashion_solver_grid(self):
        file = self.run_small("fashion-solver-grid", "--samples", "420")
        names = ("param_solver", "param_learning_rate_init", "param_batch_size")
        solver, rate, batch = (file[name] for name in names)
        configs = list(zip(solver.asstr()[:], rate[:], batch[:]))
        self.assertEqual(configs, [(s, r, b) for s in ("lbfgs", "sgd", "adam")
                                   for r in (0.2, 0.002, 2e-5) for b in (64, 128, 256)])
        # L-BFGS has neither rate nor batches.
        self.assertEqual(len(set(file["alias_of"][:])), 1 + 9 + 9)
        self.assertEqual(file["val_score"].shape, (27, 3, 3))

    def test_fashion_activations(self):
        file = self.run_small("fashion-activations", *self.SPLIT)
        self.assertEqual(file["val_loss"].shape, (4, 1, 3))
        self.assertEqual(len(file["fold_rows/train_0"]), 60)

    def test_relu_weight_decay(self):
        file = self.run_small("relu-weight-decay", "--validation-samples", "40",
                              "--l2-sum", "0,0.01")
        losses = file["train_loss"][:, 0, 0]
        self.assertGreater(losses[1] - losses[0], 0.01 * 784 * 512 * 2 / 784 * 0.95)

    def test_fashion_autoencoder(self):
        file = self.run_small("fashion-autoencoder", *self.SPLIT)
        group = file["reconstructions"]
        numpy.testing.assert_allclose(group["original"][:].reshape(10, 784), self.test_images[20:30],
                                      rtol=1e-12)
        self.assertEqual(group["reconstructed"].shape, (2, 10, 28, 28))
        for config in range(2):
            error = ((group["reconstructed"][config] - group["original"][:]) ** 2).mean()
            self.assertAlmostEqual(-file["test_score"][config, 0], error, places=6)

    def test_fashion_bottleneck(self):
        first = self.run_small("fashion-autoencoder", *self.SPLIT)
        second = self.run_small("fashion-bottleneck", *self.SPLIT, "--keep-models", "all",
                                "--max-iter", "30", "--learning-rate-init", "0.01")
        self.assertEqual(list(second["param_features_config"][:]), [0, 1])
        for config, activation in enumerate(("relu", "identity")):
            def network(file, name):
                model = file[f"models/{config}/fold_0"]
                n = len(model["layer_sizes"]) - 1
                return Network([model[f"weights_{i}"][:].astype(float) for i in range(n)],
                               [model[f"biases_{i}"][:].astype(float) for i in range(n)], name,
                               "identity")
            features = network(first, activation).forward(self.test_images)[3]
            self.assertEqual(features.shape, (40, 64))
            predicted = network(second, "relu").forward(features)[-1].argmax(axis=1)
            right = predicted == numpy.arange(40) % 10
            self.assertAlmostEqual(second["split_test_score"][config, 0], right[:20].mean())
            self.assertAlmostEqual(second["test_score"][config, 0], right[20:30].mean())


class Features(ProgramTest):
    FIRST = ("task = autoencoder\ndata = glyphs\nsamples = 60\nhidden-layer-sizes = 6-3-6\n"
             "activation = tanh,leaky_relu\nkeep-models = all\nmax-iter = 3\nfolds = 2\n")
    SECOND = ("data = glyphs\nsamples = 60\nfeatures-from = first.ini\nfeatures-layer = 2\n"
              "features-config = 1,0\nmax-iter = 3\nfolds = 2\n")

    def test_the_first_experiment_runs_when_it_is_missing(self):
        self.write("first.ini", self.FIRST)
        self.write("second.ini", self.SECOND)
        _, err = self.succeed("run", "second.ini")
        self.assertIn("first.h5", err)
        with h5py.File(self.folder / "second.h5") as file:
            self.assertEqual(list(file["param_features_config"][:]), [1, 0])
            self.assertEqual(file["best_model/layer_sizes"][0], 3)
            self.write("again.ini", file.attrs["experiment"])
        stamp = (self.folder / "first.h5").stat().st_mtime_ns
        self.succeed("run", "again.ini", "-j", "1")
        self.assertEqual((self.folder / "first.h5").stat().st_mtime_ns, stamp)
        self.assert_same_results("second.h5", "again.h5")

    def test_features_of_features(self):
        """Models that were trained on features get theirs as well, in run and in predict."""
        small = "data = moons\nsamples = 60\nmax-iter = 3\nfolds = 2\nkeep-models = all\n"
        of = "features-layer = 1\nfeatures-config = 0\nfeatures-from = "
        self.write("one.ini", small + "hidden-layer-sizes = 4\n")
        self.write("two.ini", small + "hidden-layer-sizes = 2\n" + of + "one.ini\n")
        self.write("three.ini", small + of + "two.ini\nhidden-layer-sizes = 5\n")
        self.refuse(2, ["one.h5 is not there yet"], "run", "three.ini", "--dry-run")
        _, err = self.succeed("run", "three.ini")
        self.assertLess(err.index("one.ini"), err.index("First " + str(self.folder / "two.ini")))
        points = numpy.random.RandomState(2).randn(20, 2)
        self.write("p.csv", "x1,x2\n" + "".join(f"{a},{b}\n" for a, b in points.tolist()))
        inputs = points
        for name in ("one", "two"):
            with h5py.File(self.folder / f"{name}.h5") as file:
                model = file["models/0/fold_0"]
                inputs = numpy.maximum(inputs @ model["weights_0"][:] + model["biases_0"][:], 0)
        out, _ = self.succeed("predict", "three.h5", "--csv", "p.csv", "--proba")
        got = numpy.loadtxt(out.splitlines(), delimiter=",", skiprows=1)
        with h5py.File(self.folder / "three.h5") as file:
            model = file["best_model"]
            hidden = numpy.maximum(inputs @ model["weights_0"][:] + model["biases_0"][:], 0)
            outputs = hidden @ model["weights_1"][:, 0] + model["biases_1"][0]
        numpy.testing.assert_allclose(got[:, -1], 1 / (1 + numpy.exp(-outputs)), rtol=1e-4)
        # Made the other way round afterwards, the files lead to each other.
        self.refuse(2, ["circle", "one.h5", "two.h5"], "run", "--data", "moons", "--features-from",
                    "two.h5", "--features-layer", "1", "--features-config", "0", "--force", "-o",
                    "one.h5")

    def test_circles_are_named(self):
        own = "data = moons\nfeatures-layer = 1\nfeatures-config = 0\nmax-iter = 2\n"
        (self.folder / "sub").mkdir()
        (self.folder / "link.ini").symlink_to("a.ini")
        for circle in (["a.ini"], ["./a.ini"], ["link.ini"], ["b.ini", "sub/../a.ini"],
                       ["b.ini", "sub/c.ini", "link.ini"], [f"{i}.ini" for i in range(50)] + ["a.ini"]):
            for name, after in zip(["a.ini"] + circle, circle):
                self.write(name, own + f"features-from = {after}\n")
                last = after
            for dry in ((), ("--dry-run",)):
                self.refuse(2, ["features-from", "circle", "a.ini -> ",
                                str(self.folder / circle[0].replace("./", ""))],
                            "run", "a.ini", *dry)
        self.write("b.ini", own + "features-from = c.ini\n")
        self.write("c.ini", own + "features-from = b.ini\n")
        self.write("d.ini", own + "features-from = b.ini\n")
        self.refuse(2, ["circle", "b.ini -> ", "c.ini -> "], "run", "d.ini")
        self.refuse(2, ["circle"], "run", "--data", "moons", "--features-from", "b.ini",
                    "--features-layer", "1", "--features-config", "0")
        # The command line breaks a circle, and may use an experiment of its own name.
        self.write("x.ini", own.replace("features", "# features"))
        self.write("a.ini", own + "features-from = a.ini\n")
        self.succeed("run", "a.ini", "--features-from", "x.ini")
        self.write("sub/a.ini", own.replace("features", "# features"))
        self.refuse(2, ["sub/a.ini", "would write", "a.h5"], "run", "a.ini", "--features-from",
                    "sub/a.ini", "-o", "a.h5", "--force")

    def test_what_does_not_fit_is_refused(self):
        self.write("first.ini", self.FIRST)
        self.write("second.ini", self.SECOND)
        self.refuse(1, ["first.ini"], "run", "second.ini", "--features-from", "no/first.ini")
        self.succeed("run", "first.ini", "--quiet")
        for code, words, options in (
                (2, ["features-layer", "3 hidden"], ("--features-layer", "4")),
                (2, ["784", "2"], ("--data", "moons")),
                (2, ["scale"], ("--scale", "standard")),
                (1, ["no config 7"], ("--features-config", "7")),
                (1, ["none.h5"], ("--features-from", "none.h5"))):
            self.refuse(code, words, "run", "second.ini", *options)
        self.refuse(2, ["features-layer"], "run", "--features-from", "first.h5")
        self.refuse(2, ["features-from"], "run", "--features-layer", "1")


if __name__ == "__main__":
    unittest.main()
