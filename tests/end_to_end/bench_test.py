"""`mlpgrid bench`: the table, the JSON, and the script that compares two of them. What the figures
are is nobody's business here: no test depends on time."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from program import ProgramTest

COMPARE = pathlib.Path(__file__).parents[1] / "bench" / "compare_bench.py"
ONE_KERNEL = ("--kernel", "^(forward|dW) float(32|64) 64x32x64$", "--runs", "3")


class Bench(ProgramTest):

    def results(self, *arguments):
        out, _ = self.succeed("bench", "--json", *arguments)
        return json.loads(out)

    def test_json_has_what_was_asked_for(self):
        run = self.results(*ONE_KERNEL)
        self.assertEqual([row["name"] for row in run["results"]],
                         [f"{operation} {precision} 64x32x64"
                          for precision in ("float32", "float64")
                          for operation in ("forward", "dW")])
        for row in run["results"]:
            self.assertEqual(row["work_flop"], 2 * 64 * 32 * 64)
            self.assertEqual(row["executed_flop"], row["work_flop"])
            self.assertLessEqual(row["seconds_best"], row["seconds_median"])
            self.assertGreater(row["share_of_peak"], 0)
            self.assertAlmostEqual(row["gflops_median"],
                                   1e-9 * row["work_flop"] / row["seconds_median"])
        for precision in ("float32", "float64"):
            peak = run["context"]["peak_" + precision]
            self.assertGreaterEqual(peak["gflops_best"], peak["gflops_median"])
        self.assertEqual(run["context"]["runs"], 3)

    def test_table(self):
        out, _ = self.succeed("bench", *ONE_KERNEL)
        rows = [line for line in out.splitlines() if line.startswith(("forward", "dW"))]
        self.assertEqual(len(rows), 4)
        for row in rows:
            self.assertRegex(row, r"64x32x64 +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ %")

    def test_chosen_instruction_set(self):
        supported = self.succeed("--version")[0].split("instruction sets ")[1].split()
        for isa in supported:
            run = self.results("--isa", isa, "--kernel", "^exp float32", "--runs", "3")
            self.assertEqual(run["context"]["isa"], isa)
            self.assertNotIn("share_of_peak", run["results"][0])  # no multiply-adds

    def test_training_step_counts_its_work(self):
        run = self.results("--kernel", "step nesterov full float32 2-10-1", "--runs", "3")
        # forward and dW of both layers, dX of the second, for 350 rows
        self.assertEqual(run["results"][0]["work_flop"], 350 * (6 * 30 - 2 * 20))

    def test_wrong_usage(self):
        self.refuse(2, ["--kernel", "regular expression"], "bench", "--kernel", "(")
        self.refuse(2, ["--runs"], "bench", "--runs", "0")
        self.refuse(2, ["takes no argument", "forward"], "bench", "forward")
        self.refuse(2, ["--isa"], "bench", "--isa", "sse9")
        self.refuse(2, ["--data-dir"], "bench", "--data-dir", "nowhere")

    def test_comparing_two_runs(self):
        run = self.results(*ONE_KERNEL)
        before, after = self.folder / "before.json", self.folder / "after.json"
        before.write_text(json.dumps(run))
        self.assertEqual(self.compare(before, before).returncode, 0)
        run["results"][1]["share_of_peak"] *= 0.8
        run["results"][2]["share_of_peak"] *= 0.97
        after.write_text(json.dumps(run))
        found = self.compare(before, after)
        self.assertEqual(found.returncode, 1)
        self.assertIn("slower: dW float32 64x32x64", found.stdout)
        self.assertIn("1 of 4 slower", found.stdout)

    def compare(self, *files):
        return subprocess.run([sys.executable, COMPARE, *files], capture_output=True, text=True,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False)


if __name__ == "__main__":
    unittest.main()
