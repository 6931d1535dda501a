"""`mlpgrid table` in its formats, against the numbers in the file."""

import csv
import io
import json
import unittest

import h5py
import numpy

from program import ProgramTest, make_image_set

GRID = ("run", "quickstart", "--samples", "120", "--max-iter", "2", "--hidden-layer-sizes", "8")


class Table(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed(*GRID, "-o", "t.h5")

    def test_csv_and_json_carry_the_files_numbers(self):
        with h5py.File(self.folder / "t.h5") as file:
            expected = sorted(file["mean_test_score"][:])
        rows = list(csv.DictReader(io.StringIO(self.succeed("table", "t.h5", "--format", "csv")[0])))
        self.assertEqual(sorted(float(r["mean_test_score"]) for r in rows), expected)
        text = self.succeed("table", "t.h5", "--format", "json")[0]
        self.assertIn("mean_test_score", text)
        json.loads(text)

    def test_readable_formats_name_every_config(self):
        for form in ("text", "markdown", "latex"):
            out, _ = self.succeed("table", "t.h5", "--format", form)
            for word in ("logistic", "tanh", "relu", "init"):
                self.assertIn(word, out, form)

    def test_top_sort_and_pivot(self):
        out, _ = self.succeed("table", "t.h5", "--format", "csv", "--top", "2")
        self.assertEqual(len(out.strip().splitlines()), 3)
        self.succeed("table", "t.h5", "--sort", "param_init")
        pivot, _ = self.succeed("table", "t.h5", "--pivot", "activation,init")
        for word in ("logistic", "he_normal"):
            self.assertIn(word, pivot)

    def test_scores_of_classes_by_counting(self):
        """precision, recall, F1 and element-wise accuracy from a list of answers; one config that
        cannot but collapse."""
        self.succeed(*GRID, "--test-samples", "40", "--init", "zero,sklearn", "--activation",
                     "relu", "--scoring", "accuracy", "-o", "c.h5")
        with h5py.File(self.folder / "c.h5") as file:
            for counts, score, elementwise in (
                    ("counts", "split_test_score", "elementwise_accuracy"),
                    ("test_counts", "test_score", "test_elementwise_accuracy")):
                for config, fold in numpy.ndindex(2, 3):
                    pairs = file["confusion"][counts][config, fold]
                    truth, answer = numpy.repeat(
                        list(numpy.ndindex(10, 10)), pairs.ravel(), axis=0).T
                    self.assertEqual(file[score][config, fold], (truth == answer).mean())
                    one_hot = numpy.eye(10)
                    self.assertAlmostEqual(file[elementwise][config, fold],
                                           (one_hot[truth] == one_hot[answer]).mean(), 14)
                    if counts == "test_counts":
                        continue
                    self.assertEqual(file["collapsed"][config, fold], len(set(answer)) == 1)
                    for c in range(10):
                        hits = ((truth == c) & (answer == c)).sum()
                        precision = hits / max((answer == c).sum(), 1)
                        recall = hits / max((truth == c).sum(), 1)
                        f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
                        for name, value in (("precision", precision), ("recall", recall),
                                            ("f1", f1), ("support", (truth == c).sum())):
                            self.assertAlmostEqual(
                                file["confusion"][name][config, fold, c], value, 14, name)
            self.assertEqual(file["collapsed"][0].tolist(), [1, 1, 1])
            self.assertEqual(file["collapsed"][1].tolist(), [0, 0, 0])
        out, _ = self.succeed("table", "c.h5")
        self.assertIn("max_epochs, collapsed", out)
        self.assertIn("Warning: 1 of 2 configs collapsed", out)
        self.assertIn("test_elementwise_accuracy", out)
        rows = list(csv.DictReader(io.StringIO(
            self.succeed("table", "c.h5", "--per-class", "--format", "csv")[0])))
        self.assertEqual([r["class"] for r in rows], [str(c) for c in range(10)] * 2)
        self.assertEqual({r["support"] for r in rows}, {r["support"] for r in rows[10:]})

    def test_success_over_repeats(self):
        """Mean, std, min, max and share over ten seeds, against NumPy on the curves."""
        self.succeed("run", "--data", "moons", "--folds", "1", "--repeats", "10", "--max-iter", "15",
                     "--activation", "tanh,relu", "--learning-rate-init", "0.02", "-o", "r.h5")
        with h5py.File(self.folder / "r.h5") as file:
            activation = list(file["param_activation"].asstr())
            curves = file["val_loss"][:]
            # every fit ran all its epochs, so that the last value stands in the last place
            self.assertTrue((file["n_iter"][:] == 15).all())
        last = curves[:, :, -1]
        threshold = float(numpy.median(last))
        for form in ("text", "markdown", "latex"):
            out, _ = self.succeed("table", "r.h5", "--success", f"val_loss<{threshold}",
                                  "--format", form)
            for config in (0, 1):
                self.assertIn(f"{(last[config] < threshold).sum()}/10", out)
        out, _ = self.succeed("table", "r.h5", "--success", f"val_loss < {threshold}",
                              "--format", "csv")
        rows = {r["param_activation"]: r for r in csv.DictReader(io.StringIO(out))}
        text, _ = self.succeed("table", "r.h5", "--success", f"val_loss<{threshold}",
                               "--format", "json", "--sort", "config")
        table = json.loads(text)
        for config in (0, 1):
            for name, value in (("mean_of_val_loss", last[config].mean()),
                                ("std_of_val_loss", last[config].std()),
                                ("min_of_val_loss", last[config].min()),
                                ("max_of_val_loss", last[config].max()),
                                ("success_share", (last[config] < threshold).mean())):
                self.assertAlmostEqual(float(rows[activation[config]][name]), value, 14, name)
                self.assertAlmostEqual(table[name][config], value, 14, name)
        self.refuse(2, ["--success", "val_loss<0.1"], "table", "r.h5", "--success", "val_loss")
        self.refuse(2, ["--success", "'x'"], "table", "r.h5", "--success", "val_loss<x")
        self.refuse(2, ["'speed'", "val_loss"], "table", "r.h5", "--success", "speed>1")
        self.refuse(2, ["no separate test set"], "table", "r.h5", "--success", "test_score>0.5")

    def test_against_reported(self):
        """A reduced fashion-solver-grid on made-up images, with the numbers of its preset."""
        make_image_set(self.folder / "sets", train_rows=400)  # more than 256 in each fold
        self.succeed("run", "fashion-solver-grid", "--samples", "400", "--hidden-layer-sizes", "4",
                     "--max-iter", "2", "--data-dir", "sets", "-o", "f.h5")
        with h5py.File(self.folder / "f.h5") as file:
            self.assertEqual(file["environment"].attrs["preset"], "fashion-solver-grid")
            best = int(file["rank_test_score"][:].argmin())
            named = [i for i in range(27) if file["param_solver"].asstr()[i] == "adam"
                     and file["param_learning_rate_init"][i] == 0.002
                     and file["param_batch_size"][i] == 256][0]
            ours = file["mean_test_score"][best], file["mean_test_score"][named]
            solver = file["param_solver"].asstr()[best]
        command = ("table", "f.h5", "--against-reported", "--format")
        rows = json.loads(self.succeed(*command, "json")[0])
        for row, config, value in ((rows[0], best, ours[0]), (rows[4], named, ours[1])):
            self.assertEqual(row["quantity"], "mean_test_score")
            self.assertEqual(row["reported"], 0.8604989)
            self.assertEqual((row["config"], row["ours"]), (config, value))
            self.assertEqual(row["difference"], value - 0.8604989)
        self.assertEqual((rows[1]["reported"], rows[1]["ours"]), ("adam", solver))
        self.assertIn("noise", rows[3]["note"])
        table = list(csv.DictReader(io.StringIO(self.succeed(*command, "csv")[0])))
        self.assertEqual(list(table[0]), ["quantity", "where", "reported", "ours", "difference",
                                          "note", "config"])
        self.assertEqual([float(table[i]["ours"]) for i in (0, 4)], list(ours))
        for form in ("text", "markdown", "latex"):
            out, _ = self.succeed(*command, form)
            for words in ("0.8604989", "noise", "samples = 400 (preset: 8000)",
                          "max-iter = 2 (preset: 100)"):
                self.assertIn(words, out, form)
            self.assertNotIn("alpha", out)

    def test_reported_numbers_of_ones_own(self):
        self.write("mine.csv", "quantity,where,reported,note\n"
                               "success_share,activation=relu init=sklearn train_loss<99,1,\"a, b\"\n"
                               "train_loss,activation=relu init=sklearn epoch=1,2.5,\n"
                               "test_score,,0.9,there is none\n")
        rows = json.loads(self.succeed("table", "t.h5", "--reported", "mine.csv",
                                       "--format", "json")[0])
        with h5py.File(self.folder / "t.h5") as file:
            config = list(file["label"].asstr()).index("activation=relu init=sklearn")
            first = file["train_loss"][config, :, 0]
        self.assertEqual((rows[0]["ours"], rows[0]["note"]), (1.0, "a, b"))
        self.assertAlmostEqual(rows[1]["ours"], first.mean(), 14)
        self.assertIsNone(rows[2]["ours"])
        self.assertEqual(rows[2]["note"],
                         "Not computed: the run has no separate test set. there is none")
        self.refuse(2, ["quickstart", "fashion-solver-grid"], "table", "t.h5", "--against-reported")
        self.succeed("run", "--data", "moons", "--max-iter", "1", "-o", "own.h5")
        self.refuse(2, ["own.h5", "--reported"], "table", "own.h5", "--against-reported")
        self.refuse(1, ["none.csv"], "table", "t.h5", "--reported", "none.csv")
        self.write("bad.csv", "quantity,where,reported\n")
        self.refuse(1, ["bad.csv:1", "quantity,where,reported,note"],
                    "table", "t.h5", "--reported", "bad.csv")

    def test_wrong_usage(self):
        self.refuse(2, ["colour"], "table", "t.h5", "--sort", "colour")
        self.refuse(2, ["colour"], "table", "t.h5", "--pivot", "colour,init")
        self.refuse(2, ["--format", "markdown"], "table", "t.h5", "--format", "markdwn")
        self.refuse(2, ["results file"], "table")


if __name__ == "__main__":
    unittest.main()
