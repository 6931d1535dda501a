"""`mlpgrid predict`: against NumPy on the file's weights, the file's own scores, and what it refuses."""

import csv
import io
import itertools
import re
import unittest

import h5py
import numpy

from numpy_mlp import ACTIVATIONS
from program import ProgramTest, make_image_set
from stored_model import StoredModel

CLASSES = ('Iris, "setosa"', "Iris versicolor", "mañana")
FLOWERS = ("run", "--csv", "flowers.csv", "--target", "kind", "--scale", "standard", "--max-iter",
           "30", "--learning-rate-init", "0.02", "--precision", "float64", "--hidden-layer-sizes",
           "12", "--quiet")
SMALL = ("--max-iter", "3", "--quiet")


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def numbers(text):
    """The header and the rest as numbers."""
    header, *rows = rows_of(text)
    return header, numpy.array(rows, dtype=float)


class Predict(ProgramTest):
    def scores(self, err):
        return {name: float(value)
                for name, value in re.findall(r"([a-z_0-9]+) (-?[0-9.e-]+)(?=,| \(|\n)", err)}

    def write_csv(self, name, header, rows):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)

    def write_flowers(self, name, n, seed, columns=("a", "b", "c", "kind")):
        """Features a, b, c and the class; `columns` in any order, others filled with text."""
        random = numpy.random.RandomState(seed)
        labels = random.randint(0, 3, n)
        x = random.randn(n, 3) * [1, 10, 100] + labels[:, None] * [1, -10, 100]
        known = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "kind": [CLASSES[i] for i in labels]}
        self.write_csv(name, columns,
                       zip(*(known.get(c, ["n/a"] * n) for c in columns)))
        return x, labels

    def write_values(self, name, n):
        random = numpy.random.RandomState(5)
        x = random.randn(n, 3)
        y = numpy.stack([1e3 + 50 * x[:, 0], numpy.sin(x[:, 1])], axis=1)
        self.write_csv(name, ["u", "v", "w", "y 1", "y 2"], numpy.hstack([x, y]))
        return x, y

    def test_classes_and_probabilities_of_a_csv_file(self):
        self.write_flowers("flowers.csv", 300, 0)
        self.succeed(*FLOWERS, "-o", "f.h5")
        # other columns beside the model's, in another order
        x, labels = self.write_flowers("new.csv", 100, 1, ("id", "c", "kind", "a", "note", "b"))
        model = StoredModel(self.folder / "f.h5")
        expected = model.probabilities(x)
        header, got = numbers(self.succeed("predict", "f.h5", "--csv", "new.csv", "--proba")[0])
        self.assertEqual(header, sorted(CLASSES))
        numpy.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-14)

        out, err = self.succeed("predict", "f.h5", "--csv", "new.csv")
        answers = numpy.array([header.index(row[0]) for row in rows_of(out)[1:]])
        self.assertEqual(rows_of(out)[0], ["class"])
        numpy.testing.assert_array_equal(answers, expected.argmax(axis=1))
        truth = numpy.array([header.index(CLASSES[i]) for i in labels])
        self.assertEqual(self.scores(err)["accuracy"], (answers == truth).mean())
        self.assertGreater((answers == truth).mean(), 0.6)

        # without the target there is no score, with a part of the rows another one
        self.assertNotIn("accuracy",
                         self.succeed("predict", "f.h5", "--csv", "new.csv", "--no-score")[1])
        self.write_flowers("bare.csv", 100, 1, ("b", "a", "c"))
        bare, err = self.succeed("predict", "f.h5", "--csv", "bare.csv")
        self.assertEqual(bare, out)
        self.assertNotIn("accuracy", err)
        few, err = self.succeed("predict", "f.h5", "--csv", "new.csv", "--samples", "7")
        self.assertEqual(rows_of(few), rows_of(out)[:8])
        self.assertEqual(self.scores(err)["accuracy"], (answers == truth)[:7].mean())
        # the truth under another name; a file whose rows are all of one class
        one = int(labels[0])
        self.write_csv("one.csv", ["a", "b", "c", "truth"],
                       [[*x[i], CLASSES[one]] for i in range(100) if labels[i] == one])
        err = self.succeed("predict", "f.h5", "--csv", "one.csv", "--target", "truth")[1]
        self.assertEqual(self.scores(err)["accuracy"],
                         (answers == truth)[labels == one].mean())
        self.assertIn("trained on these rows",
                      self.succeed("predict", "f.h5", "--csv", "flowers.csv")[1])

    def test_every_activation_with_every_output(self):
        flowers, _ = self.write_flowers("flowers.csv", 60, 0)
        values, _ = self.write_values("values.csv", 40)
        points = numpy.random.RandomState(1).randn(50, 2)
        self.write_csv("points.csv", ["x2", "x1"], points[:, ::-1])
        moons = ("--data", "moons", "--samples", "60")
        data = {
            "softmax": ("flowers.csv", flowers, ("--csv", "flowers.csv", "--target", "kind")),
            "logistic": ("points.csv", points, moons),
            "tanh": ("points.csv", points, (*moons, "--output", "tanh")),
            "linear": ("values.csv", values, (
                "--csv", "values.csv", "--target", "y 1,y 2", "--task", "regression",
                "--target-scale", "standard", "--scale", "unit")),
        }
        for output, (rows, x, options) in data.items():
            for activation in ACTIVATIONS:
                for precision in ("float32", "float64"):
                    self.succeed("run", *options, *SMALL, "--activation", activation,
                                 "--precision", precision, "--hidden-layer-sizes", "9-8", "-o",
                                 "m.h5", "--force")
                    model = StoredModel(self.folder / "m.h5")
                    self.assertEqual((model.output, model.activation), (output, activation))
                    tolerance = {"rtol": 2e-4, "atol": 2e-6} if precision == "float32" else {
                        "rtol": 1e-11, "atol": 1e-13}
                    command = ("predict", "m.h5", "--csv", rows)
                    if output == "linear":
                        header, got = numbers(self.succeed(*command)[0])
                        self.assertEqual(header, ["y 1", "y 2"])
                        expected = model.values(x)
                    else:
                        header, got = numbers(self.succeed(*command, "--proba")[0])
                        expected = model.probabilities(x)
                        answers = rows_of(self.succeed(*command)[0])[1:]
                        self.assertEqual([header.index(a) for (a,) in answers],
                                         got.argmax(axis=1).tolist())
                    numpy.testing.assert_allclose(got, expected, **tolerance,
                                                  err_msg=f"{activation} {output} {precision}")

    def test_images(self):
        """Public sets, IDX files and a CSV file of the same pixels give the same answers."""
        images = make_image_set(self.folder / "sets", train_rows=120, test_rows=50)
        sets = ("--data-dir", "sets")
        self.succeed("run", "--data", "fashion-mnist", *sets, "--test-samples", "30", *SMALL,
                     "--hidden-layer-sizes", "20", "-o", "i.h5")
        pixels = images.reshape(50, 784)
        header, got = numbers(
            self.succeed("predict", "i.h5", "--data", "fashion-mnist", *sets, "--proba")[0])
        self.assertEqual(header[0], "T-shirt/top")
        model = StoredModel(self.folder / "i.h5")
        numpy.testing.assert_allclose(got, model.probabilities(pixels), rtol=1e-4, atol=1e-6)

        test = self.folder / "sets" / "fashion-mnist"
        idx = ("--images", test / "t10k-images-idx3-ubyte")
        everything, err = self.succeed("predict", "i.h5", "--data", "fashion-mnist", *sets)
        self.assertEqual(
            self.succeed("predict", "i.h5", *idx, "--labels", test / "t10k-labels-idx1-ubyte"),
            (everything, err.replace("the test file of fashion-mnist", str(idx[1]))))
        out, err_without = self.succeed("predict", "i.h5", *idx)
        self.assertEqual(out, everything)
        self.assertNotIn("accuracy", err_without)
        answers = [header.index(row[0]) for row in rows_of(everything)[1:]]
        self.assertEqual(answers, got.argmax(axis=1).tolist())
        self.assertEqual(self.scores(err)["accuracy"],
                         numpy.mean(numpy.array(answers) == numpy.arange(50) % 10))
        self.write_csv("pixels.csv", [f"p{i}" for i in range(784)], pixels)
        self.assertEqual(self.succeed("predict", "i.h5", "--csv", "pixels.csv")[0], everything)
        # the run's own test rows are the first 30 of the test file
        own, err = self.succeed("predict", "i.h5", *sets)
        self.assertEqual(rows_of(own), rows_of(everything)[:31])
        with h5py.File(self.folder / "i.h5") as file:
            self.assertEqual(self.scores(err)["accuracy"],
                             file["best_model"].attrs["test_score"])
        # classes by other names: answers, but no score
        make_image_set(self.folder / "sets", "mnist")
        out, err = self.succeed("predict", "i.h5", "--data", "mnist", *sets)
        self.assertEqual(len(rows_of(out)), 21)
        self.assertIn("no score", err)
        self.assertNotIn("accuracy", err)

    def test_the_score_is_that_of_the_file_to_the_bit(self):
        cases = (
            ("--data", "glyphs", "--scoring", "f1_macro"),
            ("--data", "glyphs", "--scoring", "neg_log_loss"),
            ("--data", "moons", "--scoring", "neg_log_loss", "--hidden-layer-sizes", "5"),  # tiny
            ("--data", "moons", "--output", "tanh", "--scoring", "balanced_accuracy"),
            ("--data", "ps5-surrogate", "--task", "regression", "--target-scale", "standard"),
            ("--data", "ps5-surrogate", "--task", "regression", "--hidden-layer-sizes", "4",
             "--scoring", "neg_mean_squared_error"),
            ("--data", "glyphs", "--task", "autoencoder"),
            ("--data", "glyphs", "--task", "autoencoder", "--scoring", "r2"),
            ("--data", "moons", "--folds", "1", "--keep-models", "all"),
        )
        for options in cases:
            for precision in ("float32", "float64"):
                self.succeed("run", *options, "--samples", "200", "--test-samples", "700", *SMALL,
                             "--precision", precision, "-o", "s.h5", "--force")
                _, err = self.succeed("predict", "s.h5", "-o", "s.csv", "--force")
                with h5py.File(self.folder / "s.h5") as file:
                    expected = file["best_model"].attrs["test_score"]
                first = re.search(r": [a-z_0-9]+ ([^, \n]+)", err).group(1)
                self.assertEqual(float(first), expected, f"{options} {precision}: {err}")
                with open(self.folder / "s.csv", encoding="utf-8") as file:
                    self.assertEqual(sum(1 for _ in file), 701)

    def test_values_and_reconstructions(self):
        x, y = self.write_values("values.csv", 60)
        self.succeed("run", "--csv", "values.csv", "--target", "y 1,y 2", "--task", "regression",
                     "--precision", "float64", "--max-iter", "50", "--quiet", "--target-scale",
                     "standard", "-o", "v.h5")
        out, err = self.succeed("predict", "v.h5", "--csv", "values.csv")
        _, got = numbers(out)
        r2 = 1 - ((y - got) ** 2).sum(axis=0) / ((y - y.mean(axis=0)) ** 2).sum(axis=0)
        self.assertAlmostEqual(self.scores(err)["r2"], r2.mean(), 10)
        self.assertAlmostEqual(self.scores(err)["neg_mean_squared_error"], -((y - got) ** 2).mean(),
                               10)

        self.succeed("run", "--csv", "values.csv", "--task", "autoencoder", "--columns", "u,v,w",
                     "--scale", "standard", *SMALL, "-o", "a.h5")
        out, err = self.succeed("predict", "a.h5", "--csv", "values.csv")
        header, got = numbers(out)
        self.assertEqual(header, ["u", "v", "w"])
        expected = StoredModel(self.folder / "a.h5").reconstructions(x)
        numpy.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
        divisor = StoredModel(self.folder / "a.h5").feature_divisor
        self.assertAlmostEqual(self.scores(err)["neg_mean_squared_error"],
                               -(((x - got) / divisor) ** 2).mean(), 6)

    def test_numbers_read_back_as_the_same(self):
        """float32 outputs are written as floats, in the fewest digits."""
        self.succeed("run", "--data", "moons", *SMALL, "-o", "m.h5")
        out, _ = self.succeed("predict", "m.h5", "--data", "moons", "--proba")
        for row in rows_of(out)[1:]:
            for text in row:
                value = numpy.float32(text)
                self.assertEqual(numpy.float32(numpy.format_float_positional(value, unique=True)),
                                 value)
                digits = re.sub(r"e.*|^0\.0*|\.", "", text)
                self.assertLessEqual(len(digits), 9, text)

    def test_generated_rows_are_new_ones(self):
        run = ("run", "--data", "moons", "--noise", "0.05", "--data-seed", "3")
        self.succeed(*run, *SMALL, "-o", "m.h5")
        out, err = self.succeed("predict", "m.h5", "--data", "moons", "--samples", "80")
        self.assertEqual(len(rows_of(out)), 81)
        self.assertIn("data-seed 4", err)
        # the same rows as those of a run with that seed and noise
        self.succeed("run", "--data", "moons", "--noise", "0.05", "--data-seed", "4", "--samples",
                     "80", "--max-iter", "1", "--quiet", "-o", "other.h5", "--map-size", "2")
        with h5py.File(self.folder / "other.h5") as file:
            points = numpy.stack([file["maps/point_x1"][:], file["maps/point_x2"][:]], axis=1)
        _, got = numbers(
            self.succeed("predict", "m.h5", "--data", "moons", "--samples", "80", "--proba")[0])
        numpy.testing.assert_allclose(
            got, StoredModel(self.folder / "m.h5").probabilities(points), rtol=1e-4, atol=1e-6)
        _, err = self.succeed("predict", "m.h5", "--data", "moons", "--data-seed", "3")
        self.assertIn("trained on", err)

    def test_models_of_every_config(self):
        self.succeed("run", "--data", "moons", "--activation", "tanh,relu", "--keep-models", "all",
                     *SMALL, "-o", "k.h5")
        points = numpy.random.RandomState(2).randn(20, 2)
        self.write_csv("points.csv", ["x1", "x2"], points)
        for config in (0, 1):
            _, got = numbers(self.succeed("predict", "k.h5", "--csv", "points.csv", "--proba",
                                          "--config", config)[0])
            model = StoredModel(self.folder / "k.h5", f"models/{config}/fold_0")
            numpy.testing.assert_allclose(got, model.probabilities(points), rtol=1e-4, atol=1e-6)
        self.refuse(1, ["no config 2"], "predict", "k.h5", "--csv", "points.csv", "--config", "2")

    def test_features_from_another_run(self):
        """The features of new rows are made by the same models."""
        self.succeed("run", "--data", "moons", "--keep-models", "all", "--hidden-layer-sizes", "4",
                     *SMALL, "-o", "first.h5")
        self.succeed("run", "--data", "moons", "--features-from", "first.h5", "--features-layer",
                     "1", "--features-config", "0", *SMALL, "--test-samples", "50", "-o", "h.h5")
        points = numpy.random.RandomState(2).randn(20, 2)
        self.write_csv("points.csv", ["x1", "x2"], points)
        _, got = numbers(
            self.succeed("predict", "h.h5", "--csv", "points.csv", "--proba")[0])
        first = StoredModel(self.folder / "first.h5", "models/0/fold_0")
        hidden = numpy.maximum(points @ first.weights[0] + first.biases[0], 0)
        numpy.testing.assert_allclose(
            got, StoredModel(self.folder / "h.h5").probabilities(hidden), rtol=1e-4, atol=1e-6)
        with h5py.File(self.folder / "h.h5") as file:
            expected = file["best_model"].attrs["test_score"]
        self.assertEqual(self.scores(self.succeed("predict", "h.h5")[1])["accuracy"], expected)

    def test_features_from_another_run_of_a_table(self):
        """Its columns are found by name, and its models are the ones that the run had."""
        self.write_flowers("flowers.csv", 300, 1)
        first = (*FLOWERS, "--keep-models", "all", "--columns", "a,c", "-o", "one.h5", "--force")
        self.succeed(*first)
        features = ("--features-from", "one.h5", "--features-layer", "1", "--features-config", "0",
                    "-o")
        self.succeed(*FLOWERS, "--columns", "a,c", *features, "two.h5")
        whole, told = self.succeed("predict", "two.h5", "--csv", "flowers.csv")
        self.assertIn("the run's own data", told)
        for columns in (("c", "kind", "a"), ("id", "b", "c", "a", "kind"), ("a", "c")):
            self.write_flowers("other.csv", 300, 1, columns)
            self.assertEqual(self.succeed("predict", "two.h5", "--csv", "other.csv")[0], whole)
        self.assertEqual(
            self.succeed("predict", "two.h5", "--csv", "flowers.csv", "--no-score")[0], whole)
        self.write_flowers("b.csv", 300, 1, ("a", "b", "kind"))
        self.refuse(1, ["b.csv", "column c"], "predict", "two.h5", "--csv", "b.csv")
        for columns in ("c,a", "a,b"):
            self.refuse(2, ["one.h5", "a, c", "--columns"], *FLOWERS, "--columns", columns,
                        *features, "no.h5")

        moved = self.folder / "moved"
        moved.mkdir()
        for name in ("one.h5", "two.h5"):
            (self.folder / name).rename(moved / name)
        self.assertEqual(self.succeed("predict", "moved/two.h5", "--csv", "flowers.csv")[0], whole)
        self.succeed(*first, "--random-state", "5")
        self.refuse(1, ["moved/two.h5", "one.h5", "again"], "predict", "moved/two.h5", "--csv",
                    "flowers.csv")

    def test_output_files(self):
        self.succeed("run", "--data", "moons", "--test-samples", "5000", *SMALL, "-o", "m.h5")
        out, _ = self.succeed("predict", "m.h5", "--proba")
        self.succeed("predict", "m.h5", "--proba", "-o", "p.csv")
        self.assertEqual((self.folder / "p.csv").read_text(), out)
        self.assertEqual(len(out.splitlines()), 5001)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["m.h5", "p.csv"])
        before = (self.folder / "m.h5").read_bytes()
        self.refuse(2, ["-o", "m.h5"], "predict", "m.h5", "-o", "m.h5")
        self.write_csv("points.csv", ["x1", "x2"], [[0, 0]])
        self.refuse(2, ["-o", "points.csv"], "predict", "m.h5", "--csv", "points.csv", "-o",
                    "./points.csv")
        self.refuse(1, ["no/such.csv", "folder no"], "predict", "m.h5", "-o", "no/such.csv")
        self.refuse(1, ["/dev/full", "No space"], "predict", "m.h5", "-o", "/dev/full")
        self.assertEqual((self.folder / "m.h5").read_bytes(), before)

    def test_other_columns_are_refused_by_name(self):
        self.write_flowers("flowers.csv", 90, 0)
        self.succeed(*FLOWERS, "-o", "f.h5")
        header = "a,bb,c,kind"
        self.write("missing.csv", header + "\n1,2,3,mañana\n")
        self.refuse(1, ["missing.csv", "column b", "'bb'", "a, b, c"],
                    "predict", "f.h5", "--csv", "missing.csv")
        self.write("two.csv", "a,kind\n1,mañana\n")
        self.refuse(1, ["two.csv", "columns b, c"], "predict", "f.h5", "--csv", "two.csv")
        self.write("class.csv", "a,b,c,kind\n1,2,3,mañana\n1,2,3,other\n")
        self.refuse(1, ["class.csv:3", "kind", "'other'", "mañana"],
                    "predict", "f.h5", "--csv", "class.csv")
        self.succeed("predict", "f.h5", "--csv", "class.csv", "--no-score")
        self.refuse(1, ["--target knd", "kind"],
                    "predict", "f.h5", "--csv", "class.csv", "--target", "knd")
        self.write("text.csv", "a,b,c\n1,x,3\n")
        self.refuse(1, ["text.csv:2", "b", "'x'"], "predict", "f.h5", "--csv", "text.csv")
        self.write("empty.csv", "a,b,c\n")
        self.refuse(1, ["empty.csv", "no rows"], "predict", "f.h5", "--csv", "empty.csv")
        self.refuse(1, ["none.csv"], "predict", "f.h5", "--csv", "none.csv")

    def test_wrong_widths_are_refused_by_both_numbers(self):
        self.succeed("run", "--data", "glyphs", "--samples", "60", *SMALL, "-o", "g.h5")
        self.write("small.idx", b"\0\0\x08\3" + b"".join(n.to_bytes(4, "big") for n in (2, 4, 5))
                   + bytes(40))
        self.write("labels.idx", b"\0\0\x08\1" + (2).to_bytes(4, "big") + b"\3\x0b")
        self.refuse(1, ["4x5", "20 pixels", "784"], "predict", "g.h5", "--images", "small.idx")
        self.write("few.csv", "p,q\n1,2\n")
        self.refuse(1, ["few.csv", "2 columns", "784", "glyphs"],
                    "predict", "g.h5", "--csv", "few.csv")
        self.refuse(1, ["moons", "2 features", "784"], "predict", "g.h5", "--data", "moons")
        self.write("big.idx", b"\0\0\x08\3" + b"".join(n.to_bytes(4, "big") for n in (2, 28, 28))
                   + bytes(2 * 784))
        self.refuse(1, ["labels.idx", "label 11", "0, 1, 2", "--labels"], "predict", "g.h5", "--images",
                    "big.idx", "--labels", "labels.idx")

    def test_images_labelled_by_any_codes(self):
        """Classes are the codes that occur, whatever they are: the same fits, other names."""
        pixels = (numpy.arange(60 * 16) * 37 % 256).astype(numpy.uint8).tobytes()
        self.write("images", b"\0\0\x08\3" + b"".join(n.to_bytes(4, "big") for n in (60, 4, 4))
                   + pixels)
        def labels(name, codes):
            self.write(name, b"\0\0\x08\1" + (60).to_bytes(4, "big")
                       + bytes(codes[i % len(codes)] for i in range(60)))
        scores = {}
        for name, codes in (("from0", (0, 1, 2)), ("from1", (1, 2, 3)), ("far", (0, 7, 255))):
            labels(name, codes)
            self.succeed("run", "--images", "images", "--labels", name, *SMALL, "-o", f"{name}.h5")
            with h5py.File(self.folder / f"{name}.h5") as file:
                scores[name] = file["mean_test_score"][()].tolist()
                self.assertEqual(file["best_model/class_names"].asstr()[:].tolist(),
                                 [str(c) for c in codes])
            answers = rows_of(self.succeed("predict", f"{name}.h5", "--images", "images")[0])[1:]
            self.assertLessEqual({a[0] for a in answers}, {str(c) for c in codes})
        self.assertEqual(scores["from0"], scores["from1"])
        self.assertEqual(scores["from0"], scores["far"])
        labels("two", (0, 255))
        score = self.scores(self.succeed("predict", "far.h5", "--images", "images", "--labels",
                                         "two")[1])["accuracy"]
        answers = rows_of(self.succeed("predict", "far.h5", "--images", "images")[0])[1:]
        self.assertAlmostEqual(score, numpy.mean([a[0] == str((0, 255)[i % 2])
                                                  for i, a in enumerate(answers)]), 12)
        self.refuse(1, ["from1", "label 1 ", "0, 7, 255", "--labels"], "predict", "far.h5",
                    "--images", "images", "--labels", "from1")

    def test_numbers_beyond_the_model(self):
        """What float32 cannot hold, before or after scaling, or what the model makes infinite."""
        self.write_flowers("flowers.csv", 90, 0)
        for scale in ("none", "standard"):
            self.succeed(*FLOWERS[:5], "--hidden-layer-sizes", "4-4", "--scale",
                         scale, *SMALL, "-o", f"{scale}.h5")
        self.write("far.csv", "a,b,c\n1,2,3\n1,1e45,3\n")
        for model in ("none", "standard"):
            self.refuse(1, ["far", "b, row 2: 1e+45", "--precision float64"], "predict",
                        f"{model}.h5", "--csv", "far.csv")
        signs = itertools.product(("3e38", "-3e38"), repeat=3)  # one of them adds up in a unit
        self.write("large.csv", "a,b,c\n1,2,3\n" + "".join(",".join(s) + "\n" for s in signs))
        code, out, err = self.call("predict", "none.h5", "--csv", "large.csv", "--proba")
        self.assertEqual(code, 1, out)
        self.assertRegex(err, "row [2-9]: the model gives")
        self.write("fits.csv", "a,b,c,kind\n" + "".join(f"{i},{i}e38,1,{'pq'[i % 2]}\n"
                                                       for i in range(12)))
        fits = ("run", "--csv", "fits.csv", "--target", "kind", *SMALL, "-o", "big.h5")
        self.refuse(1, ["b, row 12: 1.1e+39", "float64", "--scale standard"], *fits)
        self.succeed(*fits, "--scale", "standard")

    def test_files_without_a_model(self):
        self.succeed("run", "--data", "moons", "--refit", "false", *SMALL, "-o", "n.h5")
        self.refuse(1, ["n.h5", "--refit true", "--keep-models all"], "predict", "n.h5", "--data",
                    "moons")
        self.refuse(1, ["--keep-models all"], "predict", "n.h5", "--data", "moons", "--config", "0")
        self.refuse(1, ["n.h5", "--refit true"], "export", "n.h5", "-o", "n.onnx")
        self.succeed("run", "--data", "moons", "--learning-rate-init", "1e300", "--solver", "sgd",
                     *SMALL, "-o", "d.h5")
        self.refuse(1, ["d.h5", "no best model", "table"], "predict", "d.h5", "--data", "moons")
        self.succeed("run", "--data", "moons", *SMALL, "-o", "m.h5")
        with h5py.File(self.folder / "m.h5", "a") as file:  # as an interrupted run leaves it
            del file["best_model"]
            file.attrs["complete"] = numpy.int32(0)
        self.refuse(1, ["m.h5", "incomplete", "--resume"], "predict", "m.h5", "--data", "moons")
        self.refuse(1, ["none.h5"], "predict", "none.h5")
        self.succeed("run", "--data", "moons", *SMALL, "-o", "damaged.h5")
        with h5py.File(self.folder / "damaged.h5", "a") as file:
            del file["best_model/feature_names"]
            file["best_model/feature_names"] = ["x1", "x2", "x3"]
        self.refuse(1, ["damaged.h5", "2 features", "3 features"], "predict", "damaged.h5",
                    "--data", "moons")

    def test_wrong_usage(self):
        self.succeed("run", "--data", "moons", *SMALL, "-o", "m.h5")
        for words, arguments in (
                (["no test set", "--csv"], ()),
                (["--csv", "--data", "contradict"], ("--csv", "x.csv", "--data", "moons")),
                (["--noise", "csv"], ("--csv", "x.csv", "--noise", "1")),
                (["--target", "moons"], ("--data", "moons", "--target", "y")),
                (["--samples", "--data"], ("--samples", "3")),
                (["--samples", "-1"], ("--data", "moons", "--samples", "-1")),
                (["moon", "moons"], ("--data", "moon")),
                (["--csv"], ("--data", "csv")),
                (["--prob", "--proba"], ("--prob",)),
                (["--no-score", "--target"], ("--csv", "x.csv", "--target", "y", "--no-score")),
                (["--labels"], ("--data", "moons", "--labels", "x"))):
            self.refuse(2, words, "predict", "m.h5", *arguments)
        self.refuse(2, ["results file"], "predict")
        self.write_values("values.csv", 30)
        self.succeed("run", "--csv", "values.csv", "--target", "y 1", "--columns", "u,v",
                     "--task", "regression", *SMALL, "-o", "v.h5")
        self.refuse(2, ["--proba", "values"], "predict", "v.h5", "--csv", "values.csv", "--proba")
        self.refuse(2, ["--target", "2", "1"], "predict", "v.h5", "--csv", "values.csv",
                    "--target", "y 1,y 2")


if __name__ == "__main__":
    unittest.main()
