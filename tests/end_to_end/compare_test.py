"""`mlpgrid compare` against SciPy: every number again from the scores and rows in the file."""

import csv
import io
import json
import unittest

import h5py
import numpy
from scipy import stats

from program import ProgramTest

MOONS = ("run", "--data", "moons", "--samples", "103", "--noise", "0.3", "--max-iter", "30",
         "--learning-rate-init", "0.02")


def expected(file, rope):
    """(best, {config: numbers}) of the configs that ran and have a score in every fold."""
    scores = file["split_test_score"][:]
    alias_of = file["alias_of"][:]
    rows = file["fold_rows"]
    n_folds = scores.shape[1]
    n_train = sum(len(rows[f"train_{fold}"]) for fold in range(n_folds))
    n_test = sum(len(rows[f"held_out_{fold}"]) for fold in range(n_folds))
    usable = [i for i in range(len(scores))
              if alias_of[i] == i and numpy.isfinite(scores[i]).all()]
    best = usable[numpy.argmax(scores[usable].mean(axis=1))]
    numbers = {}
    for config in usable:
        if config == best:
            continue
        differences = scores[config] - scores[best]
        std = numpy.sqrt(differences.var(ddof=1) * (1 / n_folds + n_test / n_train))
        student = stats.t(n_folds - 1, loc=differences.mean(), scale=std)
        low, high = student.interval(0.95)
        t_stat = differences.mean() / std
        numbers[config] = {
            "mean_test_score": scores[config].mean(), "difference": differences.mean(),
            "corrected_std": std, "t_stat": t_stat,
            "p_val": 2 * stats.t.sf(abs(t_stat), n_folds - 1), "ci_low": low, "ci_high": high,
            "better_prob": student.sf(rope), "worse_prob": student.cdf(-rope),
            "rope_prob": student.cdf(rope) - student.cdf(-rope)}
    largest = 0.0
    for i, config in enumerate(sorted(numbers, key=lambda c: numbers[c]["p_val"])):
        largest = max(largest, min(1.0, (len(numbers) - i) * numbers[config]["p_val"]))
        numbers[config]["p_val_holm"] = largest
    return best, numbers


class Compare(ProgramTest):
    def check(self, name, rope=0.01):
        """The JSON of a comparison, after every number in it and in the CSV."""
        json_text = self.succeed("compare", name, "--rope", rope, "--format", "json")[0]
        csv_text = self.succeed("compare", name, "--rope", rope, "--format", "csv")[0]
        with h5py.File(self.folder / name) as file:
            best, numbers = expected(file, rope)
            labels = list(file["label"].asstr())
        found = json.loads(json_text)
        columns = found["comparisons"]
        self.assertEqual((found["best_config"], found["rope"]), (best, rope))
        self.assertEqual(found["best_label"], labels[best])
        self.assertEqual(set(columns["config"]), set(numbers))
        rows = list(csv.DictReader(io.StringIO(csv_text)))
        self.assertEqual([int(row["config"]) for row in rows], columns["config"])
        for i, config in enumerate(columns["config"]):
            self.assertEqual((columns["label"][i], rows[i]["label"]), (labels[config],) * 2)
            for key, value in numbers[config].items():
                for ours in (columns[key][i], float(rows[i][key])):
                    numpy.testing.assert_allclose(ours, value, rtol=1e-6, atol=1e-12, err_msg=key)
        self.assertEqual(set(found["not_distinguishable"]),
                         {c for c in numbers if numbers[c]["p_val_holm"] >= 0.05})
        return found

    def test_repeated_folds_of_unequal_sizes(self):
        self.succeed(*MOONS, "--hidden-layer-sizes", "1,8", "--activation", "tanh,relu,identity",
                     "--folds", "5", "--repeats", "4", "--shuffle-folds", "true", "-o", "m.h5")
        found = self.check("m.h5")
        self.assertAlmostEqual(found["n_test_over_n_train"], 0.25, 12)
        self.assertEqual((found["n_folds"], found["n_splits"]), (20, 20))
        self.check("m.h5", rope=0.05)
        text = self.succeed("compare", "m.h5")[0]
        self.assertIn("Not distinguishable from the best: ", text)
        self.assertNotIn("different rows", text)
        for form in ("markdown", "latex"):
            self.assertIn("equivalent", self.succeed("compare", "m.h5", "--format", form)[0])

    def test_a_clear_winner(self):
        self.succeed(*MOONS, "--activation", "tanh", "--init", "zero,sklearn", "--folds", "10",
                     "--repeats", "2", "--shuffle-folds", "true", "-o", "w.h5")
        self.assertEqual(self.check("w.h5")["not_distinguishable"], [])
        self.assertIn("The best is distinguishable from every other config (1).",
                      self.succeed("compare", "w.h5")[0])

    def test_aliases_and_diverged_fits_are_named(self):
        self.succeed("run", "--data", "moons", "--samples", "300", "--noise", "0.3", "--max-iter",
                     "10", "--hidden-layer-sizes", "4", "--solver", "lbfgs,sgd",
                     "--learning-rate-init", "0.02,0.1,1e30", "--folds", "3", "-o", "a.h5")
        found = self.check("a.h5")
        self.assertEqual((found["aliases"], found["left_out"]), ([1, 2], [5]))
        text = self.succeed("compare", "a.h5")[0]
        for words in ("1 = 0, 2 = 0", "Left out, without a score in every fold: config 5 (",
                      "These tests see little: with 3 folds"):
            self.assertIn(words, text)

    def test_where_no_test_is_possible(self):
        for name, options, words in (
                ("one.h5", ("--folds", "1"), ["one.h5", "one fold", "--folds 10"]),
                ("zero.h5", ("--folds", "0", "--repeats", "3"), ["zero.h5", "trained on"])):
            self.succeed(*MOONS, "--activation", "tanh,relu", *options, "-o", name)
            self.refuse(1, words, "compare", name)
        self.succeed(*MOONS, "--folds", "3", "-o", "single.h5")
        self.refuse(1, ["single.h5", "nothing to compare"], "compare", "single.h5")

    def test_wrong_usage(self):
        self.refuse(2, ["results file"], "compare")
        self.refuse(2, ["--rope", "'x'"], "compare", "x.h5", "--rope", "x")
        self.refuse(2, ["--rope", "at least 0"], "compare", "x.h5", "--rope", "-0.1")
        self.refuse(2, ["--format", "markdown"], "compare", "x.h5", "--format", "markdwn")
        self.refuse(2, ["--rope"], "compare", "x.h5", "--rop", "1")
        self.refuse(1, ["x.h5"], "compare", "x.h5")


if __name__ == "__main__":
    unittest.main()
