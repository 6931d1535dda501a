#!/usr/bin/python3
"""Peak resident memory of the Fashion-MNIST grid, 27 configs x 3 folds, with 1, 2 and 4 jobs.

    tests/bench/memory.py --data-dir DIR

Memory does not grow with epochs except for the curves, so that few are enough.
"""
# Nothing but the standard library: a child's ru_maxrss starts at the size of the process it was
# forked from, which NumPy would make larger than what is measured.
import argparse
import os
import resource
import statistics
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MIB = 1024  # of the kibibytes that ru_maxrss counts


def peak(program, jobs, *options):
    """MiB."""
    command = (program, "run", "fashion-solver-grid", *options, "-j", str(jobs),
               "--quiet", "--force")
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command)
    return usage.ru_maxrss / MIB


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/mlpgrid"))
    parser.add_argument("--data-dir", default=os.environ.get("MLPGRID_DATA_DIR"),
                        required="MLPGRID_DATA_DIR" not in os.environ)
    parser.add_argument("--max-iter", default="3")
    parser.add_argument("--runs", type=int, default=3, help="medians over so many (%(default)s)")
    args = parser.parse_args()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    with tempfile.TemporaryDirectory() as folder:
        options = ("--data-dir", args.data_dir, "--max-iter", args.max_iter,
                   "-o", os.path.join(folder, "grid.h5"))
        peaks = {jobs: statistics.median(peak(args.program, jobs, *options)
                                         for _ in range(args.runs)) for jobs in (1, 2, 4)}
    for jobs, mib in peaks.items():
        print(f"-j {jobs}: peak {mib:6.1f} MiB")
    if min(peaks.values()) < 1.1 * own:
        print(f"(this script's own {own:.1f} MiB hide the first figure)")
    print(f"per further thread: {peaks[2] - peaks[1]:.1f} MiB for the second, "
          f"{(peaks[4] - peaks[1]) / 3:.1f} MiB for each of three; "
          f"4 jobs take {peaks[4] / peaks[1]:.2f} times the memory of one")


if __name__ == "__main__":
    main()
