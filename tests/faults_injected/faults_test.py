"""The part of sweep.py and kills.py that a test suite has time for, and races by injected delays."""

import errno
import time
import unittest

from faults import GRID, Fault, Sandbox
from kills import kill_some
from sweep import Export, Fresh, HalfDone, Predict, Replacing, Report, sweep


class Faults(unittest.TestCase):
    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.temporary.cleanup)

    def sweep(self, scenario, *faults, numbers):
        self.assertEqual(sweep(self.sandbox, scenario, faults, lambda _: numbers), 0)

    def test_fresh(self):
        self.sweep(Fresh, Fault("write", 1, str(errno.ENOSPC), True),
                   Fault("fsync", 1, str(errno.EIO)), Fault("write", 1, "torn"),
                   numbers=(1, 2, 4, 8, 10))
        self.sweep(Fresh, Fault("rename", 1, str(errno.ENOSPC)), Fault("open", 1, "kill"),
                   Fault("unlink", 1, "kill"), numbers=(1, 2))
        self.sweep(Fresh, Fault("write", 1, "short", True), Fault("fsync", 1, str(errno.EINTR)),
                   numbers=(1,))

    def test_half_done(self):
        self.sweep(HalfDone, Fault("write", 1, str(errno.ENOSPC), True), Fault("rename", 1, "kill"),
                   Fault("link", 1, str(errno.EPERM)), numbers=(1, 2))

    def test_replacing(self):
        self.sweep(Replacing, Fault("write", 1, str(errno.ENOSPC)), Fault("rename", 1, "kill"),
                   Fault("fsync", 1, "stop"), numbers=(1, 2))

    def test_files_made_of_runs(self):
        for scenario in (Report, Predict, Export):
            self.sweep(scenario, Fault("write", 1, str(errno.ENOSPC)), Fault("fsync", 1, "kill"),
                       Fault("rename", 1, str(errno.EIO)), numbers=(1,))

    def test_kills(self):
        self.assertEqual(kill_some(20, time.time_ns() % 2**32), 0)

    def test_a_run_that_finishes_meanwhile_is_seen(self):
        """Another run ends between this one's look for its file and its lock."""
        self.sandbox.clear()
        arguments = (*GRID, "-o", self.sandbox.output)
        late = self.sandbox.start(*arguments, "--random-state", "1", fault=Fault("open", 1, "wait"))
        while not self.sandbox.log.exists():  # until it has looked
            self.assertIsNone(late.poll())
            time.sleep(0.005)
        log, self.sandbox.log = self.sandbox.log, self.sandbox.log.with_name("other")
        self.sandbox.expect(self.sandbox.run(*arguments), 0)
        log.with_name("log.go").touch()
        self.sandbox.log = log
        outcome = self.sandbox.finish(late)
        self.assertEqual(outcome.code, 1, outcome.err)
        self.assertIn("exists already", outcome.err)
        self.assertEqual(self.sandbox.run("diff", self.sandbox.whole, self.sandbox.output).code, 0)
        self.assertEqual([path.name for path in self.sandbox.folder.iterdir()], ["r.h5"])


if __name__ == "__main__":
    unittest.main()
