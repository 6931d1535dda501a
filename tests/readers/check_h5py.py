"""The sample file through h5py: values, strings, dimension scales, attributes, groups, plots."""
import sys

import sample

h5py = sample.need("h5py")

with h5py.File(sys.argv[1], "r") as f:
    check = sample.check
    check(list(f["label"].asstr()[()]), sample.LABEL, "label")
    check(list(f["param_activation"].asstr()[()]), sample.ACTIVATION, "param_activation")
    check(f["param_learning_rate_init"][()], sample.LEARNING_RATE_INIT, "param_learning_rate_init")
    check(f["epoch"][()], [1, 2, 3], "epoch")
    check(f["alias_of"][()], [0, 1, 0, 3], "alias_of")
    check(f["split_test_score"][()], sample.SPLIT_TEST_SCORE, "split_test_score")
    check(f["mean_test_score"][()], sample.MEAN_TEST_SCORE, "mean_test_score")
    check(f["rank_test_score"][()], sample.RANK_TEST_SCORE, "rank_test_score")
    check(f["n_iter"][()], sample.N_ITER, "n_iter")
    check(f["status"][()], sample.STATUS, "status")
    check(f["error"].asstr()[()], sample.ERROR, "error")
    check(f["train_loss"][0], sample.TRAIN_LOSS_0, "train_loss of config 0")
    check(f["train_loss"][2], sample.TRAIN_LOSS_0, "train_loss of its alias")

    for name, dims in ([(n, ["config"]) for n in sample.PARAMS + sample.BY_CONFIG + ["label"]]
                       + [(n, ["config", "fold"]) for n in sample.BY_FOLD]
                       + [(n, ["config", "fold", "epoch"]) for n in sample.CURVES]):
        check([d[0].name for d in f[name].dims], ["/" + d for d in dims], f"dims of {name}")
        if f[name].dtype.kind == "f":
            check(f[name].attrs["_FillValue"].dtype, f[name].dtype, f"_FillValue of {name}")
    check(f["train_loss"].chunks, f["train_loss"].shape, "chunks")  # whole blocks of configs
    check((f["train_loss"].shuffle, f["train_loss"].compression), (True, "gzip"), "filters")
    check(f["status"].attrs["flag_values"], [0, 1, 2, 3, 4, 5], "flag_values")
    check(f["status"].attrs["flag_meanings"],
          "not_run converged max_epochs early_stopped diverged failed", "flag_meanings")

    check(f.attrs["title"], "sample grid", "title")
    check(f.attrs["experiment"], sample.EXPERIMENT, "experiment")
    check(int(f.attrs["schema_version"]), 1, "schema_version")
    check(f["environment"].attrs["cpu"], "a \u00b5processor", "cpu")

    plots = f[f.attrs["default"]]
    check(plots.attrs["NX_class"], "NXentry", "default entry")
    plot = plots[plots.attrs["default"]]
    check(plot.attrs["NX_class"], "NXdata", "default plot")
    check(plot[plot.attrs["signal"]][2], f["val_loss"][2].tolist(), "signal of the default plot")
    check(plot["val_loss"].attrs["interpretation"], "spectrum", "how to draw it")
    check(list(plot.attrs["auxiliary_signals"]), ["train_loss"], "curve beside it")
    check(list(plot.attrs["default_slice"]), ["1", "0", "."], "the best config's curve comes first")
    check(plots["mean_test_score/mean_test_score_errors"][()], f["std_test_score"][()].tolist(), "errors")
    for name in sample.CURVES:
        plot = f["plots"][name]
        check(plot[name].shape, tuple(len(plot[a]) for a in plot.attrs["axes"]), f"plot {name}")

    model = f["best_model"]
    check(int(model.attrs["config"]), 1, "best config")
    check(float(model.attrs["test_score"]), 0.8125, "test_score of the best model")
    check([model[f"weights_{i}"].shape for i in (0, 1)], [(2, 4), (4, 3)], "weights")
    check(str(model["weights_0"].dtype), "float32", "precision")
    check(list(model["class_names"].asstr()[()]), sample.CLASS_NAMES, "class_names")
    check(model["weights_1"][3], [10, 11, 12.5], "weights_1")
    check(f["models/0/fold_0/layer_sizes"][()], [2, 4, 3], "models/0/fold_0")
    check(f["confusion/counts"][2, 1], [[5, 1, 0], [2, 4, 0], [0, 0, 6]], "confusion")
    check(f["confusion/precision"][2, 1], [5 / 7, 4 / 5, 1.0], "precision")
    check(f["confusion/recall"][3], [[5 / 6, 4 / 6, 1.0], [sample.NAN] * 3], "recall")
    check(f["confusion/support"][1, 0], [6, 6, 7], "support")
    check([d[0].name for d in f["confusion/f1"].dims],
          ["/config", "/fold", "/confusion/true_class"], "dims of f1")
    check(f["confusion/test_counts"][0, 0], [[3, 1, 0], [1, 2, 0], [0, 0, 3]], "test_counts")
    check(f["test_elementwise_accuracy"][0], [26 / 30, 26 / 30], "test_elementwise_accuracy")
    check(f["fold_rows/train_0"][()], [3, 4, 5, 0], "fold_rows")
    check(f["timing/fit_time_s"][1], [0.5, 0.75], "timing")
