#!/usr/bin/python3
"""Every case of sklearn-fits.json, through the program and its HDF5 file.

float64 with SGD or Adam: the same n_iter, every point of the loss curve (and of the early-stopping
scores) within 1e-11 relative. L-BFGS: the same n_iter, the final loss within 1e-7. float32: every
epoch within 2e-6. Cases on Fashion-MNIST need MLPGRID_DATA_DIR.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PROGRAM = os.environ["MLPGRID_PROGRAM"]
HERE = pathlib.Path(__file__).parent


def make_moons(n, seed):
    """sklearn.datasets.make_moons(n, noise=0.2, random_state=seed), which draws in this order."""
    random = np.random.RandomState(seed)
    n_out = n // 2
    outer, inner = np.linspace(0, np.pi, n_out), np.linspace(0, np.pi, n - n_out)
    x = np.vstack([np.append(np.cos(outer), 1 - np.cos(inner)),
                   np.append(np.sin(outer), 1 - np.sin(inner) - 0.5)]).T
    order = np.arange(n)
    random.shuffle(order)
    x = x[order]
    return x + random.normal(scale=0.2, size=x.shape)


def regression_csv(case, folder):
    x = make_moons(case["n"], case["seed"])
    if case["target"].startswith("Y"):
        y = np.stack([np.sin((j + 1) * x[:, 0]) * x[:, 1] for j in range(8)], axis=1)
    else:
        y = (np.sin(x[:, 0] * 2) + x[:, 1] ** 2)[:, None]
    names = [f"y{j}" for j in range(y.shape[1])]
    path = folder / "data.csv"
    with open(path, "w") as file:
        print("x0,x1," + ",".join(names), file=file)
        for row in np.hstack([x, y]):
            print(",".join(repr(float(v)) for v in row), file=file)
    return ["--data", "csv", "--csv", path, "--target", ",".join(names), "--task", "regression"]


def data_options(case, folder):
    if case["regressor"]:
        return regression_csv(case, folder)
    if case["dataset"] == "moons":
        return ["--data", "moons", "--samples", case["n"], "--noise", 0.2, "--data-seed", case["seed"]]
    return ["--data", "fashion-mnist", "--samples", case["n"], "--scale", "unit"]


def text(value):
    if isinstance(value, list):
        return "-".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


def run(case, folder):
    options = ["--folds", 0, "--random-state", case["seed"], "--precision", case["dtype"],
               "--refit", "false"] + data_options(case, folder)
    for name, value in case["params"].items():
        options += ["--" + name.replace("_", "-"), text(value)]
    output = folder / "fit.h5"
    subprocess.run([PROGRAM, "run", "-o", output, "--quiet", "--force",
                    *map(str, options)], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(output) as file:
        n_iter = int(file["n_iter"][0, 0])
        curve = file["train_loss"][0, 0][:n_iter]
        scores = (file["early_stopping_score"][0, 0][:n_iter]
                  if "early_stopping_score" in file else None)
        return n_iter, curve, scores, float(file["split_train_score"][0, 0])


def largest(ours, theirs):
    return float(np.max(np.abs(np.asarray(ours) / np.asarray(theirs) - 1)))


def check(case, folder):
    """Worst relative difference and its bound; raises where a count differs."""
    n_iter, curve, scores, score = run(case, folder)
    assert n_iter == case["n_iter"], f"n_iter {n_iter}, expected {case['n_iter']}"
    assert abs(score - case["score"]) < 1e-6, f"score {score}, expected {case['score']}"
    if case["params"]["solver"] == "lbfgs":
        return largest(curve[-1], case["loss"]), 1e-7
    worst = largest(curve, case["loss_curve"])
    if "validation_scores" in case:
        worst = max(worst, largest(scores, case["validation_scores"]))
    return worst, 2e-6 if case["dtype"] == "float32" else 1e-11


def main():
    cases = json.loads((HERE / "sklearn-fits.json").read_text())
    has_fashion = os.path.isdir(os.path.join(os.environ.get("MLPGRID_DATA_DIR", ""), "fashion-mnist"))
    failed = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            name = f"{case['dataset']} {case['dtype']} {case['params']}"
            if case["dataset"] == "fashion" and not has_fashion:
                skipped += 1
                continue
            try:
                worst, bound = check(case, pathlib.Path(folder))
            except AssertionError as error:
                worst, bound, name = np.inf, 0.0, f"{name}: {error}"
            failed += not worst <= bound
            print(f"{'ok  ' if worst <= bound else 'FAIL'} {worst:8.1e} of {bound:.0e}  {name}")
    print(f"{len(cases) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
