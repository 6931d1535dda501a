"""Every system call that writes fails, once or from then on, one after the other until the run does
not notice any more. Prints how many that were.

After each fault: an exit code, a message that says what went wrong, no finished fit lost, nothing
left behind, and in the end the results of a run that nothing happened to."""

import collections
import errno
import itertools
import os
import shutil
import signal
import sys

from faults import FITS, GRID, Fault, Sandbox, fits_of, killed

CALLS = ("open", "write", "fsync", "rename", "link", "truncate", "unlink")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
INTERRUPTED = ("open", "write", "fsync", "truncate")  # what EINTR may end


def all_faults():
    """One of each series of faults that differ in their number alone."""
    for call in CALLS:
        for error, stays in itertools.product(ERRORS, (False, True)):
            yield Fault(call, 1, str(error), stays)
        yield Fault(call, 1, "kill")
        yield Fault(call, 1, "stop")
        if call in INTERRUPTED:
            yield Fault(call, 1, str(errno.EINTR))
    yield Fault("write", 1, "short")
    yield Fault("write", 1, "short", True)
    yield Fault("write", 1, "torn")


def check_ending(fault, outcome):
    """Whether a run with this fault ended as it should have."""
    if fault.kind in ("kill", "torn"):
        good = killed(outcome)
    elif fault.kind == "stop":
        good = outcome.code in (0, 3, -signal.SIGTERM)
    elif fault.kind in ("short", str(errno.EINTR)):
        good = outcome.code == 0
    else:  # 0: what failed was not needed
        good = outcome.code == 0 or (outcome.code == 1 and "mlpgrid: " in outcome.err
                                     and os.strerror(int(fault.kind)) in outcome.err)
    if not good:
        raise AssertionError(f"exit {outcome.code}: {outcome.err}")


class Fresh:
    """A run where there was nothing."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def prepare(self):
        self.sandbox.clear()
        return (*GRID, "-o", self.sandbox.output)

    def check(self, outcome):
        self.sandbox.complete_and_compare(self.sandbox.durable_fits(outcome))


class HalfDone(Fresh):
    """--resume from a journal with a torn end and a damaged record."""

    def __init__(self, sandbox):
        super().__init__(sandbox)
        assert killed(sandbox.run(*super().prepare(), fault=Fault("unlink", 1, "kill")))
        fits = list(fits_of(sandbox.journal).items())  # in the order of their frames
        frames = [b"MLPJ" + rest for rest in sandbox.journal.read_bytes().split(b"MLPJ")[1:]]
        assert len(frames) == FITS + 1 == len(fits) + 1, len(frames)
        damaged = bytearray(frames[4])
        damaged[100] ^= 1
        self.content = b"".join([*frames[:4], damaged, frames[5], frames[6][:-9]])
        self.kept = dict([*fits[:3], fits[4]])

    def prepare(self):
        self.sandbox.clear()
        self.sandbox.journal.write_bytes(self.content)
        return (*GRID, "-o", self.sandbox.output, "--resume")

    def check(self, outcome):
        self.sandbox.complete_and_compare(self.kept)


class Replacing(Fresh):
    """--force over another run: a file and a journal of it."""

    def __init__(self, sandbox):
        super().__init__(sandbox)
        arguments = (*GRID, "--random-state", "1", "-o", sandbox.output)
        sandbox.clear()
        sandbox.expect(sandbox.run(*arguments), 0)
        content = sandbox.output.read_bytes()
        sandbox.clear()
        outcome = sandbox.run(*arguments, fault=Fault("write", 2, "kill"))
        assert killed(outcome), outcome
        self.older = {sandbox.output: content, sandbox.journal: sandbox.journal.read_bytes()}

    def prepare(self):
        self.sandbox.clear()
        for path, content in self.older.items():
            path.write_bytes(content)
        return (*GRID, "-o", self.sandbox.output, "--force")

    def check(self, outcome):
        journal, output = self.sandbox.journal, self.sandbox.output
        replaced = not journal.exists() or journal.read_bytes() != self.older[journal]
        if not replaced:  # then nothing is
            assert output.read_bytes() == self.older[output], "half of the older run is gone"
        self.sandbox.expect(self.sandbox.run("table", output), 0)
        if replaced:
            self.sandbox.complete_and_compare(self.sandbox.durable_fits(outcome))
        else:
            self.sandbox.expect(self.sandbox.run(*GRID, "-o", output, "--force"), 0)
            self.sandbox.expect(self.sandbox.run("diff", self.sandbox.whole, output), 0)


class Report(Fresh):
    """A file made of a finished run, over an older one of its kind."""

    command = ("report", "r.h5", "-o", "made")

    def __init__(self, sandbox):
        super().__init__(sandbox)
        self.made = sandbox.folder / "made"
        self.prepare()
        self.made.unlink()
        sandbox.expect(sandbox.run(*self.command), 0)
        self.expected = self.made.read_bytes()

    expected = b""

    def prepare(self):
        self.sandbox.clear()
        shutil.copy(self.sandbox.whole, self.sandbox.output)
        self.made.write_bytes(self.expected + b"older\n")
        return self.command

    def check(self, outcome):
        found = self.made.read_bytes()
        assert found in (self.expected, self.expected + b"older\n"), "neither old nor new"
        assert outcome.code != 0 or found == self.expected, "not written"
        if outcome.code >= 0:  # who was killed could not tidy up; the next one does
            self.check_folder()
        self.sandbox.expect(self.sandbox.run(*self.command), 0)
        assert self.made.read_bytes() == self.expected
        self.check_folder()

    def check_folder(self):
        left = {path.name for path in self.sandbox.folder.iterdir()}
        assert left == {"r.h5", "made"}, left


class Predict(Report):
    command = ("predict", "r.h5", "--data", "glyphs", "--samples", "50", "-o", "made")


class Export(Report):
    command = ("export", "r.h5", "-o", "made")


def sweep(sandbox, scenario, faults, numbers=itertools.count):
    """Number of faults that did not end well."""
    counts, failures = collections.Counter(), 0
    scenario = scenario(sandbox)
    for series in faults:
        for nth in numbers(1):
            fault = Fault(series.call, nth, series.kind, series.stays)
            outcome = sandbox.run(*scenario.prepare(), fault=fault)
            try:
                if not outcome.fired:
                    sandbox.expect(outcome, 0)
                    break
                counts[fault.call] += 1
                check_ending(fault, outcome)
                scenario.check(outcome)
            except AssertionError as error:
                failures += 1
                print(f"FAILED {type(scenario).__name__}, {fault}: {error}", flush=True)
    print(f"{type(scenario).__name__}: {counts.total()} faults ("
          + ", ".join(f"{call} {n}" for call, n in counts.items())
          + f"), {failures} failures", flush=True)
    return failures


if __name__ == "__main__":
    scenarios = {cls.__name__: cls for cls in (Fresh, HalfDone, Replacing, Report, Predict, Export)}
    chosen = sys.argv[1:] or scenarios
    sandbox = Sandbox()
    sys.exit(sum(sweep(sandbox, scenarios[name], all_faults()) for name in chosen) > 0)
