#!/usr/bin/python3
"""A tiny network, 2-10-1 on the moons, full-batch gradient descent: this program against NumPy.

    tests/bench/moons_against_numpy.py

tanh, one sigmoid output, mean cross-entropy, rate 3, 10,000 epochs on 350 rows. Both start from the
same draws, and the losses they end at are printed. NumPy runs in float64, on one thread, once as it
stands and once recording the loss of every epoch, which ours always does. Ours scores no held-out
rows.
"""
import os
import tempfile
import time
from statistics import median

import common
import numpy as np
import sklearn
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

RATE = 3.0
SEED = 42


def cross_entropy(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def numpy_fit(x, y, epochs, record):
    """Seconds and the loss before the last step."""
    start = time.perf_counter()
    random = np.random.RandomState(SEED)
    w1, b1 = random.randn(2, 10), np.zeros(10)
    w2, b2 = random.randn(10, 1), np.zeros(1)
    step = RATE / len(x)
    losses = []
    for _ in range(epochs):
        hidden = np.tanh(x @ w1 + b1)
        p = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
        if record:
            losses.append(cross_entropy(p, y))
        d2 = p - y
        d1 = (d2 @ w2.T) * (1 - hidden * hidden)
        w2 -= step * (hidden.T @ d2)
        b2 -= step * d2.sum(axis=0)
        w1 -= step * (x.T @ d1)
        b1 -= step * d1.sum(axis=0)
    return time.perf_counter() - start, cross_entropy(p, y)


def main():
    options = common.parser(__doc__, runs=5)
    options.add_argument("--max-iter", type=int, default=10000)
    args = options.parse_args()
    common.print_versions(args.program, sklearn, np)
    x, y = make_moons(500, noise=0.2, random_state=SEED)
    x, _, y, _ = train_test_split(x, y[:, None].astype(float), test_size=0.3, random_state=SEED)
    command = ["--data", "moons", "--samples", "500", "--noise", "0.2", "--data-seed", SEED,
               "--folds", "1", "--test-size", "0.3", "--split-seed", SEED, "--stratify", "false",
               "--hidden-layer-sizes", "10", "--activation", "tanh", "--output", "logistic",
               "--init", "normal", "--random-state", SEED, "--solver", "sgd", "--momentum", "0",
               "--nesterovs-momentum", "false", "--batch-size", "full", "--shuffle", "false",
               "--alpha", "0", "--learning-rate-init", RATE, "--max-iter", args.max_iter,
               "--n-iter-no-change", args.max_iter, "--eval-every", "0", "--refit", "false"]
    seconds = {name: [] for name in ("NumPy", "NumPy, recording", "ours float64", "ours float32")}
    losses = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.runs):
            for name, times in seconds.items():
                if name.startswith("NumPy"):
                    time_, losses[name] = numpy_fit(x, y, args.max_iter, "recording" in name)
                else:
                    run = common.run(args.program, os.path.join(folder, "m.h5"), *command,
                                     "--precision", name.split()[1])
                    time_, losses[name] = run.fit.item(), run.loss.item()
                times.append(time_)
    peers = ("NumPy", "NumPy, recording")
    for name, times in seconds.items():
        ratios = "; ".join(f"{peer}: {median(seconds[peer]) / median(times):.2f} times ours"
                           for peer in peers) if name not in peers else ""
        print(f"{name:17}{median(times):8.4f} s   loss {losses[name]:.6f}   {ratios}")


if __name__ == "__main__":
    main()
