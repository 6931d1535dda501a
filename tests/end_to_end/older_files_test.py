"""Files of other versions: what an older one lacks is not there, and a newer schema is refused."""

import csv
import io
import json
import shutil
import unittest

import h5py

from program import ProgramTest


class OlderFiles(ProgramTest):

    def setUp(self):
        super().setUp()
        self.succeed("run", "quickstart", "--samples", "120", "--test-samples", "40", "--max-iter",
                     "3", "--early-stopping", "true", "-o", "new.h5")

    def change(self, remove=(), schema_version=None):
        """A copy of the file, with all /plots and `interpretation` gone, too, as nothing reads them."""
        shutil.copy(self.folder / "new.h5", self.folder / "old.h5")
        with h5py.File(self.folder / "old.h5", "r+") as file:
            for name in (*remove, "plots"):
                del file[name]  # which fails where there is none: the test would be out of date
            del file["val_loss"].attrs["interpretation"]
            if schema_version is not None:
                file.attrs["schema_version"] = schema_version

    def table(self, name, *options):
        return self.succeed("table", name, *options)[0]

    def columns(self, name):
        rows = list(csv.DictReader(io.StringIO(self.table(name, "--format", "csv"))))
        table = json.loads(self.table(name, "--format", "json"))
        return rows, table

    def assert_lacks(self, *missing):
        """The old file's table is the new one's without these columns."""
        new_rows, new_table = self.columns("new.h5")
        old_rows, old_table = self.columns("old.h5")
        for name in missing:
            self.assertIn(name, new_table)
            new_table.pop(name)
            for row in new_rows:
                row.pop(name)
        if "collapsed" in missing:
            for row in new_rows:
                row["status"] = row["status"].split(", collapsed")[0]
            new_table["status"] = [s.split(", collapsed")[0] for s in new_table["status"]]
        params = [name.removeprefix("param_") for name in missing if name.startswith("param_")]
        for row, of_config in zip(new_rows, new_table["params"]):
            for name in params:
                of_config.pop(name)
            row["params"] = of_config
        for row in old_rows:
            row["params"] = json.loads(row["params"])
        self.assertEqual(old_rows, new_rows)
        self.assertEqual(old_table, new_table)

    def test_scores_of_classes_come_from_the_counts(self):
        self.change(["elementwise_accuracy", "test_elementwise_accuracy", "collapsed",
                     "confusion/precision", "confusion/recall", "confusion/f1",
                     "confusion/support"])
        self.assert_lacks()
        for options in ((), ("--per-class",), ("--pivot", "activation,init"),
                        ("--success", "val_loss<2")):
            self.assertEqual(self.table("old.h5", *options), self.table("new.h5", *options))

    def test_without_the_counts_of_the_test_set(self):
        self.change(["confusion/test_counts", "test_elementwise_accuracy"])
        self.assert_lacks("test_elementwise_accuracy")

    def test_without_any_counts(self):
        self.change(["confusion", "elementwise_accuracy", "test_elementwise_accuracy",
                     "collapsed", "early_stopping_score"])
        self.assert_lacks("elementwise_accuracy", "test_elementwise_accuracy", "collapsed")
        self.assertNotIn("collapsed", self.table("old.h5"))
        self.refuse(2, ["--per-class", "not classes"], "table", "old.h5", "--per-class")
        self.refuse(1, ["old.h5", "early_stopping_score"], "table", "old.h5", "--success",
                    "early_stopping_score>0")

    def test_without_the_weights_statistics(self):
        self.change(["zero_weight_share", "mean_abs_weight"])
        self.assert_lacks()
        self.refuse(2, ["the file is older than this quantity"], "table", "old.h5", "--success",
                    "zero_weight_share>0")

    def test_without_axes_that_came_later(self):
        self.change(["param_l1", "param_l2_sum", "param_init_scale"])
        self.assert_lacks("param_l1", "param_l2_sum", "param_init_scale")

    def test_without_a_test_set_or_a_model(self):
        self.change(["test_score", "best_model", "confusion/test_counts",
                     "test_elementwise_accuracy"])
        self.assert_lacks("test_score", "test_elementwise_accuracy")

    def test_an_older_schema_is_read(self):
        self.change(schema_version=0)
        self.assertEqual(self.succeed("table", "new.h5")[1], "")
        self.assertEqual(self.succeed("table", "old.h5")[1],
                         "old.h5 has no checksum: another program has written to it, or an older "
                         "mlpgrid.\n")
        self.assert_lacks()
        self.assertEqual(self.table("old.h5"), self.table("new.h5"))

    def test_a_newer_schema_is_refused(self):
        self.change(schema_version=2)
        message = ("mlpgrid: cannot read old.h5: it has schema_version 2, and this program reads "
                   "up to 1: use a newer mlpgrid\n")
        for command in (("table", "old.h5"), ("table", "old.h5", "--format", "json"),
                        ("table", "old.h5", "--success", "val_loss<1"),
                        ("compare", "old.h5"), ("diff", "new.h5", "old.h5")):
            self.assertEqual(self.call(*command), (1, "", message), command)


if __name__ == "__main__":
    unittest.main()
