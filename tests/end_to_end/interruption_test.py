"""Runs that are killed, stopped or started twice, and how they go on."""

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from program import ProgramTest, wait_until

# Fits long enough to be caught in the middle, few enough to be quick.
GRID = ("run", "quickstart", "--samples", "300", "--hidden-layer-sizes", "48", "--max-iter", "40",
        "--n-iter-no-change", "100", "--quiet", "-j", "2")


def fit_times(path):
    with h5py.File(path) as file:
        return file["timing/fit_time_s"][:]


class Interruption(ProgramTest):
    def journal(self, output):
        return self.folder / f"{output}.journal"

    def start_and_wait_for_fits(self, output, records=4, **keywords):
        """A running grid of which some fits are on disk."""
        process = self.start(*GRID, "-o", output, **keywords)
        journal = self.journal(output)
        wait_until(journal.exists, process)
        sizes = set()

        def has_grown():
            sizes.add(journal.stat().st_size)
            return len(sizes) > records

        wait_until(has_grown, process)
        return process

    def test_kill_and_resume(self):
        self.succeed(*GRID, "-o", "whole.h5")

        process = self.start_and_wait_for_fits("killed.h5")
        process.kill()
        process.communicate()
        self.assertTrue(self.journal("killed.h5").exists())
        if (self.folder / "killed.h5").exists():
            h5py.File(self.folder / "killed.h5").close()  # whole, whenever it was written
        shutil.copy(self.journal("killed.h5"), self.journal("twin.h5"))

        # Times are measured, so equal ones in two resumed runs come from the same journal.
        self.succeed(*GRID, "-o", "killed.h5", "--resume")
        self.succeed(*GRID, "-o", "twin.h5", "--resume")
        kept = fit_times(self.folder / "killed.h5") == fit_times(self.folder / "twin.h5")
        self.assertGreaterEqual(kept.sum(), 3)
        self.assertLess(kept.sum(), kept.size)

        self.assert_same_results("whole.h5", "killed.h5")
        self.assert_same_results("whole.h5", "twin.h5")
        self.assertFalse(self.journal("killed.h5").exists())

    def test_torn_journal(self):
        self.succeed(*GRID, "-o", "whole.h5")
        process = self.start_and_wait_for_fits("torn.h5")
        process.kill()
        process.communicate()
        journal = self.journal("torn.h5")
        os.truncate(journal, journal.stat().st_size - 7)
        self.succeed(*GRID, "-o", "torn.h5", "--resume")
        self.assert_same_results("whole.h5", "torn.h5")

    def test_signals_stop_keep_and_resume(self):
        self.succeed(*GRID, "-o", "whole.h5")
        for number in (signal.SIGINT, signal.SIGTERM):
            output = f"{number.name}.h5"
            process = self.start_and_wait_for_fits(output)
            process.send_signal(number)
            _, err = process.communicate(timeout=10)
            self.assertEqual(process.returncode, 3, err)
            times = fit_times(self.folder / output)  # an incomplete run's file is readable
            done = ~numpy.isnan(times)
            self.assertGreaterEqual(done.sum(), 3)

            command = [line for line in err.splitlines() if "--resume" in line]
            self.assertEqual(len(command), 1, err)
            subprocess.run(shlex.split(command[0]), cwd=self.folder, check=True,
                           capture_output=True)
            numpy.testing.assert_array_equal(fit_times(self.folder / output)[done], times[done])
            self.assert_same_results("whole.h5", output)

    def assert_stopped_in_order(self, process, output):
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn(f"-o {output} --resume", err)
        self.assertGreaterEqual((~numpy.isnan(fit_times(self.folder / output))).sum(), 3)

    def test_signals_that_come_again_change_nothing(self):
        """`timeout` signals its child and the group, a terminal that closes likewise, and some
        send on until the process is gone."""
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU):
            # LeakSanitizer, where the program has it, looks at the end and takes no signal.
            process = self.start_and_wait_for_fits(
                f"{number.name}.h5", start_new_session=True,
                env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
            while process.poll() is None:
                process.send_signal(number)
                with contextlib.suppress(ProcessLookupError):  # it may have ended just now
                    os.killpg(process.pid, number)
                time.sleep(0.001)
            self.assert_stopped_in_order(process, f"{number.name}.h5")

    def test_timeout(self):
        process = subprocess.run(
            ["timeout", "--preserve-status", "1", self.program, "run", "quickstart", "--max-iter",
             "100000", "--n-iter-no-change", "100000", "-j", "2", "-o", "x.h5"],
            cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(process.returncode, 3, process.stderr)
        self.assertIn("-o x.h5 --resume", process.stderr)

    def test_interrupt_again(self):
        """One press can arrive twice; three are a person who has had enough."""
        process = self.start_and_wait_for_fits("twice.h5")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        self.assert_stopped_in_order(process, "twice.h5")
        process = self.start_and_wait_for_fits("often.h5")
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
        self.assertIn(process.returncode, (3, -signal.SIGINT))
        self.succeed(*GRID, "-o", "often.h5", "--resume")

    def test_ignored_signals_stay_ignored(self):
        """As after nohup."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        process = self.start_and_wait_for_fits(
            "x.h5", preexec_fn=lambda: [signal.signal(n, signal.SIG_IGN) for n in numbers])
        for number in numbers:
            process.send_signal(number)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)

    def test_a_second_run_on_the_same_output_is_refused(self):
        process = self.start_and_wait_for_fits("shared.h5")
        for mode in ([], ["--resume"], ["--force"]):
            code, _, err = self.call(*GRID, "-o", "shared.h5", *mode)
            self.assertEqual(code, 1, err)
            self.assertIn("shared.h5", err)
        self.assertIsNone(process.poll())
        _, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)

    def test_resume_refuses_another_experiment(self):
        process = self.start_and_wait_for_fits("mine.h5")
        process.kill()
        process.communicate()
        self.refuse(1, ["mine.h5"], *GRID, "-o", "mine.h5", "--resume", "--random-state", "7")
        self.refuse(1, ["mine.h5"], *GRID, "-o", "mine.h5", "--resume", "--data-seed", "7")
        self.refuse(1, ["mine.h5", "--resume"], *GRID, "-o", "mine.h5")

    def test_a_killed_run_is_read_from_its_journal(self):
        options = ("--keep-models", "all", "--folds", "1")
        self.succeed(*GRID, *options, "-o", "whole.h5")
        process = self.start(*GRID, *options, "-o", "killed.h5")
        journal = self.journal("killed.h5")
        wait_until(lambda: journal.exists() and journal.stat().st_size > 20_000, process)
        process.kill()
        process.communicate()
        (self.folder / "killed.h5").unlink(missing_ok=True)  # not there in the first ten seconds
        before = self.files()

        out, err = self.succeed("table", "killed.h5")
        self.assertRegex(out, r"Incomplete: \d+ of 9 fits are there")
        self.assertRegex(err, r"killed.h5 is not there yet; killed.h5.journal holds \d+ finished")
        _, _, err = self.call("compare", "killed.h5")  # there may be no config with all its folds
        self.assertIn("killed.h5.journal holds", err)
        code, out, err = self.call("diff", "killed.h5", "whole.h5")
        self.assertEqual(code, 1)
        self.assertIn("status", out)
        self.succeed("diff", "killed.h5", "killed.h5")
        config = self.first_config_of("killed.h5")
        for file, answers in (("killed.h5", "a.csv"), ("whole.h5", "b.csv")):
            self.succeed("predict", file, "--data", "glyphs", "--config", config, "-o", answers)
        self.assertEqual((self.folder / "a.csv").read_bytes(),
                         (self.folder / "b.csv").read_bytes())
        self.succeed("report", "killed.h5")
        for name in ("a.csv", "b.csv", "killed.html"):
            (self.folder / name).unlink()
        self.assertEqual(self.files(), before)

        self.succeed(*GRID, *options, "-o", "killed.h5", "--resume")
        self.assert_same_results("whole.h5", "killed.h5")

    def first_config_of(self, output):
        out, _ = self.succeed("table", output, "--format", "json")
        scores = json.loads(out)["split0_test_score"]
        return next(i for i, score in enumerate(scores) if score is not None)

    def test_a_run_without_a_fit_is_no_file_yet(self):
        self.write("empty.h5.journal", "")
        self.refuse(1, ["empty.h5", "has begun"], "table", "empty.h5")

    def test_what_is_forced_away_stays_until_the_first_fit(self):
        endless = ("run", "--data", "moons", "--max-iter", "10000000", "--n-iter-no-change",
                   "10000000", "-o", "x.h5", "--force")
        process = self.start_and_wait_for_fits("x.h5")
        process.send_signal(signal.SIGTERM)
        process.communicate()
        before = {path: path.read_bytes() for path in self.files()}
        self.assertEqual(len(before), 2)
        for number in (signal.SIGTERM, signal.SIGKILL):
            process = self.start(*endless)
            wait_until(lambda: self.has_open(process, self.journal("x.h5")), process)
            process.send_signal(number)
            _, err = process.communicate()
            self.assertIn(process.returncode, (3, -signal.SIGKILL), err)
            self.assertEqual({path: path.read_bytes() for path in self.files()}, before)
            if number == signal.SIGTERM:
                self.assertIn("x.h5 is as it was", err)
                self.assertIn("--force", err)
        self.succeed(*GRID, "-o", "x.h5", "--resume")

    def has_open(self, process, path):
        """Open for writing: before that a run only looks at what is there."""
        for descriptor in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor) != str(path.resolve()):
                    continue
                info = pathlib.Path(f"/proc/{process.pid}/fdinfo/{descriptor.name}").read_text()
                flags = int(re.search(r"flags:\s+(\d+)", info)[1], 8)
                if flags & os.O_ACCMODE == os.O_RDWR:
                    return True
        return False

    def test_data_that_moved(self):
        rows = [f"{x % 7},{x % 5},{'ab'[x % 2]}" for x in range(60)]
        self.write("here.csv", "\n".join(["x,y,t", *rows]))
        grid = ("--folds", "2", "-o", "x.h5", "--max-iter", "2000", "--n-iter-no-change", "2000",
                "--alpha", "0.1,0.2,0.3,0.4")
        process = self.start("run", "--csv", "here.csv", "--target", "t", *grid)
        wait_until(lambda: self.journal("x.h5").exists() and
                   self.journal("x.h5").stat().st_size > 0, process)
        process.kill()
        process.communicate()
        (self.folder / "there").mkdir()
        (self.folder / "here.csv").rename(self.folder / "there/b.csv")
        again = ("run", "--csv", "there/b.csv", "--target", "t", *grid, "--resume")
        self.succeed(*again)
        _, err = self.succeed(*again)
        self.assertIn("already complete", err)
        self.write("there/b.csv", "\n".join(["x,y,t", *rows[:-1], "1,1,a"]))
        self.refuse(1, ["other data"], *again)

    def test_existing_output(self):
        small = ("run", "--data", "moons", "--max-iter", "2", "-o", "x.h5")
        self.succeed(*small, "--random-state", "1")
        before = (self.folder / "x.h5").read_bytes()
        self.refuse(1, ["x.h5", "--force", "--resume"], *small)
        self.assertEqual((self.folder / "x.h5").read_bytes(), before)
        _, err = self.succeed(*small, "--random-state", "1", "--resume")
        self.assertIn("already complete", err)
        self.assertEqual((self.folder / "x.h5").read_bytes(), before)
        self.succeed(*small, "--force")
        self.assertNotEqual((self.folder / "x.h5").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
