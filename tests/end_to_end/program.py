"""Runs the program in a folder of its own and compares results files.

What the tests of this folder share; each of them is a unittest program."""

import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

PROGRAM = os.environ["MLPGRID_PROGRAM"]
NOT_COMPARED = ("timing", "environment")


class ProgramTest(unittest.TestCase):
    """A test with a temporary folder, in which the program runs."""

    program = PROGRAM

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mlpgrid_")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def start(self, *arguments, **keywords):
        process = subprocess.Popen(
            [self.program, *map(str, arguments)], cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def call(self, *arguments, **keywords):
        """Exit code, stdout, stderr."""
        process = self.start(*arguments, **keywords)
        out, err = process.communicate()
        return process.returncode, out, err

    def succeed(self, *arguments, **keywords):
        code, out, err = self.call(*arguments, **keywords)
        self.assertEqual(code, 0, err)
        return out, err

    def refuse(self, code, words, *arguments, **keywords):
        """Expects this exit code, a message with all the words, and no new file."""
        before = self.files()
        got, out, err = self.call(*arguments, **keywords)
        self.assertEqual(got, code, f"{arguments}: {err}")
        self.assertEqual(out, "", arguments)
        for word in words:
            self.assertIn(word, err, arguments)
        self.assertEqual(self.files(), before, arguments)

    def files(self):
        return {p: p.stat().st_size for p in self.folder.rglob("*")}

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def assert_same_results(self, a, b):
        """Every dataset and attribute outside /timing and /environment, to the bit."""
        with h5py.File(self.folder / a) as x, h5py.File(self.folder / b) as y:
            contents_x, contents_y = contents(x), contents(y)
            self.assertEqual(contents_x.keys(), contents_y.keys())
            for name, value in contents_x.items():
                self.assertEqual(value, contents_y[name], name)


def make_image_set(data_dir, name="fashion-mnist", train_rows=60, test_rows=20):
    """The files of a public set with few images, all noise; returns the test images."""
    folder = data_dir / name
    folder.mkdir(parents=True)
    random = numpy.random.RandomState(0)
    for part, n in (("train", train_rows), ("t10k", test_rows)):
        labels = numpy.arange(n, dtype=numpy.uint8) % 10
        images = random.randint(0, 256, (n, 28, 28), dtype=numpy.uint8)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(
            b"\0\0\x08\1" + n.to_bytes(4, "big") + labels.tobytes())
        (folder / f"{part}-images-idx3-ubyte").write_bytes(
            b"\0\0\x08\3" + b"".join(d.to_bytes(4, "big") for d in (n, 28, 28))
            + images.tobytes())
    return images


def contents(file):
    """Name -> bytes of everything that has to be reproducible."""
    found = {}

    def as_bytes(value):
        value = numpy.asarray(value)
        if value.dtype == object:
            flat = [v.decode() if isinstance(v, bytes) else str(v) for v in value.ravel()]
            return value.shape, tuple(flat)
        return value.shape, value.dtype.str, value.tobytes()

    def attributes(name, thing):
        for key, value in thing.attrs.items():
            if key not in ("DIMENSION_LIST", "REFERENCE_LIST"):  # object references
                found[f"{name}@{key}"] = as_bytes(value)

    def visit(name, thing):
        if name.split("/")[0] in NOT_COMPARED:
            return
        attributes(name, thing)
        if isinstance(thing, h5py.Dataset):
            found[name] = as_bytes(thing[()])

    attributes("", file)
    file.visititems(visit)
    return found


def wait_until(condition, process, seconds=120):
    """Polls until the condition holds; fails when the process ends before or takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None:
            raise AssertionError(f"the program ended early: {process.communicate()[1]}")
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.005)
