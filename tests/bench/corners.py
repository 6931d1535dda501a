#!/usr/bin/python3
"""Does a slow path hide in a corner? Unusual shapes and settings against their share of the work.

    tests/bench/corners.py --data-dir DIR

The work of an epoch is its multiply-adds, widths padded to 16 as the float32 kernels store them
(forward and gradient of every layer, deltas of every layer but the first), plus the solver's step,
which counts as so many multiply-adds per weight as make batches of 16 and 256 rows agree on the
preset's network. A corner's ratio is (its seconds per epoch / those of the preset at batch 64) /
(its work / the work of that). Above 2 something is slower than its work, or its work is not in
products: of tiny layers it is in loading, shuffling and scoring rows.
"""
import os
import subprocess
import tempfile
import time
from statistics import median

import common
import numpy as np

IMAGE = 784
ROWS = common.SAMPLES
SHAPE = (IMAGE, *common.LAYERS, 10)
NO_STOP = ("--n-iter-no-change", 1000000)


def padded(width):
    return (width + 15) // 16 * 16


class Case:
    """One network on one data set, trained by Adam on all rows."""

    def __init__(self, name, rows, batch, sizes, data=("fashion-solver-grid",), rate=0.002,
                 epochs=15):
        self.name, self.rows, self.sizes = name, rows, sizes
        self.batch, self.epochs = min(batch, rows), epochs
        self.options = [*data, "--solver", "adam", "--learning-rate-init", rate, *NO_STOP,
                        "--hidden-layer-sizes", "-".join(map(str, sizes[1:-1])),
                        "--batch-size", batch, "--max-iter", epochs, "--folds", "0",
                        "--refit", "false", "--eval-every", "0", "-j", "1"]
        if data[0] == "fashion-solver-grid":
            self.options += ["--samples", rows]
        self.seconds = []

    def measure(self, args, folder):
        run = common.run(args.program, os.path.join(folder, "corner.h5"), *self.options,
                         "--data-dir", args.data_dir)
        self.seconds.append((run.fit / run.n_iter).item())

    def layers(self):
        return list(zip(self.sizes, self.sizes[1:]))

    def products(self):
        """Multiply-adds of an epoch."""
        row = sum(2 * n_in * padded(n_out) for n_in, n_out in self.layers())
        return self.rows * (row + sum(padded(n_in) * n_out for n_in, n_out in self.layers()[1:]))

    def steps(self):
        """Weights that the solver's steps of an epoch go over."""
        weights = sum(n_in * padded(n_out) for n_in, n_out in self.layers())
        return -(-self.rows // self.batch) * weights


def write_csv(path, features, targets):
    table = np.column_stack([features, targets])
    names = [f"{letter}{i}" for letter, part in (("x", features), ("y", targets))
             for i in range(part.shape[1])]
    np.savetxt(path, table, fmt="%.4g", delimiter=",", header=",".join(names), comments="")


def csv_cases(folder):
    random = np.random.RandomState(0)
    three, wide, values = (os.path.join(folder, name) for name in ("3.csv", "c.csv", "r.csv"))
    write_csv(three, random.randn(ROWS, 3), np.arange(ROWS)[:, None] % 10)
    write_csv(wide, random.randn(ROWS, 64), np.arange(ROWS)[:, None] % 1000)
    write_csv(values, random.randn(2000, 64), random.randn(2000, 1000))
    targets = ",".join(f"y{i}" for i in range(1000))
    return [
        Case("3 features", ROWS, 64, (3, *common.LAYERS, 10),
             ("--csv", three, "--target", "y0", "--task", "classification")),
        Case("1000 classes", ROWS, 64, (64, 64, 1000),
             ("--csv", wide, "--target", "y0", "--task", "classification"), epochs=5),
        Case("1000 values", 2000, 64, (64, 64, 1000),
             ("--csv", values, "--target", targets, "--task", "regression"), epochs=20),
    ]


def compare_shapes(args, folder):
    base = Case("base: batch 64", ROWS, 64, SHAPE)
    narrow, wide = Case("batch 16", ROWS, 16, SHAPE), Case("batch 256", ROWS, 256, SHAPE)
    cases = [
        base,
        narrow,
        wide,
        Case("batch full", ROWS, ROWS, SHAPE),
        Case("batch 1", 1000, 1, SHAPE, epochs=2),
        Case("256 rows, batch 256", 256, 256, SHAPE, epochs=300),
        Case("257: last batch of one", 257, 256, SHAPE, epochs=300),
        Case("one hidden unit", ROWS, 64, (IMAGE, 1, 10)),
        Case("20 hidden layers of 64", ROWS, 64, (IMAGE, *20 * (64,), 10)),
        *csv_cases(folder),
    ]
    for _ in range(args.runs):
        for case in cases:
            case.measure(args, folder)
    slower = median(narrow.seconds) / median(wide.seconds)
    per_weight = base.products() * (slower - 1) / (narrow.steps() - slower * wide.steps())
    print(f"a step counts as {per_weight:.1f} multiply-adds per weight")
    print(f"{'corner':26}{'work':>8}{'ms/epoch':>10}{'ratio':>7}")

    def work(case):
        return (case.products() + per_weight * case.steps()) / (base.products()
                                                                + per_weight * base.steps())

    for case in cases:
        ratio = median(case.seconds) / median(base.seconds) / work(case)
        print(f"{case.name:26}{work(case):8.3f}{1000 * median(case.seconds):10.3f}{ratio:7.2f}"
              + ("   <-- slow" if ratio > 2 else ""))


def compare_denormals(args, folder):
    """A rate at which units die leaves Adam with moments that decay through the denormals."""
    cases = [Case("rate 0.002", ROWS, 64, SHAPE, epochs=60),
             Case("rate 0.2", ROWS, 64, SHAPE, rate=0.2, epochs=60)]
    for _ in range(args.runs):
        for case in cases:
            case.measure(args, folder)
    tame, wild = (median(case.seconds) for case in cases)
    print(f"Adam at rate 0.2: {wild / tame:.2f} times the seconds per epoch at 0.002"
          + ("   <-- slow" if wild / tame > 2 else ""))


def wall(*command):
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare_starts(args, folder):
    images = os.path.join(args.data_dir, "fashion-mnist", "train-images-idx3-ubyte.gz")
    start, first, gunzip, some, all_rows = [], [], [], [], []
    load = (args.program, "run", "fashion-solver-grid", "--data-dir", args.data_dir, "--dry-run")
    for _ in range(3 * args.runs):
        start.append(wall(args.program, "--version"))
        run = common.run(args.program, os.path.join(folder, "start.h5"), "quickstart",
                         "--activation", "relu", "--init", "sklearn", "--folds", "1",
                         "--refit", "false", "--max-iter", "1", "-j", "1")
        first.append(run.wall - (run.fit + run.score).item())
        some.append(wall(*load))
        if os.path.exists(images):
            all_rows.append(wall(*load, "--samples", 60000))
            gunzip.append(wall("gzip", "-dc", images))
    print(f"quickstart, one config: {1000 * median(first):.0f} ms outside of its fit, "
          f"{median(first) / median(start):.1f} times what --version takes")
    print(f"Fashion-MNIST, first {ROWS} rows and plan: {1000 * median(some):.0f} ms")
    if gunzip:
        print(f"all 60000 from gzip: {1000 * median(all_rows):.0f} ms, "
              f"{median(all_rows) / median(gunzip):.2f} times what gzip -dc takes")


def main():
    options = common.parser(__doc__, runs=5)
    common.add_data_dir(options)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare_shapes(args, folder)
        compare_denormals(args, folder)
        compare_starts(args, folder)


if __name__ == "__main__":
    main()
