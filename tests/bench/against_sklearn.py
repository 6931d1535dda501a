#!/usr/bin/python3
"""The Fashion-MNIST grid: this program against scikit-learn's GridSearchCV, on the same rows.

Needs Debian's python3-sklearn, python3-h5py and libopenblas0-pthread (without the last, NumPy runs
on a BLAS several times slower), the built program and the data sets:

    tests/bench/against_sklearn.py --data-dir DIR                 # a few configs, per config
    tests/bench/against_sklearn.py --data-dir DIR --whole-grid    # and both whole grids, 27 x 3 + refit

Per config one fit trains on one thread on both sides (OPENBLAS_NUM_THREADS=1), in turn, several
times; the ratio is that of the medians. Ours scores the held-out rows after every epoch unless
--eval-every 0 is given; scikit-learn never does. The whole grids use two jobs each.
"""
import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import h5py
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONFIGS = [("lbfgs", 0.002, 64)] + [
    (solver, 0.002, batch) for solver in ("sgd", "adam") for batch in (64, 128, 256)
]
LAYERS = (128, 64, 32)
SAMPLES = 8000


def read_idx(path):
    opener = gzip.open if os.path.exists(path + ".gz") else open
    with opener(path + (".gz" if opener is gzip.open else ""), "rb") as file:
        raw = file.read()
    shape = [int.from_bytes(raw[4 + 4 * i: 8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def load(data_dir):
    folder = os.path.join(data_dir, "fashion-mnist")
    images = read_idx(os.path.join(folder, "train-images-idx3-ubyte"))[:SAMPLES]
    labels = read_idx(os.path.join(folder, "train-labels-idx1-ubyte"))[:SAMPLES]
    return images.reshape(SAMPLES, -1) / 255.0, labels.astype(int)


def estimator(solver="adam", rate=0.002, batch=64):
    from sklearn.neural_network import MLPClassifier
    return MLPClassifier(hidden_layer_sizes=LAYERS, max_iter=100, random_state=42, solver=solver,
                         learning_rate_init=rate, batch_size=batch)


def sklearn_fit_seconds(config, x, y):
    from sklearn.model_selection import StratifiedKFold
    train, _ = next(StratifiedKFold(3).split(x, y))
    model = estimator(*config)
    start = time.perf_counter()
    model.fit(x[train], y[train])
    return time.perf_counter() - start, model.n_iter_


def our_command(args, output, extra):
    return [args.program, "run", "fashion-solver-grid", "--data-dir", args.data_dir, "-o", output,
            "--quiet", "--force", "--precision", args.precision,
            "--eval-every", str(args.eval_every), *extra]


def our_fit_seconds(args, config, folder):
    """Fit time of fold 0 with its evaluations, as the file has it."""
    output = os.path.join(folder, "one.h5")
    solver, rate, batch = config
    subprocess.run(our_command(args, output, ["-j", "1", "--refit", "false", "--solver", solver,
                                              "--learning-rate-init", str(rate),
                                              "--batch-size", str(batch)]),
                   check=True, stdout=subprocess.DEVNULL)
    with h5py.File(output) as file:
        seconds = file["timing/fit_time_s"][0] + file["timing/score_time_s"][0]
        return float(seconds[0]), int(file["n_iter"][0][0])


def compare_fits(args, x, y, folder):
    print(f"{'config':28} {'sklearn s':>10} {'ours s':>8} {'ratio':>6}   n_iter")
    ratios = []
    for config in CONFIGS:
        theirs, ours = [], []
        for _ in range(args.runs):
            seconds, their_epochs = sklearn_fit_seconds(config, x, y)
            theirs.append(seconds)
            seconds, our_epochs = our_fit_seconds(args, config, folder)
            ours.append(seconds)
        ratio = statistics.median(theirs) / statistics.median(ours)
        ratios.append(ratio)
        name = "{} {} {}".format(*config)
        print(f"{name:28} {statistics.median(theirs):10.2f} {statistics.median(ours):8.2f} "
              f"{ratio:6.1f}   {their_epochs} / {our_epochs}", flush=True)
    print(f"geometric mean of the ratios: {statistics.geometric_mean(ratios):.1f}")


def compare_grids(args, x, y, folder):
    from sklearn.model_selection import GridSearchCV
    output = os.path.join(folder, "grid.h5")
    start = time.perf_counter()
    subprocess.run(our_command(args, output, ["-j", "2"]), check=True, stdout=subprocess.DEVNULL)
    ours = time.perf_counter() - start
    print(f"whole grid, ours, -j 2: {ours:.1f} s", flush=True)
    grid = {"solver": ["lbfgs", "sgd", "adam"], "learning_rate_init": [0.2, 0.002, 0.00002],
            "batch_size": [64, 128, 256]}
    search = GridSearchCV(estimator(), grid, cv=3, n_jobs=2)
    start = time.perf_counter()
    search.fit(x, y)
    theirs = time.perf_counter() - start
    print(f"whole grid, GridSearchCV(n_jobs=2): {theirs:.1f} s, ratio {theirs / ours:.1f}")
    # scikit-learn repeats the L-BFGS fits nine times; ours shares them.
    seconds = search.cv_results_["mean_fit_time"]
    solvers = [p["solver"] for p in search.cv_results_["params"]]
    repeated = sum(s for s, solver in zip(seconds, solvers) if solver == "lbfgs") * 8 / 9
    distinct = theirs * (1 - repeated / sum(seconds))
    print(f"of which the 19 distinct configs: {distinct:.1f} s, ratio {distinct / ours:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", default=os.environ.get("MLPGRID_DATA_DIR"))
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/mlpgrid"))
    parser.add_argument("--precision", default="float32", choices=["float32", "float64"])
    parser.add_argument("--eval-every", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--whole-grid", action="store_true")
    args = parser.parse_args()
    if not args.data_dir:
        sys.exit("say where the data are: --data-dir DIR, with DIR/fashion-mnist in it")
    import warnings
    warnings.filterwarnings("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"  # for GridSearchCV's workers
    x, y = load(args.data_dir)
    from threadpoolctl import threadpool_info
    blas = [f"{b['internal_api']} {b['version']} {b.get('architecture', '')}"
            for b in threadpool_info() if b["user_api"] == "blas"]
    if not any("openblas" in name for name in blas):
        sys.exit("NumPy does not run on OpenBLAS: apt-get install libopenblas0-pthread")
    version = subprocess.run([args.program, "--version"], capture_output=True, text=True).stdout
    print(version.strip().replace("\n", "; "))
    print(f"ours: {args.precision}, eval-every {args.eval_every}; "
          f"scikit-learn: float64 on {blas[0]}; medians of {args.runs} runs")
    with tempfile.TemporaryDirectory() as folder:
        compare_fits(args, x, y, folder)
        if args.whole_grid:
            compare_grids(args, x, y, folder)


if __name__ == "__main__":
    main()
