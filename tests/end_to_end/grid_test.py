"""Small grids from the command line to the results file."""

import json
import os
import unittest

import h5py
import numpy

from program import ProgramTest, make_image_set

SMALL = ("quickstart", "--samples", "120", "--max-iter", "3", "--hidden-layer-sizes", "8")


# An option that changes a fit, two values of it, and what has to be given beside it so that it does.
SGD = ("--solver", "sgd")
AXES = {
    "max-iter": ("2,4", ()),
    "tol": ("0,1000", ("--n-iter-no-change", "1")),
    "n-iter-no-change": ("1,50", ("--tol", "1000")),
    "early-stopping": ("false,true", ()),
    "validation-fraction": ("0.2,0.5", ("--early-stopping",)),
    "patience": ("0,1", ("--monitor", "val_score")),
    "monitor": ("val_loss,train_loss", ("--restore-best", "--learning-rate-init", "0.5")),
    "restore-best": ("false,true", (*SGD, "--learning-rate-init", "5")),
    "stop-val-loss-sum": ("0,1000", ()),
    "shuffle": ("true,false", ()),
    "nesterovs-momentum": ("true,false", SGD),
    "beta-1": ("0.9,0.5", ()),
    "beta-2": ("0.999,0.5", ()),
    "epsilon": ("1e-08,0.01", ()),
    "power-t": ("0.5,1", (*SGD, "--learning-rate", "invscaling")),
    "regularization-rate": ("0.01,0.1", (*SGD, "--regularization", "l1")),
    "max-fun": ("15000,2", ("--solver", "lbfgs")),
    "bias-init": ("auto,0.5", ()),
    "init-order": ("weights-first,bias-first", ()),
    "output": ("logistic,softmax", ()),
    "loss": ("log_loss,squared_error", ()),
    "gradient-of": ("loss,squared_error", SGD),
    "precision": ("float32,float64", ()),
    "scale": ("none,standard", ()),
    "scale-on": ("train,all", ("--scale", "standard")),
    "target-scale": ("none,standard", ("--data", "line")),
}


class Axes(ProgramTest):
    def test_a_config_of_a_grid_is_the_option_alone(self):
        small = ("run", "--data", "moons", "--samples", "80", "--max-iter", "6", "--batch-size",
                 "16", "--hidden-layer-sizes", "5", "--folds", "2", "--quiet", "--force")
        for option, (values, beside) in AXES.items():
            arguments = list(small)
            for name in {f"--{option}", *beside} & set(small):
                at = arguments.index(name)
                del arguments[at:at + 2]
            with self.subTest(option):
                self.succeed(*arguments, *beside, f"--{option}", values, "-o", "grid.h5")
                with h5py.File(self.folder / "grid.h5") as grid:
                    name = "param_" + option.replace("-", "_")
                    shown = [v.decode() if isinstance(v, bytes) else f"{v:g}"
                             for v in grid[name][:]]
                    self.assertEqual(shown, [v if not v[0].isdigit() else f"{float(v):g}"
                                             for v in values.split(",")])
                    self.assertEqual(list(grid["alias_of"]), [0, 1])
                    losses = grid["train_loss"][:]
                    self.assertFalse(numpy.array_equal(losses[0], losses[1], equal_nan=True)
                                     and numpy.array_equal(grid["split_test_score"][0],
                                                           grid["split_test_score"][1]))
                    for config, value in enumerate(values.split(",")):
                        self.succeed(*arguments, *beside, f"--{option}", value, "-o", "one.h5")
                        with h5py.File(self.folder / "one.h5") as one:
                            for curve in ("train_loss", "val_loss", "val_score"):
                                epochs = one[curve].shape[2]
                                numpy.testing.assert_array_equal(grid[curve][config, :, :epochs],
                                                                 one[curve][0])
                                self.assertTrue(numpy.isnan(grid[curve][config, :, epochs:]).all())
                            for score in ("split_test_score", "split_train_score", "n_iter"):
                                numpy.testing.assert_array_equal(grid[score][config], one[score][0])


class Grid(ProgramTest):
    def test_quickstart_like_grid(self):
        out, err = self.succeed("run", *SMALL)
        self.assertIn("relu", out)
        self.assertIn("quickstart.h5", err)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["quickstart.h5"])
        with h5py.File(self.folder / "quickstart.h5") as file:
            self.assertEqual(file["mean_test_score"].shape, (9,))
            self.assertEqual(file["train_loss"].shape, (9, 3, 3))
            scores = file["split_test_score"][:]
            numpy.testing.assert_allclose(file["mean_test_score"][:], scores.mean(axis=1), rtol=1e-15)
            self.assertEqual(file["rank_test_score"][:].min(), 1)
            self.assertEqual(file["label"].asstr()[0], "activation=logistic init=sklearn")
            self.assertIn("best_model", file)
            self.assertIn("isa", file["environment"].attrs)

    def test_threads_do_not_matter(self):
        self.succeed("run", *SMALL, "-j", "1", "-o", "one.h5", "--quiet")
        self.succeed("run", *SMALL, "-j", "2", "-o", "two.h5", "--quiet")
        self.assert_same_results("one.h5", "two.h5")

    def test_instruction_sets_do_not_matter(self):
        version, _ = self.succeed("--version")
        isas = [l for l in version.splitlines() if l.startswith("instruction sets")][0].split()[2:]
        for isa in isas:
            self.succeed("run", *SMALL, "--solver", "adam,lbfgs", "--isa", isa, "-o", f"{isa}.h5")
            self.assert_same_results(f"{isas[0]}.h5", f"{isa}.h5")
            with h5py.File(self.folder / f"{isa}.h5") as file:
                self.assertEqual(file["environment"].attrs["isa"], isa)

    def test_the_stored_experiment_gives_the_same_run(self):
        self.succeed("run", *SMALL, "-o", "a.h5")
        with h5py.File(self.folder / "a.h5") as file:
            self.write("again.ini", file.attrs["experiment"])
        self.succeed("run", "again.ini", "-o", "b.h5")
        self.assert_same_results("a.h5", "b.h5")

    def test_file_and_flags(self):
        self.write("mine.ini", "# mine\ndata = moons\nsolver = sgd,lbfgs\nbatch-size = 10,20\n"
                               "max-iter = 4 # few\n")
        shown, _ = self.succeed("show", "mine.ini", "--max-iter", "2")
        self.assertIn("max-iter = 2\n", shown)
        self.assertIn("data = moons\n", shown)
        self.succeed("run", "mine.ini", "--max-iter", "2")
        with h5py.File(self.folder / "mine.h5") as file:
            self.assertEqual(list(file["alias_of"]), [0, 1, 2, 2])
            self.assertEqual(file["train_loss"].shape, (4, 3, 2))

    def test_diverging_fits_rank_last_and_the_grid_goes_on(self):
        out, _ = self.succeed("run", "--data", "moons", "--init", "sklearn", "--activation", "relu",
                              "--solver", "sgd", "--learning-rate-init", "1000000,0.01",
                              "--max-iter", "30", "-o", "d.h5")
        self.assertIn("diverged", out)
        with h5py.File(self.folder / "d.h5") as file:
            meanings = file["status"].attrs["flag_meanings"]
            meanings = meanings.decode() if isinstance(meanings, bytes) else meanings
            names = dict(zip(file["status"].attrs["flag_values"], meanings.split()))
            status = [names[s] for s in file["status"][0]]
            self.assertIn("diverged", status)
            self.assertEqual(list(file["rank_test_score"]), [2, 1])

    def test_hold_out_split_keeps_the_fit_itself(self):
        for folds in ("0", "1"):
            self.succeed("run", "--data", "moons", "--folds", folds, "--repeats", "2",
                         "--activation", "tanh", "--init", "sklearn",
                         "--max-iter", "3", "-o", f"{folds}.h5")
            with h5py.File(self.folder / f"{folds}.h5") as file:
                self.assertEqual(file["split_test_score"].shape, (1, 2))
                self.assertEqual(list(file["fold_seed"]), [0, 1])
                self.assertIn("best_model", file)

    def test_data_without_a_name_start_from_the_defaults(self):
        self.succeed("run", "--data", "moons", "--max-iter", "2")
        with h5py.File(self.folder / "moons.h5") as file:
            self.assertEqual(file.attrs["title"], "moons")
            self.assertEqual(list(file["param_hidden_layer_sizes"].asstr()), ["100"])

    def test_regression_and_autoencoder(self):
        rows = "\n".join(f"{i / 10},{(i * 7) % 11},{i * 0.3 - 2}" for i in range(60))
        self.write("r.csv", "a,b,y\n" + rows + "\n")
        self.write("r.ini", "csv = r.csv\ndata = csv\ntarget = y\nscale = standard\nmax-iter = 5\n"
                            "target-scale = standard\n")
        self.succeed("run", "r.ini")
        with h5py.File(self.folder / "r.h5") as file:
            self.assertIn("scoring = r2\n", file.attrs["experiment"])
            self.assertIn(f"csv = {self.folder / 'r.csv'}\n".replace("/private", ""),
                          file.attrs["experiment"])
        self.write("a.ini", "task = autoencoder\nhidden-layer-sizes = 4\nmax-iter = 2\n"
                            "samples = 30\n")
        self.succeed("run", "a.ini")
        with h5py.File(self.folder / "a.h5") as file:
            self.assertTrue((file["split_test_score"][:] < 0).all())

    def test_dry_run_trains_and_writes_nothing(self):
        out, _ = self.succeed("run", *SMALL, "--dry-run")
        for words in ("784", "sha256", "configs     9", "fits        28", "max-iter = 3", "memory"):
            self.assertIn(words, out)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_quiet_says_nothing_while_it_runs(self):
        _, loud = self.succeed("run", *SMALL, "-o", "loud.h5")
        _, quiet = self.succeed("run", *SMALL, "-o", "quiet.h5", "--quiet")
        self.assertNotIn("fits,", quiet)
        self.assertIn("Results: loud.h5", loud)

    def test_list_show_version_help(self):
        self.assertIn("fashion-solver-grid", self.succeed("list")[0])
        self.assertIn("activation = logistic,tanh,relu", self.succeed("show", "quickstart")[0])
        self.assertIn("mlpgrid ", self.succeed("--version")[0])
        self.assertIn("run", self.succeed("--help")[0])
        for command in ("run", "list", "show", "table"):
            self.assertIn("usage: mlpgrid " + command, self.succeed(command, "--help")[0])

    def test_public_set_from_a_folder(self):
        """Fashion-MNIST's layout with a few made-up images."""
        make_image_set(self.folder / "sets")
        arguments = ("run", "fashion-solver-grid", "--samples", "60", "--test-samples", "20",
                     "--hidden-layer-sizes", "4", "--max-iter", "2", "--batch-size", "16")
        self.succeed(*arguments, "--data-dir", "sets", "-o", "a.h5")
        self.succeed(*arguments, "-o", "b.h5",
                     env={**os.environ, "MLPGRID_DATA_DIR": str(self.folder / "sets")})
        self.assert_same_results("a.h5", "b.h5")
        with h5py.File(self.folder / "a.h5") as file:
            self.assertFalse(numpy.isnan(file["test_score"][:]).any())

    def test_table_json_of_the_run_is_json(self):
        self.succeed("run", *SMALL)
        json.loads(self.succeed("table", "quickstart.h5", "--format", "json")[0])


if __name__ == "__main__":
    unittest.main()
