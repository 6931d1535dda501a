#!/usr/bin/python3
"""`mlpgrid report`: its file, its refusals, and a run that is still going. Needs no browser."""

import json
import pathlib
import re
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "end_to_end"))
from program import ProgramTest, wait_until  # noqa: E402

QUICK = ("run", "--data", "xor", "--samples", "40", "--folds", "2", "--max-iter", "5", "--quiet",
         "-o", "run.h5")
# Seconds of work in many fits.
SLOW = ("run", "--data", "glyphs", "--samples", "1000", "--hidden-layer-sizes", "64", "--alpha",
        ",".join(f"{i}e-5" for i in range(40)), "--folds", "3", "--max-iter", "30", "--tol", "0",
        "-j", "1", "--quiet", "-o", "run.h5")


class Report(ProgramTest):
    def data(self, name="run.html"):
        page = (self.folder / name).read_text()
        return json.loads(re.search(r'<script type="application/json" id="run">(.*)</script>\n', page)[1])

    def test_default_name_and_again(self):
        self.succeed(*QUICK)
        out, err = self.succeed("report", "run.h5")
        self.assertEqual((out, err), ("Report: run.html\n", ""))
        first = (self.folder / "run.html").read_bytes()
        self.succeed("report", "run.h5")
        self.assertEqual((self.folder / "run.html").read_bytes(), first)
        self.succeed("report", "run.h5", "-o", "other.html")
        self.assertEqual((self.folder / "other.html").read_bytes(), first)

    def test_refusals(self):
        self.succeed(*QUICK)
        self.write("mine.html", "<html><title>not ours</title></html>")
        self.refuse(1, ["mine.html", "-o"], "report", "run.h5", "-o", "mine.html")
        self.refuse(1, ["missing.h5", "no such file"], "report", "missing.h5")
        self.refuse(1, ["missing.h5", "no run"], "report", "missing.h5", "--watch")
        self.refuse(1, ["no/folder", "-o"], "report", "run.h5", "-o", "no/folder/page.html")
        self.refuse(1, ["mine.html", "HDF5"], "report", "mine.html", "-o", "page.html")
        self.refuse(2, ["RUN.h5"], "report")
        self.refuse(2, ["--wacht"], "report", "run.h5", "--wacht")

    def interrupted(self):
        """A run with some of its fits, ended by Ctrl-C."""
        process = self.start(*SLOW)
        journal = self.folder / "run.h5.journal"
        wait_until(lambda: journal.exists() and journal.stat().st_size > 40_000, process)
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 3)

    def test_a_run_with_fits_to_come(self):
        self.interrupted()
        self.succeed("report", "run.h5")
        data = self.data()
        self.assertFalse(data["complete"])
        self.assertEqual(data["reload_s"], 0, "nobody rewrites it, so it does not reload")
        self.assertTrue(0 < data["fits_done"] < 120)

        watching = self.start("report", "run.h5", "--watch")
        wait_until(lambda: self.data()["reload_s"] > 0, watching)
        _, err = self.succeed(*SLOW, "--resume")
        out, err = watching.communicate(timeout=60)
        self.assertEqual((watching.returncode, out), (0, "Report: run.html\n"), err)
        data = self.data()
        self.assertTrue(data["complete"])
        self.assertEqual((data["reload_s"], data["fits_done"]), (0, 120))

    def test_ctrl_c_ends_the_watch(self):
        self.interrupted()
        watching = self.start("report", "run.h5", "--watch")
        page = self.folder / "run.html"
        wait_until(lambda: page.exists() and self.data()["reload_s"] > 0, watching)
        watching.send_signal(signal.SIGINT)
        out, err = watching.communicate(timeout=60)
        self.assertEqual((watching.returncode, out), (0, "Report: run.html\n"), err)
        self.assertEqual(self.data()["reload_s"], 0, "nobody rewrites it any more")

    def test_a_watch_may_begin_before_the_first_results(self):
        process = self.start(*SLOW)
        wait_until((self.folder / "run.h5.journal").exists, process)
        watching = self.start("report", "run.h5", "--watch")
        process.communicate()
        self.assertEqual(process.returncode, 0)
        watching.communicate(timeout=60)
        self.assertEqual(watching.returncode, 0)
        self.assertTrue(self.data()["complete"])

    def test_a_page_is_never_half_written(self):
        self.interrupted()
        watching = self.start("report", "run.h5", "--watch")
        page = self.folder / "run.html"
        wait_until(page.exists, watching)
        for _ in range(20):
            (self.folder / "run.h5").touch()
            time.sleep(0.02)
            self.assertTrue(page.read_text().endswith("</html>\n"))
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=60)


if __name__ == "__main__":
    unittest.main()
