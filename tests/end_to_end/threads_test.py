"""Four jobs beside the threads that write the journal, rebuild the file and show progress on a
terminal: whole, stopped, resumed. Of use in every build, and what ThreadSanitizer looks at
(.ci/run, preset tsan), which ends the program with another code where it finds something."""

import os
import pty
import signal
import subprocess
import threading
import unittest

from program import PROGRAM, ProgramTest, wait_until

GRID = ("run", "--data", "moons", "--hidden-layer-sizes", "4,12,20",
        "--solver", "sgd,adam,lbfgs", "--alpha", "0.1,0.01,0.001,0.0001", "--folds", "4",
        "--n-iter-no-change", "10000", "--max-iter", "200", "-j", "4", "--samples")


class Threads(ProgramTest):
    def start_on_terminal(self, *arguments):
        ours, theirs = pty.openpty()
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stderr=theirs,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(theirs)
        process.shown = b""

        def read():
            try:
                while part := os.read(ours, 4096):
                    process.shown += part
            except OSError:  # how Linux tells that the other side is closed
                pass
            os.close(ours)

        reader = threading.Thread(target=read)
        reader.start()
        self.addCleanup(lambda: (process.kill(), process.wait(), reader.join()))
        return process

    def finish(self, process, code):
        process.wait()
        self.assertEqual(process.returncode, code, process.shown.decode(errors="replace"))

    def test_whole_stopped_and_resumed(self):
        process = self.start_on_terminal(*GRID, "200", "-o", "whole.h5")
        self.finish(process, 0)
        self.assertIn(b"fits", process.shown)

        process = self.start_on_terminal(*GRID, "200", "-o", "stopped.h5")
        journal = self.folder / "stopped.h5.journal"
        wait_until(lambda: journal.exists() and journal.stat().st_size > 20000, process)
        process.send_signal(signal.SIGTERM)
        self.finish(process, 3)
        size = journal.stat().st_size
        process = self.start_on_terminal(*GRID, "200", "-o", "stopped.h5", "--resume")
        wait_until(lambda: journal.stat().st_size > size, process)
        process.kill()
        process.wait()
        process = self.start_on_terminal(*GRID, "200", "-o", "stopped.h5", "--resume")
        self.finish(process, 0)
        self.assert_same_results("whole.h5", "stopped.h5")

    def test_stopped_after_a_snapshot(self):
        # Long fits with short curves, of which the file is soon built: after 10 s at the earliest.
        process = self.start_on_terminal(*GRID, "20000", "-o", "snapshot.h5")
        wait_until((self.folder / "snapshot.h5").exists, process)
        process.send_signal(signal.SIGINT)
        self.finish(process, 3)


if __name__ == "__main__":
    unittest.main()
