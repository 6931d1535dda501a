"""`mlpgrid export`: ONNX files through the readers of OpenCV and onnx, against `mlpgrid predict`."""

import csv
import io
import json
import unittest

import cv2
import numpy
import onnx
from onnx import numpy_helper

from numpy_mlp import ACTIVATIONS
from program import ProgramTest
from stored_model import StoredModel

CLASSES = ("b, \"c\"", "mañana", "z")
SMALL = ("--max-iter", "3", "--quiet")


class Export(ProgramTest):
    def write_csv(self, name, header, rows):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)

    def answers(self, *arguments):
        rows = list(csv.reader(io.StringIO(self.succeed("predict", *arguments)[0], newline="")))
        return numpy.array(rows[1:], dtype=float)

    def checked(self, name):
        model = onnx.load(self.folder / name)
        onnx.checker.check_model(model, full_check=True)
        return model

    def compare(self, x, expected, batch, message):
        """m.onnx in OpenCV gives what the program gives, `batch` rows at a time."""
        net = cv2.dnn.readNetFromONNX(str(self.folder / "m.onnx"))
        got = []
        for start in range(0, len(x), batch):
            net.setInput(x[start:start + batch].astype(numpy.float32))
            got.append(net.forward().copy())
        got = numpy.concatenate(got)
        self.assertEqual(got.shape, expected.shape, message)
        numpy.testing.assert_allclose(got, expected, rtol=1e-5, atol=2e-6, err_msg=message)

    def test_every_activation_with_every_output(self):
        random = numpy.random.RandomState(0)
        x = random.randn(40, 3) * [1, 20, 0.1] + [0, 50, 3]
        y = numpy.stack([1e3 + 50 * x[:, 0], numpy.sin(x[:, 1])], axis=1)
        kinds = random.randint(0, 3, 40)
        self.write_csv("three.csv", ["u", "v", "w", "kind"],
                       [[*x[i], CLASSES[kinds[i]]] for i in range(40)])
        self.write_csv("two.csv", ["u", "v", "w", "kind"],
                       [[*x[i], CLASSES[kinds[i] // 2]] for i in range(40)])
        self.write_csv("values.csv", ["u", "v", "w", "y1", "y2"], numpy.hstack([x, y]))
        regression = ("--task", "regression", "--target", "y1,y2")
        auto = ("--task", "autoencoder", "--columns", "u,v,w")
        data = {  # file, options, outputs, columns
            "softmax": ("three.csv", ("--target", "kind"), "softmax", 3),
            "logistic": ("two.csv", ("--target", "kind"), "logistic", 2),
            "tanh": ("two.csv", ("--target", "kind", "--output", "tanh"), "tanh", 2),
            "values": ("values.csv", (*regression, "--target-scale", "standard"), "linear", 2),
            "unscaled values": ("values.csv", regression, "linear", 2),
            "one value": ("values.csv", ("--task", "regression", "--target", "y2", "--columns",
                                         "u,v,w", "--target-scale", "unit"), "linear", 1),
            "values of tanh": ("values.csv", (*regression, "--output", "tanh"), "tanh", 2),
            "values of logistic": ("values.csv", (*regression, "--output", "logistic"),
                                   "logistic", 2),
            "reconstructions": ("values.csv", auto, "linear", 3),
        }
        for case, (file, options, output, columns) in data.items():
            for activation in ACTIVATIONS:
                self.succeed("run", "--csv", file, *options, "--scale", "standard", "--activation",
                             activation, "--hidden-layer-sizes", "12-8", *SMALL, "-o", "m.h5",
                             "--force")
                message = f"{case} of {activation}"
                self.assertEqual(StoredModel(self.folder / "m.h5").output, output, message)
                self.succeed("export", "m.h5", "-o", "m.onnx")
                proba = ("--proba",) if columns != 1 and "kind" in options else ()
                expected = self.answers("m.h5", "--csv", file, *proba)
                self.assertEqual(expected.shape, (40, columns))
                self.checked("m.onnx")
                self.compare(x, expected, 16, message)
                self.compare(x[:3], expected[:3], 1, message)

    def test_images(self):
        """A wide network on bytes: N x 784 pixels as they come."""
        random = numpy.random.RandomState(1)
        pixels = random.randint(0, 256, (50, 784), dtype=numpy.uint8)
        (self.folder / "x.idx").write_bytes(
            b"\0\0\x08\3" + b"".join(n.to_bytes(4, "big") for n in (50, 28, 28))
            + pixels.tobytes())
        self.succeed("run", "--data", "glyphs", "--samples", "200", *SMALL, "-o", "m.h5")
        self.succeed("export", "m.h5", "-o", "m.onnx")
        self.compare(pixels, self.answers("m.h5", "--images", "x.idx", "--proba"), 50, "images")

    def test_what_the_file_says(self):
        random = numpy.random.RandomState(0)
        self.write_csv("three.csv", ["u", "v", "kind"],
                       [[*random.randn(2), CLASSES[i % 3]] for i in range(30)])
        self.succeed("run", "--csv", "three.csv", "--target", "kind", "--title", "My flowers",
                     "--scale", "unit", *SMALL, "-o", "m.h5")
        _, err = self.succeed("export", "m.h5", "-o", "m.onnx")
        for words in ("m.onnx", "input [N, 2]", "probabilities [N, 3]", "float32", "opset 13"):
            self.assertIn(words, err)
        model = self.checked("m.onnx")
        metadata = {p.key: json.loads(p.value) for p in model.metadata_props}
        self.assertEqual(metadata, {"class_names": sorted(CLASSES), "feature_names": ["u", "v"]})
        version, _ = self.succeed("--version")
        self.assertEqual(model.producer_name, "mlpgrid")
        self.assertIn(model.producer_version, version)
        self.assertIn("My flowers", model.doc_string)
        self.assertEqual([o.version for o in model.opset_import], [13])
        for value, name, columns in ((model.graph.input, "input", 2),
                                     (model.graph.output, "probabilities", 3)):
            self.assertEqual([v.name for v in value], [name])
            tensor = value[0].type.tensor_type
            self.assertEqual(tensor.elem_type, onnx.TensorProto.FLOAT)
            self.assertEqual([tensor.shape.dim[0].dim_param, tensor.shape.dim[1].dim_value],
                             ["N", columns])

    def test_float64_keeps_every_digit(self):
        self.succeed("run", "--data", "moons", "--precision", "float64", "--scale", "standard",
                     *SMALL, "-o", "m.h5")
        self.succeed("export", "m.h5", "-o", "d.onnx", "--precision", "float64")
        model = self.checked("d.onnx")
        constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        stored = StoredModel(self.folder / "m.h5")
        for l, (weights, biases) in enumerate(zip(stored.weights, stored.biases)):
            numpy.testing.assert_array_equal(constants[f"weights_{l}"], weights.T)
            numpy.testing.assert_array_equal(constants[f"biases_{l}"], biases)
        numpy.testing.assert_array_equal(constants["feature_shift"], stored.feature_shift)
        numpy.testing.assert_array_equal(constants["feature_divisor"], stored.feature_divisor)
        self.assertEqual(model.graph.input[0].type.tensor_type.elem_type, onnx.TensorProto.DOUBLE)

    def test_columns_far_from_zero(self):
        """What float32 can tell apart gives the same answers; what it cannot is refused."""
        random = numpy.random.RandomState(3)
        for offset, spread in ((12345.678, 20.0), (-3e7 / 7, 4e4), (1.6e9, 3e6)):
            x = numpy.stack([offset + spread * random.randn(60), random.randn(60)], axis=1)
            x = x.astype(numpy.float32).astype(float)  # the input's own rounding is not the graph's
            y = numpy.sign((x[:, 0] - offset) / spread + x[:, 1])
            self.write_csv("far.csv", ["t", "v", "kind"],
                           [[*row, "ab"[int(sign > 0)]] for row, sign in zip(x.tolist(), y)])
            for scale in ("standard", "unit"):
                self.succeed("run", "--csv", "far.csv", "--target", "kind", "--scale", scale,
                             "--max-iter", "50", "--learning-rate-init", "0.05", "--precision",
                             "float64", "--quiet", "-o", "m.h5", "--force")
                self.succeed("export", "m.h5", "-o", "m.onnx")
                self.checked("m.onnx")
                self.compare(x, self.answers("m.h5", "--csv", "far.csv", "--proba"), 60,
                             f"{offset} {scale}")

    def test_columns_that_float32_cannot_tell_apart(self):
        rows = [[1.6e9 + i % 5 + i / 64, i % 7, "ab"[i % 5 > 2]] for i in range(60)]
        self.write_csv("time.csv", ["t", "v", "kind"], rows)
        self.succeed("run", "--csv", "time.csv", "--target", "kind", "--scale", "standard", *SMALL,
                     "-o", "m.h5")
        self.refuse(1, ["m.h5", "'t'", "1.6e+09", "128", "--precision float64"], "export", "m.h5",
                    "-o", "m.onnx")
        self.succeed("export", "m.h5", "-o", "m.onnx", "--precision", "float64")
        constants = {t.name: numpy_helper.to_array(t)
                     for t in self.checked("m.onnx").graph.initializer}
        stored = StoredModel(self.folder / "m.h5")
        numpy.testing.assert_array_equal(constants["feature_shift"], stored.feature_shift)
        self.assertNotIn("feature_shift_rest", constants)

        self.write_csv("target.csv", ["v", "t"], [[row[1], row[0]] for row in rows])
        self.succeed("run", "--csv", "target.csv", "--target", "t", "--task", "regression",
                     "--target-scale", "standard", *SMALL, "-o", "r.h5")
        self.refuse(1, ["r.h5", "target", "'t'", "--precision float64"], "export", "r.h5", "-o",
                    "r.onnx")
        self.succeed("export", "r.h5", "-o", "r.onnx", "--precision", "float64")

    def test_models_of_every_config(self):
        self.succeed("run", "--data", "moons", "--activation", "tanh,relu", "--keep-models", "all",
                     *SMALL, "-o", "m.h5")
        points = numpy.random.RandomState(2).randn(20, 2)
        self.write_csv("points.csv", ["x1", "x2"], points)
        for config, op in ((0, "Tanh"), (1, "Relu")):
            self.succeed("export", "m.h5", "--config", config, "-o", "m.onnx")
            self.assertIn(op, [n.op_type for n in self.checked("m.onnx").graph.node])
            self.compare(points, self.answers("m.h5", "--csv", "points.csv", "--proba", "--config",
                                              config), 20, op)

    def test_refusals(self):
        self.succeed("run", "--data", "moons", *SMALL, "-o", "m.h5")
        self.refuse(2, ["-o MODEL.onnx"], "export", "m.h5")
        self.refuse(2, ["-o", "m.h5"], "export", "m.h5", "-o", "m.h5")
        self.refuse(2, ["float16", "float32"], "export", "m.h5", "-o", "m.onnx", "--precision",
                    "float16")
        self.refuse(2, ["results file"], "export", "-o", "m.onnx")
        self.refuse(1, ["no/m.onnx"], "export", "m.h5", "-o", "no/m.onnx")
        self.refuse(1, ["none.h5"], "export", "none.h5", "-o", "m.onnx")


if __name__ == "__main__":
    unittest.main()
