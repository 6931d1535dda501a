"""`mlpgrid data`: downloads from servers on loopback that fail in every way a mirror can.

The sets are small ones of the tests' own (small_sets.cpp), but for the last test."""

import base64
import gzip
import hashlib
import json
import os
import pathlib
import pty
import resource
import signal
import ssl
import subprocess
import unittest

import h5py
import numpy

from mirror import Mirror
from program import ProgramTest, wait_until

ROWS = {"train": 80, "t10k": 20}
IMAGES = "train-images-idx3-ubyte"


def idx(array):
    shape = b"".join(d.to_bytes(4, "big") for d in array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def make_set(seed):
    """File name -> content. The images are noise: they stay long when packed."""
    random = numpy.random.RandomState(seed)
    files = {}
    for part, rows in ROWS.items():
        images = random.randint(0, 256, (rows, 28, 28)).astype(numpy.uint8)
        files[f"{part}-images-idx3-ubyte"] = idx(images)
        files[f"{part}-labels-idx1-ubyte"] = idx(numpy.arange(rows, dtype=numpy.uint8) % 10)
    return files


class DataTest(ProgramTest):
    """Two servers, `first` and `second`, that have both sets; the program knows them as mirrors."""

    program = os.environ["MLPGRID_SMALL_SETS"]

    def setUp(self):
        super().setUp()
        self.sets = {"mnist": make_set(1), "fashion-mnist": make_set(2)}
        self.packed = {f"/{name}/{file}.gz": gzip.compress(content)
                       for name, files in self.sets.items() for file, content in files.items()}
        self.first, self.second = self.mirror(), self.mirror()
        self.images = f"/mnist/{IMAGES}.gz"
        self.part = self.folder / "data/mnist" / f"{IMAGES}.gz.part"
        self.know(self.first.url, self.second.url)

    def mirror(self, **keywords):
        mirror = Mirror(dict(self.packed), **keywords)
        self.addCleanup(mirror.close)
        return mirror

    def know(self, *urls):
        """Makes these the mirrors that the program knows."""
        table = [{"name": name, "download_bytes": 123456,
                  "files": [{"name": file, "bytes": len(content),
                             "sha256": hashlib.sha256(content).hexdigest()}
                            for file, content in files.items()],
                  "mirrors": [f"{url}/{name}" for url in urls]}
                 for name, files in self.sets.items()]
        self.write("sets.json", json.dumps(table))

    def start(self, *arguments, env=None, **keywords):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"),
                       "MLPGRID_TEST_SETS": str(self.folder / "sets.json"), **(env or {})}
        return super().start(*arguments, env=environment, **keywords)

    def fetch(self, *arguments, code=0, **keywords):
        """What it says about fetching mnist into data/."""
        got, out, err = self.call("data", "fetch", "mnist", "--data-dir", "data", *arguments,
                                  **keywords)
        self.assertEqual(got, code, err)
        self.assertEqual(out, "")
        return err

    def fail_fetch(self, words, *arguments, **keywords):
        err = self.fetch(*arguments, code=1, **keywords)
        for word in words:
            self.assertIn(word, err)
        return err

    def assert_complete(self, parent="data", name="mnist"):
        folder = self.folder / parent / name
        self.assertEqual({f"/{name}/{p.name}": p.read_bytes() for p in folder.iterdir()},
                         {k: v for k, v in self.packed.items() if k.startswith(f"/{name}/")})

    def assert_no_images(self):
        self.assertEqual([p.name for p in (self.folder / "data/mnist").iterdir()], [])

    def put(self, file, content):
        path = self.folder / "data/mnist" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


class Fetch(DataTest):
    def test_everything_arrives_once(self):
        err = self.fetch()
        self.assert_complete()
        self.assertIn("mnist/t10k-labels-idx1-ubyte.gz: downloaded,", err)
        self.assertIn("mnist is in data/mnist", err)
        self.assertEqual(len(self.first.asked), 4)
        self.assertEqual(self.second.asked, [])
        self.assertEqual(self.fetch().count("already there"), 4)
        self.assertEqual(len(self.first.asked), 4)

    def test_plain_files_count_too(self):
        for file, content in self.sets["mnist"].items():
            self.put(file, content)
        self.assertEqual(self.fetch().count("already there"), 4)
        self.assertEqual(self.first.asked, [])

    def test_several_sets_and_quiet(self):
        out, err = self.succeed("data", "fetch", "mnist", "fashion-mnist", "--quiet")
        self.assertEqual(out + err, "")
        self.assert_complete("home/.cache/mlpgrid", "mnist")
        self.assert_complete("home/.cache/mlpgrid", "fashion-mnist")

    def test_goes_to_the_first_folder(self):
        variables = {"XDG_CACHE_HOME": str(self.folder / "cache")}
        self.succeed("data", "fetch", "mnist", env=variables)
        self.assert_complete("cache/mlpgrid")
        variables["MLPGRID_DATA_DIR"] = str(self.folder / "variable")
        self.succeed("data", "fetch", "mnist", env=variables)
        self.assert_complete("variable")
        self.succeed("data", "fetch", "mnist", "--data-dir", "option", env=variables)
        self.assert_complete("option")
        self.refuse(1, ["--data-dir"], "data", "fetch", "mnist", env={"HOME": ""})

    def test_mirror_option(self):
        self.know("http://127.0.0.1:1")
        for url in (self.second.url, self.second.url + "/"):
            self.fetch("--mirror", url, "--force")
        self.assert_complete()
        self.assertEqual(len(self.second.asked), 4)

    def test_a_password_goes_to_the_mirror_alone(self):
        address = self.second.url.replace("//", "//user:secret@")
        del self.second.files[self.images]
        err = self.fail_fetch(["http://***@127.0.0.1", "404"], "--mirror", address)
        self.assertNotIn("secret", err)
        basic = base64.b64encode(b"user:secret").decode()
        self.assertEqual(self.second.authorizations, {f"Basic {basic}"})
        for wrong in ("user:secret@host", "ftp://user:secret@host", "http://user:sec ret@host",
                      "http://user:s'ecret@host", "http://user:s/ecret@host", "http://u:s@ecret@h",
                      "http://user:secret@[", "http://user:secret@127.0.0.1:99999"):
            for option in (("--mirror", wrong), (f"--mirror={wrong}",), ("--mirorr", wrong)):
                code, out, err = self.call("data", "fetch", "mnist", "--data-dir", "data", *option)
                self.assertEqual((code > 0, "ecret" in out + err, "ret@" in out + err),
                                 (True, False, False), (option, err))
        for typo in ("http://user:secret@host", "--mirorr=http://user:secret@host"):
            code, out, err = self.call("data", "fetch", "mnist", "--data-dir", "data", typo)
            self.assertEqual((code, "secret" in out + err), (2, False), err)
        self.succeed("run", "--data", "moons", "--max-iter", "2", "--title",
                     "of http://user:secret@host/x", "-o", "x.h5", "--folds", "2")
        with h5py.File(self.folder / "x.h5") as file:
            self.assertIn("of http://***@host/x", file["environment"].attrs["command_line"])

    def test_redirects(self):
        self.first.faults[self.images] = {"redirect": self.second.url + self.images}
        self.fetch()
        self.assert_complete()
        self.assertEqual(self.second.asked, [self.images])

    def test_progress_on_a_terminal(self):
        self.first.faults[self.images] = {"hang": 30000}
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen(
            [self.program, "data", "fetch", "mnist", "--data-dir", "data", "--timeout", "1"],
            cwd=self.folder, stderr=slave, env={
                "PATH": os.environ["PATH"],
                "MLPGRID_TEST_SETS": str(self.folder / "sets.json")})
        os.close(slave)
        shown = b""
        try:
            while piece := os.read(master, 65536):
                shown += piece
        except OSError:  # how a terminal whose other end is closed ends
            pass
        self.assertEqual(process.wait(), 0)
        share = 100 * 30000 / len(self.packed[self.images])
        self.assertIn(f"\r{self.images[1:]}  30 kB of 63 kB  {share:.0f} %  ".encode(), shown)
        self.assert_complete()


class Mirrors(DataTest):
    def test_not_found(self):
        self.first.faults[self.images] = {"status": 404}
        err = self.fetch()
        self.assertIn(f"{self.first.url}{self.images}: HTTP status 404", err)
        self.assert_complete()
        self.assertEqual(self.second.asked, [self.images])

    def test_nowhere_to_be_found(self):
        self.first.faults[self.images] = {"status": 404}
        self.second.faults[self.images] = {"status": 503}
        self.fail_fetch([f"{self.first.url}{self.images}: HTTP status 404",
                   f"{self.second.url}{self.images}: HTTP status 503", "By hand", "data/mnist",
                   "t10k-labels-idx1-ubyte.gz", "--mirror URL"])
        self.assert_no_images()

    def test_wrong_content(self):
        name = self.images
        right = self.sets["mnist"][IMAGES]
        for wrong, words in (
                (gzip.compress(b"\1" + right[1:]), "SHA-256"),
                (gzip.compress(right + b"\0"), f"at least {len(right) + 1} bytes"),
                (gzip.compress(right[:-1]), f"only {len(right) - 1} bytes"),
                (gzip.compress(right)[:-9], "truncated"),
                (gzip.compress(right)[:20000] + b"xyz" * 100, "gzip"),
                (right, "not gzip"),
                (b"<html>Please log in", "not gzip"),
                (b"", "not gzip")):
            with self.subTest(words):
                self.first.files[name] = wrong
                self.second.files[name] = self.packed[name]
                self.assertIn(words, self.fetch())
                self.assert_complete()
                (self.folder / "data/mnist" / f"{IMAGES}.gz").unlink()
                self.second.files[name] = wrong
                self.fail_fetch([words, self.first.url + name, self.second.url + name])
                self.assertEqual(len(list((self.folder / "data/mnist").iterdir())), 3)

    def test_endless(self):
        self.first.faults[self.images] = {"endless": True}
        self.assertIn("sends more than the file can have", self.fetch())
        self.assert_complete()

    def test_hangs_at_once(self):
        self.first.faults[self.images] = {"hang": -1}
        self.assertIn(f"{self.first.url}{self.images}: no answer for 1 s",
                      self.fetch("--timeout", "1"))
        self.assert_complete()

    def test_hangs_on_the_way(self):
        self.first.faults[self.images] = {"hang": 20000}
        self.assertIn(f"{self.first.url}{self.images}: less than 1000 bytes/s for 1 s",
                      self.fetch("--timeout", "1"))
        self.assert_complete()
        # The second mirror sends what the first one did not.
        self.assertEqual(self.second.log,
                         [(self.images, 20000, len(self.packed[self.images]) - 20000)])

    def test_nobody_listens(self):
        self.second.close()
        self.know(self.second.url, self.first.url)
        self.assertIn(self.second.url, self.fetch())
        self.assert_complete()

    def test_unknown_certificate(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        impostor = self.mirror(tls=context)
        self.fail_fetch(["certificate"], "--mirror", impostor.url)
        self.assertEqual(impostor.asked, [])

    def test_no_redirect_to_a_local_file(self):
        target = self.write("secret.gz", self.packed[self.images])
        self.first.faults[self.images] = {"redirect": f"file://{target}"}
        self.assertIn("file", self.fetch())
        self.assertEqual(self.second.asked, [self.images])


class Resume(DataTest):
    def test_broken_connections(self):
        length = len(self.packed[self.images])
        self.know(self.first.url)
        self.first.faults[self.images] = {"cut": 1000}
        self.fail_fetch(["The first 3 kB are kept", self.images])
        self.assertEqual(self.part.read_bytes(), self.packed[self.images][:3000])
        self.first.faults.clear()
        self.fetch()
        self.assert_complete()
        # Every byte was sent once.
        self.assertEqual([entry for entry in self.first.log if entry[0] == self.images],
                         [(self.images, 0, 1000), (self.images, 1000, 1000),
                          (self.images, 2000, 1000), (self.images, 3000, length - 3000)])

    def test_server_without_ranges(self):
        self.put(self.part.name, self.packed[self.images][:5000])
        self.first.faults[self.images] = {"ranges": False}
        self.fetch()
        self.assert_complete()
        self.assertEqual(self.first.asked.count(self.images), 1)

    def test_damaged_part(self):
        self.put(self.part.name, b"something else")
        self.fetch()
        self.assert_complete()
        self.assertEqual([entry[1] for entry in self.first.log if entry[0] == self.images],
                         [14, 0])

    def test_part_is_the_whole_file(self):
        self.put(self.part.name, self.packed[self.images])
        self.fetch()
        self.assert_complete()
        self.assertNotIn(self.images, [entry[0] for entry in self.first.log])

    def test_interrupt(self):
        self.first.faults[self.images] = {"hang": 20000}
        for times, number in ((1, signal.SIGINT), (2, signal.SIGTERM)):
            process = self.start("data", "fetch", "mnist", "--data-dir", "data")
            wait_until(lambda: len(self.first.log) == times and self.part.exists()
                       and self.part.stat().st_size == 20000, process)
            process.send_signal(number)
            _, err = process.communicate()
            self.assertEqual(process.returncode, 3, err)
            self.assertIn("goes on from there", err)
            self.assertEqual(self.part.stat().st_size, 20000)
            self.first.faults[self.images] = {"hang": 0}
        self.first.faults.clear()
        self.fetch()
        self.assert_complete()
        self.assertEqual(self.first.log[-4][1], 20000)

    def test_another_download_of_the_same_file(self):
        self.first.faults[self.images] = {"hang": 20000}
        process = self.start("data", "fetch", "mnist", "--data-dir", "data")
        wait_until(lambda: self.part.exists() and self.part.stat().st_size == 20000, process)
        self.fail_fetch(["another process", str(self.part.relative_to(self.folder))])
        self.assertEqual(self.part.stat().st_size, 20000)


class Disk(DataTest):
    def test_no_room(self):
        folder = self.part.parent
        folder.mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder],
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("small file systems are root's to mount")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        self.fail_fetch(["No space left", "it needs 63 kB", "are free", "--data-dir"])
        self.assertEqual(self.second.asked, [])

    def test_a_planted_link_is_not_followed(self):
        self.part.parent.mkdir(parents=True)
        self.write("precious", "kept")
        self.part.symlink_to(self.folder / "precious")
        self.fail_fetch([self.part.name, "symbolic link"])
        self.assertEqual((self.folder / "precious").read_text(), "kept")

    def test_no_room_on_the_way(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))

        self.fail_fetch(["no room", "it needs 63 kB"], preexec_fn=limit, restore_signals=False)
        self.assert_no_images()
        self.fetch()
        self.assert_complete()

    def test_folder_not_writable(self):
        self.refuse(1, ["/proc/mnist", "--data-dir"], "data", "fetch", "mnist", "--data-dir",
                    "/proc")

    def test_wrong_file_in_the_way(self):
        packed = self.put(f"{IMAGES}.gz", self.packed[f"/fashion-mnist/{IMAGES}.gz"])
        plain = self.put("t10k-labels-idx1-ubyte", b"mine")
        self.fail_fetch([f"data/mnist/{packed.name}", "SHA-256", f"data/mnist/{plain.name}", "--force"])
        self.assertEqual(self.first.asked, [])
        self.assertEqual(plain.read_bytes(), b"mine")
        self.assertIn("removed", self.fetch("--force"))
        self.assert_complete()


class ListAndPath(DataTest):
    def test_list(self):
        out, _ = self.succeed("data", "list")
        self.assertEqual(out.splitlines(), [
            "mnist          a few rows   123 kB  missing; `mlpgrid data fetch mnist`",
            "fashion-mnist  a few rows   123 kB  missing; `mlpgrid data fetch fashion-mnist`"])
        self.fetch()
        self.put("../fashion-mnist/t10k-labels-idx1-ubyte", b"")
        out, _ = self.succeed("data", "list", "--data-dir", "data")
        self.assertIn("data/mnist\n", out)
        self.assertIn("data/fashion-mnist has 1 of 4 files; `mlpgrid data fetch fashion-mnist`",
                      out)

    def test_path(self):
        self.refuse(1, ["not here", "`mlpgrid data fetch mnist`"], "data", "path", "mnist")
        out, _ = self.succeed("data", "path")
        self.assertEqual(out, f"{self.folder}/home/.cache/mlpgrid\n")
        self.succeed("data", "fetch", "mnist")
        out, _ = self.succeed("data", "path", "mnist")
        self.assertEqual(out, f"{self.folder}/home/.cache/mlpgrid/mnist\n")
        os.unlink(f"{out.strip()}/{IMAGES}.gz")
        self.refuse(1, ["incomplete"], "data", "path", "mnist")

    def test_a_run_finds_what_it_asked_for(self):
        run = ["run", "--data", "mnist", "--test-samples", "20", "--max-iter", "2",
               "--hidden-layer-sizes", "4", "--folds", "2"]
        self.refuse(1, ["`mlpgrid data fetch mnist`"], *run)
        self.succeed("data", "fetch", "mnist")
        self.succeed(*run)

    def test_wrong_usage(self):
        self.refuse(2, ["list", "fetch", "path"], "data")
        self.refuse(2, ["'fetsh'", "did you mean fetch?"], "data", "fetsh")
        self.refuse(2, ["'fashion-mnits'", "did you mean fashion-mnist?"], "data", "fetch",
                    "mnist", "fashion-mnits")
        self.refuse(2, ["'mnits'", "did you mean mnist?"], "data", "path", "mnits")
        self.refuse(2, ["mnist fashion-mnist"], "data", "fetch")
        self.refuse(2, ["'mnist'"], "data", "list", "mnist")
        self.refuse(2, ["'mnist'"], "data", "path", "mnist", "mnist")
        self.refuse(2, ["--force", "data fetch"], "data", "list", "--force")
        self.refuse(2, ["--data-dir", "nowhere"], "data", "list", "--data-dir", "nowhere")
        self.refuse(2, ["--mirror", "ftp://x", "https://"], "data", "fetch", "mnist", "--mirror",
                    "ftp://x")
        for seconds in ("0", "1.5", "9999"):
            self.refuse(2, ["--timeout", seconds], "data", "fetch", "mnist", "--timeout", seconds)


class RealSets(ProgramTest):
    """The program as it is, with the real files from $MLPGRID_DATA_DIR: its own checksums."""

    def test_fetch(self):
        source = os.environ.get("MLPGRID_DATA_DIR")
        if not source:
            self.skipTest("MLPGRID_DATA_DIR is not set")
        for name in ("mnist", "fashion-mnist"):
            packed = {f"/{name}/{p.name}": p.read_bytes()
                      for p in pathlib.Path(source, name).glob("*.gz")}
            if len(packed) < 4:
                self.skipTest(f"not all of {name} is there as .gz")
            mirror = Mirror(packed)
            self.addCleanup(mirror.close)
            self.succeed("data", "fetch", name, "--mirror", mirror.url, "--data-dir", "data")
            self.assertEqual(sorted(p.name for p in (self.folder / "data" / name).iterdir()),
                             sorted(path.split("/")[-1] for path in packed))


if __name__ == "__main__":
    unittest.main()
