#!/usr/bin/python3
"""What a dry run says of memory against the peak of the run itself, and shapes whose cost once grew
with the square of what they have."""

import re
import subprocess
import sys
import unittest

import numpy

from program import ProgramTest

MIB = 1024 * 1024
UNITS = {"B": 1, "KiB": 1024, "MiB": MIB, "GiB": 1024 * MIB}
# A process counts the memory of the one that started it, so a small one has to.
LAUNCHER = """import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))"""
FEW = ("--quiet", "--force", "-o", "run.h5", "-j", "2")


class Memory(ProgramTest):
    def estimate(self, *arguments):
        out, _ = self.succeed(*arguments, "--dry-run")
        number, unit = re.search(r"^memory +([0-9.]+) (\w+) at most", out, re.M).groups()
        return float(number) * UNITS[unit]

    def peak(self, *arguments):
        done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, self.program, *arguments],
                              cwd=self.folder, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stdout.split()[-1]) * (1 if sys.platform == "darwin" else 1024)

    def check(self, *arguments, most=None):
        """The estimate is never less than the peak, nor much more."""
        once = () if "--max-iter" in arguments else ("--max-iter", "1")
        arguments = ("run", *arguments, *once, *FEW)
        estimated, measured = self.estimate(*arguments), self.peak(*arguments)
        self.assertLess(measured, estimated)
        self.assertLess(estimated, 2.2 * measured + 16 * MIB)
        if most:
            self.assertLess(measured, most * MIB)

    def write_rows(self, name, rows, classes=0, columns=2):
        values = numpy.random.RandomState(1).rand(rows, columns)
        last = [f"c{i % classes}" if classes else f"{x:.4f}" for i, x in enumerate(values.sum(axis=1))]
        lines = [",".join([*(f"{x:.4f}" for x in row), y]) for row, y in zip(values, last)]
        self.write(name, ",".join([*(f"x{j}" for j in range(columns)), "y"]) + "\n" + "\n".join(lines))

    def test_a_large_network(self):
        self.check("--data", "glyphs", "--samples", "300", "--hidden-layer-sizes", "1000-1000")

    def test_models_of_every_fit(self):
        self.check("--data", "glyphs", "--samples", "100", "--hidden-layer-sizes", "400",
                   "--keep-models", "all", "--folds", "10", "--alpha", "0.1,0.2")

    def test_rows(self):
        self.write_rows("big.csv", 40000, classes=2, columns=20)
        self.check("--csv", "big.csv", "--target", "y", "--hidden-layer-sizes", "2", "--folds", "2")

    def test_decision_maps(self):
        self.check("--data", "moons", "--samples", "20", "--hidden-layer-sizes", "1", "--map-size",
                   "600", "--folds", "2", "--alpha", "0.1,0.2,0.3")

    def test_long_curves(self):
        self.check("--data", "moons", "--samples", "20", "--hidden-layer-sizes", "1", "--folds", "4",
                   "--alpha", "0.1,0.2,0.3,0.4", "--batch-size", "full", "--tol", "0",
                   "--n-iter-no-change", "100000", "--max-iter", "20000")

    def test_many_small_fits(self):
        self.check("--data", "moons", "--samples", "20", "--hidden-layer-sizes", "1", "--folds", "2",
                   "--alpha", ",".join(map(str, range(2000))))

    def test_thousands_of_classes(self):
        """Matrices of 36 MB each, if they were whole: two of them per fold, and a journal of them."""
        self.write_rows("classes.csv", 6000, classes=3000)
        self.check("--csv", "classes.csv", "--target", "y", "--hidden-layer-sizes", "2", "--folds",
                   "2", most=45)
        self.assertLess((self.folder / "run.h5").stat().st_size, 6 * MIB)

    def test_a_fold_for_every_row(self):
        """4 million row numbers, 16 MB in each of the places that have them, if they were lists."""
        self.write_rows("rows.csv", 2000)
        self.check("--csv", "rows.csv", "--target", "y", "--hidden-layer-sizes", "1", "--folds", "2000",
                   "--refit", "false", "--scoring", "neg_mean_squared_error", most=45)


if __name__ == "__main__":
    unittest.main()
