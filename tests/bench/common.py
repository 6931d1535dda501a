"""What the benchmarks share: their options, the program's runs, the data, one thread per peer.

Import it before NumPy and PyTorch: their thread pools read the environment when they load.
"""
import argparse
import collections
import gzip
import os
import subprocess
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import h5py
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What the preset fashion-solver-grid says, for the peers.
LAYERS = (128, 64, 32)
SAMPLES = 8000
# One fit of it without the refit: the same third of the rows held out for everybody.
ONE_FIT = ("fashion-solver-grid", "--folds", "1", "--test-size", "0.333333", "--refit", "false",
           "-j", "1")


def parser(doc, runs=3):
    result = argparse.ArgumentParser(description=doc,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/mlpgrid"))
    result.add_argument("--runs", type=int, default=runs, help="medians over so many (%(default)s)")
    return result


def add_data_dir(options):
    options.add_argument("--data-dir", default=os.environ.get("MLPGRID_DATA_DIR"),
                         required="MLPGRID_DATA_DIR" not in os.environ,
                         help="the folder with fashion-mnist/ in it ($MLPGRID_DATA_DIR)")


# Wall seconds; and per config and fold: seconds of training and of scoring, epochs, last loss.
Run = collections.namedtuple("Run", "wall fit score n_iter loss")


def run(program, output, *options):
    start = time.perf_counter()
    subprocess.run([program, "run", *map(str, options), "-o", output, "--force", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    with h5py.File(output) as file:
        n_iter = file["n_iter"][:]
        loss = np.take_along_axis(file["train_loss"][:], n_iter[..., None] - 1, axis=2)[..., 0]
        return Run(wall, file["timing/fit_time_s"][:], file["timing/score_time_s"][:], n_iter, loss)


def one_fit_rows(output):
    """The training rows of a ONE_FIT run, in the order in which it took them."""
    with h5py.File(output) as file:
        return file["fold_rows/train_0"][:]


def fit_options(config, max_iter):
    solver, rate, batch = config
    return ("--solver", solver, "--learning-rate-init", rate, "--batch-size", batch,
            "--max-iter", max_iter)


def sklearn_estimator(config, max_iter):
    from sklearn.neural_network import MLPClassifier
    solver, rate, batch = config
    return MLPClassifier(hidden_layer_sizes=LAYERS, max_iter=max_iter, random_state=42,
                         solver=solver, learning_rate_init=rate, batch_size=batch)


def sklearn_fit(config, max_iter, x, y):
    """Seconds and epochs."""
    model = sklearn_estimator(config, max_iter)
    start = time.perf_counter()
    model.fit(x, y)
    return time.perf_counter() - start, model.n_iter_


def read_idx(path):
    opener = gzip.open if os.path.exists(path + ".gz") else open
    with opener(path + (".gz" if opener is gzip.open else ""), "rb") as file:
        raw = file.read()
    shape = [int.from_bytes(raw[4 + 4 * i: 8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def fashion_mnist(data_dir):
    """Rows in float64 and labels, as the preset takes them."""
    folder = os.path.join(data_dir, "fashion-mnist")
    images = read_idx(os.path.join(folder, "train-images-idx3-ubyte"))[:SAMPLES]
    labels = read_idx(os.path.join(folder, "train-labels-idx1-ubyte"))[:SAMPLES]
    return images.reshape(SAMPLES, -1) / 255.0, labels.astype(np.int64)


def print_versions(program, *modules):
    """And ends the script where NumPy runs on a slow BLAS."""
    from threadpoolctl import threadpool_info
    blas = [f"OpenBLAS {pool['version']} {pool.get('architecture', '')}"
            for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    if not blas:
        sys.exit("NumPy does not run on OpenBLAS: apt-get install libopenblas0-pthread")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    print("; ".join([version.stdout.strip().replace("\n", "; "), blas[0]]
                    + [f"{module.__name__} {module.__version__}" for module in modules]))
