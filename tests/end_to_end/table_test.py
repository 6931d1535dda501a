"""`mlpgrid table` in its formats, against the numbers in the file."""

import csv
import io
import json
import unittest

import h5py

from program import ProgramTest

GRID = ("run", "quickstart", "--samples", "120", "--max-iter", "2", "--hidden-layer-sizes", "8")


class Table(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed(*GRID, "-o", "t.h5")

    def test_csv_and_json_carry_the_files_numbers(self):
        with h5py.File(self.folder / "t.h5") as file:
            expected = sorted(file["mean_test_score"][:])
        rows = list(csv.DictReader(io.StringIO(self.succeed("table", "t.h5", "--format", "csv")[0])))
        self.assertEqual(sorted(float(r["mean_test_score"]) for r in rows), expected)
        text = self.succeed("table", "t.h5", "--format", "json")[0]
        self.assertIn("mean_test_score", text)
        json.loads(text)

    def test_readable_formats_name_every_config(self):
        for form in ("text", "markdown", "latex"):
            out, _ = self.succeed("table", "t.h5", "--format", form)
            for word in ("logistic", "tanh", "relu", "init"):
                self.assertIn(word, out, form)

    def test_top_sort_and_pivot(self):
        out, _ = self.succeed("table", "t.h5", "--format", "csv", "--top", "2")
        self.assertEqual(len(out.strip().splitlines()), 3)
        self.succeed("table", "t.h5", "--sort", "param_init")
        pivot, _ = self.succeed("table", "t.h5", "--pivot", "activation,init")
        for word in ("logistic", "he_normal"):
            self.assertIn(word, pivot)

    def test_wrong_usage(self):
        self.refuse(2, ["colour"], "table", "t.h5", "--sort", "colour")
        self.refuse(2, ["colour"], "table", "t.h5", "--pivot", "colour,init")
        self.refuse(2, ["--format", "markdown"], "table", "t.h5", "--format", "markdwn")
        self.refuse(2, ["results file"], "table")


if __name__ == "__main__":
    unittest.main()
