"""`mlpgrid table` as JSON and CSV in scripts that were written for GridSearchCV.cv_results_."""

import io
import json
import unittest

import h5py
import numpy
import pandas
from scipy import stats

from program import ProgramTest

AXES = {"hidden_layer_sizes": ["2", "8"], "activation": ["tanh", "relu", "identity"],
        "learning_rate_init": [0.02, 0.005]}
FOLDS = 4
# What GridSearchCV(return_train_score=True) has beside the axes.
NAMES = [f"{what}_{name}" for name in ("fit_time", "score_time", "test_score", "train_score")
         for what in ("mean", "std")]
NAMES += [f"split{i}_{part}_score" for i in range(FOLDS) for part in ("test", "train")]
NAMES += ["rank_test_score", "params"]


class CvResults(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("run", "--data", "moons", "--samples", "100", "--max-iter", "20", "--folds",
                     FOLDS, "-o", "m.h5",
                     *(text for name, values in AXES.items()
                       for text in ("--" + name.replace("_", "-"), ",".join(map(str, values)))))
        self.cv_results = json.loads(self.table("json"))

    def table(self, form, name="m.h5"):
        return self.succeed("table", name, "--format", form)[0]

    def test_names_and_values(self):
        results = self.cv_results
        self.assertLessEqual(set(NAMES) | {f"param_{axis}" for axis in AXES}, set(results))
        with h5py.File(self.folder / "m.h5") as file:
            for name in ("mean_test_score", "std_test_score", "rank_test_score",
                         "param_learning_rate_init"):
                self.assertEqual(results[name], list(file[name][:]), name)
            for name in ("split_test_score", "split_train_score"):
                for fold in range(FOLDS):
                    self.assertEqual(results[name.replace("split", f"split{fold}")],
                                     list(file[name][:, fold]))
            for name in ("fit_time", "score_time"):
                seconds = file[f"timing/{name}_s"][:]
                numpy.testing.assert_allclose(results[f"mean_{name}"], seconds.mean(axis=1))
                numpy.testing.assert_allclose(results[f"std_{name}"], seconds.std(axis=1))
            train = file["split_train_score"][:]
            numpy.testing.assert_allclose(results["mean_train_score"], train.mean(axis=1))
            numpy.testing.assert_allclose(results["std_train_score"], train.std(axis=1))

    def test_params(self):
        results = self.cv_results
        for i, params in enumerate(results["params"]):
            for axis in AXES:
                self.assertEqual(params[axis], results[f"param_{axis}"][i])
        best = results["params"][numpy.argmin(results["rank_test_score"])]
        with h5py.File(self.folder / "m.h5") as file:
            label = file["label"].asstr()[file["mean_test_score"][:].argmax()]
        self.assertEqual(label, " ".join(f"{axis}={best[axis]}" for axis in AXES))

    def test_scores_reshaped_by_the_axes(self):
        """As every heat map of a grid search does."""
        scores = numpy.reshape(self.cv_results["mean_test_score"], [len(v) for v in AXES.values()])
        with h5py.File(self.folder / "m.h5") as file:
            for i, j, k in numpy.ndindex(scores.shape):
                at = ((file["param_hidden_layer_sizes"].asstr()[:] == AXES["hidden_layer_sizes"][i])
                      & (file["param_activation"].asstr()[:] == AXES["activation"][j])
                      & (file["param_learning_rate_init"][:] == AXES["learning_rate_init"][k]))
                self.assertEqual(scores[i, j, k], file["mean_test_score"][at][0])

    def test_the_same_frame_from_json_and_csv(self):
        frame = pandas.DataFrame(self.cv_results)
        read = pandas.read_csv(io.StringIO(self.table("csv")), float_precision="round_trip")
        read["params"] = read["params"].map(json.loads)
        frame["param_hidden_layer_sizes"] = frame["param_hidden_layer_sizes"].astype(int)
        # whole numbers have no point in CSV, so that columns of doubles may be read as integers
        pandas.testing.assert_frame_equal(frame, read, check_exact=True, check_dtype=False)

    def test_missing_scores_are_nan(self):
        self.succeed("run", "--data", "moons", "--solver", "sgd", "--max-iter", "5",
                     "--learning-rate-init", "0.01,1e30", "--folds", "2", "-o", "d.h5")
        frame = pandas.DataFrame(json.loads(self.table("json", "d.h5")))
        read = pandas.read_csv(io.StringIO(self.table("csv", "d.h5")))
        for table in (frame, read):
            for name in ("mean_test_score", "std_test_score", "split0_test_score"):
                self.assertEqual(table[name].dtype, float, name)
                self.assertEqual(list(table[name].isna()), [False, True], name)
            self.assertEqual(list(table["rank_test_score"]), [1, 2])

    def test_scikit_learns_comparison_of_models(self):
        """The code of its example "Statistical comparison of models using grid search" on the
        table, with what `mlpgrid compare` says. The example's p values are one-tailed."""
        results_df = pandas.DataFrame(self.cv_results).sort_values(by=["rank_test_score"])
        results_df = results_df.set_index(
            results_df["params"].apply(lambda x: "_".join(str(val) for val in x.values()))
        ).rename_axis("model")
        model_scores = results_df.filter(regex=r"split\d*_test_score")
        compare = json.loads(self.succeed("compare", "m.h5", "--format", "json")[0])
        ours = pandas.DataFrame(compare["comparisons"]).set_index("config")

        model_1_scores = model_scores.iloc[0].values
        n, n_train, n_test = FOLDS, 75, 25
        rope_interval = [-0.01, 0.01]
        self.assertEqual(results_df["config"][0], compare["best_config"])
        for i in range(1, len(model_scores)):
            differences = model_scores.iloc[i].values - model_1_scores
            corrected_var = numpy.var(differences, ddof=1) * (1 / n + n_test / n_train)
            std = numpy.sqrt(corrected_var)
            row = ours.loc[results_df["config"][i]]
            if std == 0:
                self.assertEqual(row["corrected_std"], 0)
                continue
            t_post = stats.t(n - 1, loc=numpy.mean(differences), scale=std)
            for name, value in (
                    ("p_val", 2 * stats.t.sf(abs(numpy.mean(differences) / std), n - 1)),
                    ("worse_prob", t_post.cdf(rope_interval[0])),
                    ("better_prob", 1 - t_post.cdf(rope_interval[1])),
                    ("rope_prob", t_post.cdf(rope_interval[1]) - t_post.cdf(rope_interval[0]))):
                self.assertAlmostEqual(row[name], value, 9, name)


if __name__ == "__main__":
    unittest.main()
