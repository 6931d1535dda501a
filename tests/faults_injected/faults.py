"""Runs of the program with one system call that goes wrong, and what must hold afterwards.

The calls fail through failing_calls.c, preloaded. What was durable is known without asking the
program: from the log of fsync calls and the frames of the journal, read here from its layout."""

import dataclasses
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import tempfile

import h5py

PROGRAM = os.environ["MLPGRID_PROGRAM"]
SHIM = os.environ["MLPGRID_FAILING_CALLS"]
SECONDS = 120  # after which a run counts as hanging

# Six fits and a refit, each long enough (some 40 ms) to be written on its own.
GRID = ("run", "quickstart", "--samples", "200", "--hidden-layer-sizes", "32", "--activation",
        "relu", "--init", "sklearn", "--learning-rate-init", "0.001,0.003,0.01", "--folds", "2",
        "--max-iter", "200", "--n-iter-no-change", "1000", "--quiet", "-j", "2")
FITS = 7

HEAD = struct.Struct("<4sIQQQQ")  # magic, number, run, size, checksums of payload and head
RECORD = struct.Struct("<5id")  # config, fold, status, n_iter, best_epoch, fit_time_s


@dataclasses.dataclass(frozen=True)
class Fault:
    call: str = ""  # none: all goes well
    nth: int = 1
    kind: str = "0"
    stays: bool = False

    def __str__(self):
        kind = os.strerror(int(self.kind)) if self.kind.isdigit() else self.kind
        return f"{self.call} {self.nth}{' and on' if self.stays else ''}: {kind}"


@dataclasses.dataclass
class Outcome:
    code: int
    err: str
    fired: bool
    synced: dict  # file -> length that is safe


def fits_of(journal, length=None):
    """(config, fold) -> time of the records in the journal's first `length` bytes."""
    content = journal.read_bytes()[:length]
    fits = {}
    at = 0
    while at + HEAD.size <= len(content):
        magic, number, _, size, _, _ = HEAD.unpack_from(content, at)
        assert magic == b"MLPJ", f"no frame at byte {at}"
        if at + HEAD.size + size > len(content):
            break
        if number > 0:
            config, fold, _, _, _, seconds = RECORD.unpack_from(content, at + HEAD.size)
            fits[config, fold] = seconds
        at += HEAD.size + size
    return fits


def fits_of_file(output):
    with h5py.File(output) as file:
        times = file["timing/fit_time_s"][:]
        fits = {(c, f): times[c, f] for c, f in zip(*(~(times != times)).nonzero())}
        if "refit_time_s" in file["timing"].attrs:
            best = int(file["best_model"].attrs["config"])
            fits[best, -1] = file["timing"].attrs["refit_time_s"]
        return fits


class Sandbox:
    """A folder in which runs go wrong, with the results they should have had beside it."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mlpgrid_faults_")
        root = pathlib.Path(self.temporary.name).resolve()
        self.log = root / "log"
        self.whole = root / "whole.h5"
        self.folder = root / "runs"
        self.output = self.folder / "r.h5"
        self.journal = self.folder / "r.h5.journal"
        self.folder.mkdir()
        self.expect(self.run(*GRID, "-o", self.whole), 0)

    def expect(self, outcome, *codes):
        if outcome.code not in codes:
            raise AssertionError(f"exit {outcome.code}, not {codes}: {outcome.err}")

    def clear(self):
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def start(self, *arguments, fault=Fault()):
        self.log.unlink(missing_ok=True)
        environment = dict(
            os.environ, LD_PRELOAD=SHIM, FAULT_UNDER=str(self.folder), FAULT_LOG=str(self.log),
            FAULT_CALL=fault.call, FAULT_NTH=str(fault.nth), FAULT_KIND=fault.kind,
            FAULT_STAYS=str(int(fault.stays)),
            ASAN_OPTIONS="verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""))
        return subprocess.Popen(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, process):
        try:
            _, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"hangs: {process.communicate()[1]}")
        fired, synced = False, {}
        for line in self.log.read_text().splitlines() if self.log.exists() else ():
            what, path, more = line.split(" ")
            if what == "fault":
                fired = True
            else:
                synced[pathlib.Path(path)] = int(more)
        return Outcome(process.returncode, err, fired, synced)

    def run(self, *arguments, fault=Fault()):
        return self.finish(self.start(*arguments, fault=fault))

    def durable_fits(self, outcome):
        """The fits that were on disk when the run ended, and may not be lost any more."""
        if not self.journal.exists():
            return fits_of_file(self.output) if self.output.exists() else {}
        return fits_of(self.journal, outcome.synced.get(self.journal, 0))

    def complete_and_compare(self, durable, *start):
        """What is there leads to the results of a whole run, with the fits that were durable.

        `start`: the run's arguments, where nothing of it was kept, which --resume cannot go on with.
        """
        begun = self.journal.exists() and self.journal.stat().st_size > 0
        resume = (*GRID, "-o", self.output, "--resume")
        self.expect(self.run(*(start if start and not begun and not durable else resume)), 0)
        if not durable.items() <= fits_of_file(self.output).items():
            raise AssertionError(f"finished fits were lost: {durable}")
        self.expect(self.run("diff", self.whole, self.output), 0)
        left = {path.name for path in self.folder.iterdir() if ".damaged" not in path.name}
        if left != {"r.h5"}:
            raise AssertionError(f"left behind: {sorted(left)}")


def killed(outcome):
    return outcome.code == -signal.SIGKILL
