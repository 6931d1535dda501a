"""Runs that get fewer threads or less memory than they would take."""

import os
import random
import resource
import shutil
import subprocess
import unittest

from program import ProgramTest

FAILING_NEW = os.environ["MLPGRID_FAILING_NEW"]
RUN = ("run", "--data", "moons", "--samples", "60", "--max-iter", "3", "--n-iter-no-change", "100",
       "--hidden-layer-sizes", "4,5", "--refit", "true")
USER = 54321  # who has no processes


class Threads(ProgramTest):
    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become a user without processes")
    def test_fewer_processes_than_jobs(self):
        """The limit does not count for root."""
        self.succeed(*RUN, "-o", "whole.h5")
        program = shutil.copy(self.program, self.folder)
        os.chmod(self.folder, 0o777)

        def call(limit, output):
            process = subprocess.run(
                [program, *RUN, "-j", "8", "-o", output], cwd=self.folder, user=USER, group=USER,
                extra_groups=[], capture_output=True, text=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit)))
            return process.returncode, process.stderr

        # One is the program itself.
        for limit in range(1, 12):
            output = f"{limit}.h5"
            code, err = call(limit, output)
            jobs = limit - 1 - 3
            if jobs < 1:
                self.assertEqual(code, 1, err)
                self.assertIn(f"needs 4 more threads, the system allows {limit - 1}", err)
                self.assertFalse((self.folder / output).exists())
                self.assertFalse((self.folder / f"{output}.journal").exists())
                continue
            self.assertEqual(code, 0, err)
            self.assertEqual(f"Only {jobs} of 8 fits at once" in err, jobs < 8, err)
            self.assert_same_results("whole.h5", output)


class Memory(ProgramTest):
    def resume(self, output):
        """After a run that found no memory: there is nothing to repair."""
        self.assertFalse(list(self.folder.glob("*.tmp*")))
        mode = ["--resume"] if (self.folder / f"{output}.journal").exists() else ["--force"]
        self.succeed(*RUN, "-o", output, *mode, "-j", "2")
        self.assert_same_results("whole.h5", output)

    def allocations(self, *arguments):
        count = self.folder / "count"
        subprocess.run([FAILING_NEW, *arguments], cwd=self.folder, check=True, capture_output=True,
                       env={**os.environ, "MLPGRID_COUNT_NEW": str(count)})
        return int(count.read_text())

    def test_no_allocation_is_the_end_of_a_run(self):
        self.succeed(*RUN, "-o", "whole.h5")
        first = self.allocations("--version")  # before: the libraries' own
        last = self.allocations(*RUN, "-j", "2", "-o", "count.h5")
        seed = random.randrange(10**6)
        choose = random.Random(seed)
        codes = []
        for i in range(60):
            number = f"{choose.randint(first + 1, last)}{'+' if i % 3 == 0 else ''}"
            output = f"{i}.h5"
            process = subprocess.run(
                [FAILING_NEW, *RUN, "-j", "2", "-o", output], cwd=self.folder,
                capture_output=True, text=True, timeout=120,
                env={**os.environ, "MLPGRID_FAIL_NEW": number})
            where = f"seed {seed}, allocation {number} of {last}: {process.stderr}"
            self.assertIn(process.returncode, (0, 1), where)
            if process.returncode == 1:
                self.assertIn("out of memory", process.stderr, where)
                self.resume(output)
            else:
                self.assert_same_results("whole.h5", output)
            codes.append(process.returncode)
        self.assertGreater(codes.count(1), 20, seed)

    def test_limits_of_memory(self):
        """`ulimit -v` from what starts at all to what suffices."""
        self.succeed(*RUN, "-o", "whole.h5")
        codes = []
        for i, size in enumerate(range(40, 400, 20)):
            output = f"{i}.h5"
            limit = size << 20
            process = subprocess.run(
                [self.program, *RUN, "-j", "2", "-o", output], cwd=self.folder,
                capture_output=True, text=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            codes.append(process.returncode)
            where = f"{size} MiB: {process.stderr}"
            self.assertIn(process.returncode, (0, 1, 127), where)  # 127: the loader's
            if process.returncode == 1:
                self.assertRegex(process.stderr, "memory|threads", where)
                self.resume(output)
        self.assertEqual(codes[-1], 0, codes)
        self.assertIn(1, codes)


if __name__ == "__main__":
    unittest.main()
