"""The same bits on any number of threads, any instruction set, and after an interruption: both
precisions, every solver and activation, layer widths that are no multiple of any tile, a batch of one
row and a short last batch. Compared by `mlpgrid diff`."""

import unittest

from program import ProgramTest, wait_until

# 53 training rows in each fold: batches of 16 leave 5.
GRID = """\
data = circles
samples = 80
hidden-layer-sizes = 1,3-17,33-100
activation = identity,logistic,tanh,relu,leaky_relu
solver = sgd,adam,lbfgs
batch-size = 1,16
learning-rate-init = 0.01
max-iter = 6
early-stopping = false
folds = 3
"""


class Determinism(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("grid.ini", GRID)

    def run_grid(self, name, precision, *options):
        self.succeed("run", "grid.ini", "-o", name, "--quiet", "--precision", precision, *options)

    def assert_equal(self, a, b):
        out, _ = self.succeed("diff", a, b)
        self.assertIn("equal", out)

    def test_threads_and_instruction_sets(self):
        _, message = self.call("run", "grid.ini", "--isa", "none")[1:]
        isas = message.split("this machine has:")[1].split()
        for precision in ("float32", "float64"):
            self.run_grid(f"{precision}.h5", precision, "-j", "1")
            for jobs in ("2", "7"):
                self.run_grid(f"j{jobs}{precision}.h5", precision, "-j", jobs)
                self.assert_equal(f"{precision}.h5", f"j{jobs}{precision}.h5")
            for isa in isas:
                self.run_grid(f"{isa}{precision}.h5", precision, "--isa", isa)
                self.assert_equal(f"{precision}.h5", f"{isa}{precision}.h5")

    def test_killed_and_resumed(self):
        for precision in ("float32", "float64"):
            options = ("--precision", precision, "--max-iter", "60", "--n-iter-no-change", "100")
            whole, killed = f"whole_{precision}.h5", f"killed_{precision}.h5"
            self.succeed("run", "grid.ini", "-o", whole, "--quiet", *options)
            process = self.start("run", "grid.ini", "-o", killed, "--quiet", "-j", "1", *options)
            journal = self.folder / f"{killed}.journal"
            wait_until(lambda: journal.exists() and journal.stat().st_size > 100_000, process)
            process.kill()
            process.communicate()
            self.succeed("run", "grid.ini", "-o", killed, "--quiet", "--resume", *options)
            self.assert_equal(whole, killed)

    def test_diff_names_what_differs(self):
        self.run_grid("a.h5", "float64", "--random-state", "1")
        self.run_grid("b.h5", "float64", "--random-state", "2")
        code, out, _ = self.call("diff", "a.h5", "b.h5")
        self.assertEqual(code, 1)
        self.assertIn("train_loss: ", out)
        self.assertIn("first at [0, 0, 0]", out)
        self.assertIn("largest difference", out)
        self.assertNotIn("label: ", out)
        self.assertEqual(self.call("diff", "a.h5")[0], 2)
        self.assertEqual(self.call("diff", "a.h5", "missing.h5")[0], 1)


if __name__ == "__main__":
    unittest.main()
