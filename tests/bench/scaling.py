#!/usr/bin/python3
"""Three questions about running fits in parallel, each answered within one run:

    tests/bench/scaling.py --data-dir DIR

How much longer is a fit when two run at once than when one does (median over a Fashion-MNIST grid of
SGD and Adam, runs interleaved), and when another process runs beside it? And how much of the time of
a thousand millisecond fits (moons) is spent outside of fits: start-up, scheduling, journal and HDF5
file together? And how much sooner do two cores finish the whole grid than one?
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time

import h5py

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def start(program, output, *options):
    if os.path.exists(output):
        os.remove(output)
    return subprocess.Popen([program, "run", *options, "-o", output, "--quiet"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fit_times(run, output):
    if run.wait() != 0:
        raise SystemExit(f"{' '.join(run.args)} failed")
    with h5py.File(output) as file:
        return (file["timing/fit_time_s"][:] + file["timing/score_time_s"][:]).ravel()


def run(program, output, *options):
    begin = time.perf_counter()
    process = start(program, output, *options)
    process.wait()
    seconds = time.perf_counter() - begin
    return seconds, fit_times(process, output)


def two_at_once(args, folder):
    """Two processes share the machine but no memory: what slows a fit beside a stranger, too, is not
    ours. Many short rounds, as the machine's own rate changes."""
    grid = ["fashion-solver-grid", "--data-dir", args.data_dir, "--solver", "sgd,adam",
            "--learning-rate-init", "0.002", "--max-iter", "5", "--refit", "false"]
    files = [os.path.join(folder, name) for name in ("g.h5", "h.h5")]
    threads, processes = [], []
    for _ in range(4 * args.runs):
        alone = run(args.program, files[0], *grid, "-j", "1")[1]
        threads.append(statistics.median(run(args.program, files[0], *grid, "-j", "2")[1] / alone))
        both = [start(args.program, file, *grid, "-j", "1") for file in files]
        processes.append(statistics.median(
            sum(fit_times(process, file) for process, file in zip(both, files)) / 2 / alone))
    for what, ratios in (("another one", threads), ("another process's", processes)):
        print(f"a fit beside {what} takes {statistics.median(ratios):.3f} times as long as alone "
              f"(median over {len(alone)} fits, {len(ratios)} rounds: "
              + ", ".join(f"{r:.3f}" for r in ratios) + ")")


def thousand_fits(args, folder):
    rates = [f"{0.001 * 1.01 ** i:.6g}" for i in range(334)]

    def moons(epochs):
        return run(args.program, os.path.join(folder, "m.h5"),
                   "--data", "moons", "--samples", "200", "--hidden-layer-sizes", "10",
                   "--learning-rate-init", ",".join(rates), "--max-iter", str(epochs),
                   "--n-iter-no-change", str(epochs), "--batch-size", "32", "--folds", "3",
                   "--refit", "false", "-j", "2")

    # As many epochs as make a fit 1 to 2 ms long, whatever the engine's speed; of three trials the
    # quickest counts, as a disturbed one would make them too short.
    trial = 200
    quickest = min(statistics.median(moons(trial)[1]) for _ in range(3))
    epochs = max(1, round(trial * 1.5e-3 / quickest))
    shares = []
    for _ in range(args.runs):
        seconds, fits = moons(epochs)
        outside = seconds - fits.sum() / 2
        shares.append(outside / seconds)
        print(f"{len(fits)} fits of {1000 * statistics.median(fits):.2f} ms ({epochs} epochs): "
              f"{seconds:.3f} s, {1000 * outside:.0f} ms or {100 * shares[-1]:.1f} % outside fits")
    print(f"median: {100 * statistics.median(shares):.1f} %")


def two_cores(args, folder):
    """Wall time of the whole grid, start-up and results file included."""
    grid = ["fashion-solver-grid", "--data-dir", args.data_dir, "--max-iter", "10",
            "--refit", "false"]
    walls = {"1": [], "2": []}
    for _ in range(args.runs):
        for jobs, seconds in walls.items():
            seconds.append(run(args.program, os.path.join(folder, "g.h5"), *grid, "-j", jobs)[0])
    one, two = map(statistics.median, walls.values())
    print(f"two cores finish the grid {one / two:.3f} times as fast as one: {two:.1f}, {one:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", default=os.environ.get("MLPGRID_DATA_DIR"))
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/mlpgrid"))
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    args.program = os.path.abspath(args.program)
    args.data_dir = args.data_dir and os.path.abspath(args.data_dir)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        thousand_fits(args, folder)
        if args.data_dir:
            two_at_once(args, folder)
            two_cores(args, folder)


if __name__ == "__main__":
    main()
