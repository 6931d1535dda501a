#!/usr/bin/python3
"""The Fashion-MNIST grid: this program against scikit-learn, on the same rows.

Needs Debian's python3-sklearn, python3-h5py and libopenblas0-pthread (without the last, NumPy runs
on a BLAS several times slower), the built program and the data set:

    tests/bench/against_sklearn.py --data-dir DIR                 # single fits, config by config
    tests/bench/against_sklearn.py --data-dir DIR --whole-grid    # GridSearchCV, 27 x 3 + refit

Single fits train on one thread, in turn, and are compared per epoch, as the precisions may stop at
different epochs. Ours is float32, with and without curves of the held-out rows, which scikit-learn
never has; with curves, all scoring counts as time. The whole grids use two jobs each.
"""
import os
import tempfile
import time
import warnings
from statistics import geometric_mean, median

import common
import numpy as np
import sklearn

CONFIGS = [("lbfgs", 0.002, 64)] + [
    (solver, 0.002, batch) for solver in ("sgd", "adam") for batch in (64, 128, 256)
]
CURVES = {"on": 1, "off": 0}


def our_fit(args, config, curves, output):
    """Seconds and epochs."""
    run = common.run(args.program, output, *common.ONE_FIT, "--data-dir", args.data_dir,
                     *common.fit_options(config, args.max_iter), "--eval-every", CURVES[curves])
    return (run.fit + (run.score if curves == "on" else 0)).item(), run.n_iter.item()


def compare_fits(args, x, y, folder):
    names = ["float64", "float32", "on", "off"]
    print("seconds of a fit (epochs): scikit-learn float64, float32, ours with curves on, off;\n"
          "scikit-learn / ours, per epoch: float64/on, float64/off, float32/on, float32/off")
    output = os.path.join(folder, "one.h5")
    all_ratios = []
    for config in CONFIGS:
        fits = {name: [] for name in names}
        for _ in range(args.runs):
            for curves in CURVES:
                fits[curves].append(our_fit(args, config, curves, output))
            rows = common.one_fit_rows(output)
            for dtype in ("float64", "float32"):
                fits[dtype].append(common.sklearn_fit(config, args.max_iter, x[rows].astype(dtype),
                                                      y[rows]))
        seconds = {name: median(s for s, _ in fits[name]) for name in names}
        epochs = {name: fits[name][0][1] for name in names}
        each = {name: seconds[name] / epochs[name] for name in names}
        ratios = [each[theirs] / each[ours] for theirs in names[:2] for ours in names[2:]]
        all_ratios.append(ratios)
        print("{:6}{:<7}{:<4}".format(*config)
              + "".join(f"{seconds[name]:8.2f} ({epochs[name]:3})" for name in names)
              + "".join(f"{ratio:7.2f}" for ratio in ratios), flush=True)
    print(f"{'geometric means':69}"
          + "".join(f"{geometric_mean(column):7.2f}" for column in zip(*all_ratios)))


def sklearn_grid(args, x, y):
    """Seconds of the whole grid, and without repeating the fits of L-BFGS, which ours shares."""
    from sklearn.model_selection import GridSearchCV
    grid = {"solver": ["lbfgs", "sgd", "adam"], "learning_rate_init": [0.2, 0.002, 0.00002],
            "batch_size": [64, 128, 256]}
    search = GridSearchCV(common.sklearn_estimator(CONFIGS[0], args.max_iter), grid, cv=3, n_jobs=2)
    start = time.perf_counter()
    search.fit(x, y)
    whole = time.perf_counter() - start
    result = search.cv_results_
    seconds = 3 * (result["mean_fit_time"] + result["mean_score_time"])  # of the three folds
    repeated = seconds[result["param_solver"] == "lbfgs"].sum() * 8 / 9
    return whole, whole - repeated / 2  # jobs


def compare_grids(args, x, y, folder):
    ours = {curves: [] for curves in CURVES}

    def run_ours():
        for curves, eval_every in CURVES.items():
            run = common.run(args.program, os.path.join(folder, "grid.h5"), "fashion-solver-grid",
                             "--data-dir", args.data_dir, "--max-iter", args.max_iter,
                             "--eval-every", eval_every, "-j", "2")
            ours[curves].append(run.wall)
            print(f"ours, -j 2, curves {curves}: {run.wall:.1f} s", flush=True)

    run_ours()
    whole, distinct = sklearn_grid(args, x, y)
    print(f"GridSearchCV(n_jobs=2), float64: {whole:.1f} s, "
          f"its 19 distinct configs {distinct:.1f} s", flush=True)
    run_ours()  # again: the machine may have changed its mind meanwhile
    for curves, seconds in ours.items():
        print(f"ratio with curves {curves}: whole grid {whole / median(seconds):.2f}, "
              f"distinct configs {distinct / median(seconds):.2f}")


def main():
    options = common.parser(__doc__)
    common.add_data_dir(options)
    options.add_argument("--max-iter", type=int, default=100)
    options.add_argument("--whole-grid", action="store_true")
    args = options.parse_args()
    warnings.filterwarnings("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"  # for GridSearchCV's workers
    common.print_versions(args.program, sklearn, np)
    x, y = common.fashion_mnist(args.data_dir)
    with tempfile.TemporaryDirectory() as folder:
        (compare_grids if args.whole_grid else compare_fits)(args, x, y, folder)


if __name__ == "__main__":
    main()
