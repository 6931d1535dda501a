#!/usr/bin/python3
"""Scores that are easily got wrong, against scikit-learn's numbers (../golden/make_scores.py)."""

import json
import pathlib
import unittest

import h5py
import numpy

from program import ProgramTest, make_image_set

HERE = pathlib.Path(__file__).parent
FAULTS = HERE.parent / "faults"
GOLDEN = json.loads((HERE.parent / "golden" / "scores-sklearn.json").read_text())
SMALL = ("--quiet", "--force", "--max-iter", "3")


def numbers(values):
    return numpy.array(values, dtype=float)  # null becomes NaN


class Scores(ProgramTest):
    def run_case(self, case, output="run.h5"):
        options = ["--csv", FAULTS / case["file"], "--target", ",".join(case["targets"]),
                   "--folds", case["folds"], "--scoring", case["scoring"],
                   "--stratify", str(case["stratify"]).lower(), "--hidden-layer-sizes", "5,3",
                   "--max-iter", "40", "--learning-rate-init", "0.02", "--precision", "float64",
                   "--target-scale", "standard" if case["scale"] else "none"]
        if case["scoring"] in ("r2", "neg_mean_squared_error"):
            options += ["--task", "regression"]
        for name, value in case["parameters"].items():
            options += ["--" + name.replace("_", "-"), value]
        return self.succeed("run", "--quiet", "--force", "-o", output, *options)

    def test_searches_as_grid_search_cv(self):
        for case in GOLDEN["searches"]:
            what = {name: case[name] for name in ("file", "folds", "scoring", "stratify", "scale")}
            with self.subTest(**what):
                out, _ = self.run_case(case)
                with h5py.File(self.folder / "run.h5") as run:
                    for name in ("split_test_score", "split_train_score", "mean_test_score"):
                        numpy.testing.assert_allclose(run[name][()], numbers(case[name]),
                                                      rtol=1e-9, atol=1e-12, err_msg=name)
                    self.assertEqual(run["rank_test_score"][()].tolist(), case["rank_test_score"])
                    self.assertEqual(run["best_model"].attrs["config"], case["best_index"])
                    for fold, curve in enumerate(case["loss_curve"]):
                        ours = run["train_loss"][0, fold]
                        self.assertEqual(numpy.isfinite(ours).sum(), len(curve))
                        numpy.testing.assert_allclose(ours[:len(curve)], curve, rtol=1e-9)
                undefined = None in case["mean_test_score"]
                self.assertEqual(out.count(f"{case['scoring']} is undefined (NaN)"), undefined)

    def test_networks_know_the_classes_of_their_rows(self):
        case = next(c for c in GOLDEN["searches"]
                    if c["file"] == "sorted3.csv" and c["scoring"] == "accuracy")
        out, err = self.run_case(case)
        for text in (out, err):
            self.assertIn("the training rows lack a class in 3 of 3 folds: 'ant' in fold 0, "
                          "'bee' in fold 1, 'cat' in fold 2.", text)
        with h5py.File(self.folder / "run.h5") as run:
            self.assertTrue(numpy.isnan(run["val_loss"][()]).all())
            self.assertEqual(run["confusion/counts"][0, 1].sum(axis=1).tolist(), [0, 10, 0])
            self.assertEqual(run["confusion/counts"][0, 1, 1, 1], 0)
            self.assertEqual(run["fold_rows/missing_classes_1"][()].tolist(), [1])
            names = run["best_model/class_names"].asstr()[()].tolist()
            self.assertEqual(names, ["ant", "bee", "cat"])

    def test_rare_classes_warn_and_train(self):
        rare = ("run", "--csv", FAULTS / "rare1.csv", "--target", "kind", *SMALL)
        out, err = self.succeed(*rare, "-o", "r.h5")
        self.assertIn("class 'moth' has 1 row, fewer than the 3 folds", err)
        self.assertIn("'moth' in fold 0", out)
        self.refuse(1, ["--folds 16", "the most frequent one has 15", "--stratify false"], *rare,
                    "--folds", "16", "-o", "no.h5")
        code, _, err = self.call(*rare, "--folds", "1", "-o", "no.h5")
        self.assertEqual(code, 1)
        self.assertIn("class 'moth' has one row among the 31", err)
        self.assertNotIn("--stratify false", err)  # would leave out the class or never ask for it

    def test_models_of_folds_that_lack_a_class(self):
        sorted3 = ("run", "--csv", FAULTS / "sorted3.csv", "--target", "kind", "--stratify", "false",
                   "--keep-models", "all", "--max-iter", "40", "--learning-rate-init", "0.05",
                   "--quiet")
        self.succeed(*sorted3, "-o", "two.h5")
        rows = ("--csv", FAULTS / "sorted3.csv")
        out, err = self.succeed("predict", "two.h5", "--config", "0", *rows)
        self.assertEqual(set(out.split()) - {"class"}, {"bee", "cat"})
        self.assertIn("trained on 20 of these 30 rows", err)
        with h5py.File(self.folder / "two.h5") as run:  # fold 0 and its held-out rows
            counts = run["confusion/counts"][0, 0]
        said = out.split()[1:11]
        self.assertEqual(counts[0].tolist(), [0, said.count("bee"), said.count("cat")])
        out, _ = self.succeed("predict", "two.h5", "--config", "0", "--proba", *rows)
        self.assertEqual(out.split()[0], "bee,cat")
        _, err = self.succeed("export", "two.h5", "--config", "0", "-o", "two.onnx")
        self.assertIn("probabilities [N, 2]", err)

        lines = (FAULTS / "sorted3.csv").read_text().split()
        self.write("one.csv", "\n".join(lines[:21]) + "\n")  # ten ants, ten bees
        self.succeed(*sorted3[:2], self.folder / "one.csv", *sorted3[3:], "--folds", "2",
                     "--map-size", "3", "-o", "one.h5")
        rows = ("--csv", "one.csv")
        out, _ = self.succeed("predict", "one.h5", "--config", "0", *rows)
        self.assertEqual(set(out.split()), {"class", "bee"})
        out, _ = self.succeed("predict", "one.h5", "--config", "0", "--proba", *rows)
        self.assertEqual(out.split()[0], "bee")
        self.assertTrue(all(float(p) > 0.5 for p in out.split()[1:]))
        _, err = self.succeed("export", "one.h5", "--config", "0", "-o", "one.onnx")
        self.assertIn("probabilities [N, 1]", err)
        with h5py.File(self.folder / "one.h5") as run:
            self.assertEqual(set(run["maps/output"][0].ravel()), {1.0})
            self.assertEqual(run["split_test_score"][0].tolist(), [0.0, 0.0])

    def test_early_stopping_refuses_where_scikit_learn_raises(self):
        refused = 0
        for case in GOLDEN["early_stopping"]:
            with self.subTest(**case):
                run = ("run", "--csv", FAULTS / case["file"], "--target", case["target"],
                       "--samples", case["samples"], "--folds", case["folds"],
                       "--early-stopping", "true", "--validation-fraction",
                       case["validation_fraction"], "--max-iter", "2", "--dry-run")
                code, _, err = self.call(*run)
                self.assertEqual(code, 0 if case["fits"] else 2, err)
                if case["fits"]:
                    continue
                refused += 1
                self.assertIn("early-stopping: ", err)
                self.assertIn("training rows of ", err)  # which fold
                if "say validation-fraction " in err:  # the remedy works for this fold
                    fraction = err.split("say validation-fraction ")[1].split(",")[0]
                    again = [fraction if a == case["validation_fraction"] else a for a in run]
                    code, _, later = self.call(*again)
                    where = err.split("training rows of ")[1].split(",")[0]
                    self.assertFalse(code and f"training rows of {where}," in later, later)
        self.assertGreater(refused, 100)

    def test_rows_that_cannot_judge_are_not_watched(self):
        lone = ("run", "--csv", FAULTS / "reg12.csv", "--target", "y", "--folds", "12", *SMALL,
                "-o", "no.h5")
        self.refuse(2, ["monitor = val_score", "r2 is undefined", "fold 0", "monitor = val_loss"],
                    *lone, "--patience", "3", "--monitor", "val_score")
        self.refuse(2, ["monitor = val_score"], *lone, "--restore-best", "true", "--monitor",
                    "val_score")
        self.succeed(*lone, "--patience", "3")
        sorted3 = ("run", "--csv", FAULTS / "sorted3.csv", "--target", "kind", "--stratify",
                   "false", *SMALL, "-o", "never.h5")
        self.refuse(2, ["monitor = val_loss", "fold 0", "monitor = val_score"], *sorted3,
                    "--patience", "3")
        self.refuse(2, ["stop-val-loss-sum", "fold 0"], *sorted3, "--stop-val-loss-sum", "0.1")
        self.succeed(*sorted3, "--patience", "3", "--monitor", "val_score")

    def test_undefined_scores_rank_last_and_are_said_once(self):
        lone = ("run", "--csv", FAULTS / "reg12.csv", "--target", "y", "--folds", "12",
                "--hidden-layer-sizes", "3,4", *SMALL)
        out, err = self.succeed(*lone, "-o", "l.h5")
        for text in (out, err):
            self.assertEqual(text.count("r2 is undefined (NaN) in 12 of 12 folds"), 1)
        with h5py.File(self.folder / "l.h5") as run:
            self.assertTrue(numpy.isnan(run["split_test_score"][()]).all())
            self.assertEqual(run["rank_test_score"][()].tolist(), [1, 1])
            self.assertEqual(run["best_model"].attrs["config"], 0)
            self.assertEqual(run.attrs["complete"], 1)
            self.assertEqual(run["best_epoch"][0, 0], 3)  # of the training loss
        for arguments in (("table", "l.h5"), ("table", "l.h5", "--format", "markdown"),
                          ("table", "l.h5", "--pivot", "hidden-layer-sizes,activation")):
            out, _ = self.succeed(*arguments)
            self.assertEqual(out.count("is undefined"), 1, arguments)
        found = json.loads(self.succeed("table", "l.h5", "--format", "json")[0])
        self.assertEqual(found["mean_test_score"], [None, None])
        self.assertEqual(found["split3_test_score"], [None, None])
        self.assertEqual(found["rank_test_score"], [1, 1])
        self.refuse(1, ["no best config", "r2 is undefined (NaN) in 12 of 12 folds",
                        "--scoring neg_mean_squared_error"], "compare", "l.h5")
        _, err = self.succeed("report", "l.h5")
        self.assertIn("is undefined (NaN)", (self.folder / "l.html").read_text())
        rows = (FAULTS / "reg12.csv").read_text().split()
        self.write("row.csv", f"{rows[0]}\n{rows[1]}\n")
        _, err = self.succeed("predict", "l.h5", "--csv", "row.csv")
        self.assertIn("r2 is undefined on these rows, neg_mean_squared_error -", err)
        _, err = self.succeed("predict", "l.h5", "--csv", FAULTS / "reg12.csv")
        self.assertIn("the model was trained on these rows", err)

    def test_scaled_targets_are_scored_in_the_units_of_the_data(self):
        rows = [line.split(",") for line in (FAULTS / "reg12.csv").read_text().split()]
        far = "\n".join([",".join(rows[0])] + [f"{a},{b},{1000 * float(y) + 5e4}"
                                               for a, b, y in rows[1:]]) + "\n"
        self.write("far.csv", far)
        run = ("run", "--csv", self.folder / "far.csv", "--target", "y", "--target-scale",
               "standard", "--scoring", "neg_mean_squared_error", "--precision", "float64",
               "--quiet")
        self.succeed(*run, "-o", "far.h5")
        answers, err = self.succeed("predict", "far.h5", "--csv", "far.csv")
        truth = numbers([1000 * float(y) + 5e4 for *_, y in rows[1:]])
        said = numbers(answers.split()[1:])
        score = float(err.split("neg_mean_squared_error ")[1].split(",")[0])
        self.assertAlmostEqual(score / -numpy.mean((truth - said) ** 2), 1, 9)
        self.assertLess(score, -1000)
        self.assertNotIn("scaled", err)
        with h5py.File(self.folder / "far.h5") as file:
            # The curves' scores are in the same units as the score of the last epoch.
            last = file["n_iter"][0, 0] - 1
            self.assertEqual(file["val_score"][0, 0, last], file["split_test_score"][0, 0])
            self.assertLess(file["train_score"][0, 0, last], -1000)
            self.assertLess(file["train_loss"][0, 0, last], 10)

    def test_one_fold_is_refitted_on_all_rows_where_told_so(self):
        run = ("run", "--csv", FAULTS / "base.csv", "--target", "kind", "--folds", "1", "--quiet",
               "--max-iter", "5", "--precision", "float64")
        self.succeed(*run, "--refit", "true", "-o", "refit.h5")
        self.succeed(*run, "-o", "first.h5")
        self.succeed(*run[:6], "0", *run[7:], "--refit", "true", "-o", "all.h5")
        with h5py.File(self.folder / "refit.h5") as refit, \
                h5py.File(self.folder / "first.h5") as first, \
                h5py.File(self.folder / "all.h5") as everything:
            weights = [f["best_model/weights_0"][()].tolist() for f in (refit, first, everything)]
            self.assertEqual(weights[0], weights[2])
            self.assertNotEqual(weights[0], weights[1])
            self.assertEqual(refit["models/0/fold_0/weights_0"][()].tolist(), weights[1])
            self.assertEqual([f.attrs["refit"] for f in (refit, first, everything)], [1, 0, 0])
        rows = ("--csv", FAULTS / "base.csv")
        for file, config, claim in (("refit.h5", (), "trained on these rows"),
                                    ("refit.h5", ("--config", "0"), "trained on 22 of these 30"),
                                    ("first.h5", (), "trained on 22 of these 30 rows"),
                                    ("all.h5", (), "trained on these rows")):
            _, err = self.succeed("predict", file, *rows, *config)
            self.assertIn(claim, err)
        out, _ = self.succeed(*run, "--dry-run")
        self.assertIn("refit = false", out)
        out, _ = self.succeed(*run, "--dry-run", "--refit", "true")
        self.assertIn("2 (with the refit of the best)", out)

    def test_refits_that_lack_a_class(self):
        """Of the pool's classes alone; the test rows have others."""
        make_image_set(self.folder / "data")
        run = ("run", "--data", "fashion-mnist", "--data-dir", self.folder / "data", "--samples", 8,
               "--test-samples", 20, "--folds", 2, "--stratify", "false", "--hidden-layer-sizes",
               "8", "--max-iter", "5", "--quiet", "-o", "r.h5")
        self.succeed(*run)
        out, err = self.succeed("predict", "r.h5", "--data-dir", self.folder / "data", "--proba")
        with h5py.File(self.folder / "r.h5") as file:
            names = file["best_model/class_names"].asstr()[()].tolist()
            self.assertEqual(len(names), 8)
            self.assertNotIn("Ankle boot", names)
            self.assertEqual(out.split("\n")[0], ",".join(names))
            self.assertEqual(float(err.split("accuracy ")[1]),
                             file["best_model"].attrs["test_score"])

    def test_every_curve_is_there_without_an_epoch(self):
        run = ("run", "--csv", FAULTS / "features_time.csv", "--target", "kind", "--solver",
               "lbfgs", "--quiet", "--max-iter", "5")
        self.succeed(*run, "-o", "c.h5")
        self.succeed(*run, "--early-stopping", "true", "-o", "e.h5")
        names = {"train_loss", "train_score", "val_loss", "val_score"}
        with h5py.File(self.folder / "c.h5") as file:
            self.assertFalse(file["n_iter"][()].any())
            for name in names:
                self.assertEqual(file[name].shape, (1, 3, 5))
                self.assertTrue(numpy.isnan(file[name][()]).all())
            self.assertNotIn("early_stopping_score", file)
        with h5py.File(self.folder / "e.h5") as file:
            self.assertTrue(numpy.isnan(file["early_stopping_score"][()]).all())
        self.succeed("report", "c.h5")
        self.succeed("table", "c.h5", "--success", "val_loss<1")


if __name__ == "__main__":
    unittest.main()
