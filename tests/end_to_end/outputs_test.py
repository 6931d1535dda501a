"""What a command may replace: nothing that it reads, and what is not its own only when it is told
to; links, modes, devices, pipes and standard input and output."""

import os
import pathlib
import stat
import subprocess
import threading
import unittest

import h5py

from program import ProgramTest, make_image_set, wait_until

NOBODY = 65534
RUN = ("run", "--quiet", "--max-iter", "2", "--hidden-layer-sizes", "3", "--folds", "2",
       "--batch-size", "8", "--stratify", "false")
ROWS = "a,b,class\n" + "".join(f"{i % 5},{i % 7},{'xy'[i % 2]}\n" for i in range(24))


class Outputs(ProgramTest):
    def csv_run(self, *more):
        self.write("rows.csv", ROWS)
        self.succeed(*RUN, "--csv", "rows.csv", "--target", "class", "-o", "run.h5", *more)

    def keeps(self, name, code, words, *arguments, without=(), **keywords):
        """Refused, and the file as it was."""
        path = self.folder / name
        before = path.read_bytes()
        got, _, err = self.call(*arguments, **keywords)
        self.assertEqual(got, code, f"{arguments}: {err}")
        for word in words:
            self.assertIn(word, err, arguments)
        for word in without:
            self.assertNotIn(word, err, arguments)
        self.assertEqual(path.read_bytes(), before, arguments)


class InputsAreNotReplaced(Outputs):
    def test_run(self):
        self.write("rows.csv", ROWS)
        self.write("mine.ini", "data = moons\nmax-iter = 2\n")
        os.link(self.folder / "rows.csv", self.folder / "hard.csv")
        os.symlink("rows.csv", self.folder / "soft.csv")
        csv = (*RUN, "--csv", "rows.csv", "--target", "class")
        for force in ((), ("--force",), ("--resume",), ("--dry-run",)):
            for name in ("rows.csv", "./rows.csv", "hard.csv", "soft.csv"):
                self.keeps("rows.csv", 2, ["-o", name, "read"], *csv, "-o", name, *force,
                           without=["--force"])
            self.keeps("mine.ini", 2, ["mine.ini"], "run", "mine.ini", "-o", "mine.ini", *force)
        (self.folder / "rows.csv").rename(self.folder / "x.h5.journal")
        self.keeps("x.h5.journal", 2, ["x.h5.journal"], *RUN, "--csv", "x.h5.journal", "--target",
                   "class", "-o", "x.h5", "--force")

    def test_images(self):
        make_image_set(self.folder)
        images = "fashion-mnist/train-images-idx3-ubyte"
        labels = "fashion-mnist/train-labels-idx1-ubyte"
        for name in (images, labels):
            self.keeps(name, 2, [name], *RUN, "--images", images, "--labels", labels, "-o", name,
                       "--force")
            self.keeps(name, 2, [name], *RUN, "--data", "fashion-mnist", "--data-dir", ".", "-o",
                       name, "--force")

    def test_features(self):
        self.csv_run("--keep-models", "all")
        features = ("--features-from", "run.h5", "--features-layer", "1", "--features-config", "0")
        self.keeps("run.h5", 2, ["run.h5"], *RUN, "--csv", "rows.csv", "--target", "class",
                   *features, "-o", "run.h5", "--force")
        # The experiment that makes the features reads run.h5, too, before anything is written.
        self.write("first.ini", "data = csv\ncsv = rows.csv\ntarget = class\nstratify = false\n"
                   "folds = 2\nmax-iter = 2\nkeep-models = all\nfeatures-from = run.h5\n"
                   "features-layer = 1\nfeatures-config = 0\n")
        self.keeps("run.h5", 2, ["run.h5"], *RUN, "--csv", "rows.csv", "--target", "class",
                   "--features-from", "first.ini", *features[2:], "-o", "run.h5", "--force")
        # Nor would the features' own results file be the output.
        self.refuse(2, ["first.h5"], *RUN, "--csv", "rows.csv", "--target", "class",
                    "--features-from", "first.ini", *features[2:], "-o", "first.h5")

    def test_commands_on_a_results_file(self):
        self.csv_run()
        os.link(self.folder / "run.h5", self.folder / "hard.h5")
        for output in ("run.h5", "hard.h5"):
            for command in ("report", "export", "predict"):
                more = ("--csv", "rows.csv") if command == "predict" else ()
                for force in ((), ("--force",)):
                    self.keeps("run.h5", 2, [output, "read"], command, "run.h5", *more, "-o",
                               output, *force)
        for force in ((), ("--force",)):
            self.keeps("rows.csv", 2, ["rows.csv"], "predict", "run.h5", "--csv", "rows.csv", "-o",
                       "rows.csv", *force)
        (self.folder / "run.h5").rename(self.folder / "run.html")
        self.keeps("run.html", 2, ["run.html"], "report", "run.html")


class OthersFiles(Outputs):
    def test_what_came_during_the_run(self):
        for force in ((), ("--force",)):
            (self.folder / "slow.h5").unlink(missing_ok=True)
            process = self.start("run", "--data", "moons", "--samples", "3000", "--solver",
                                 "sgd,adam", "--max-iter", "300", "--tol", "0", "-j", "1", "-o",
                                 "slow.h5", *force)
            wait_until((self.folder / "slow.h5.journal").exists, process)
            self.write("slow.h5", "my thesis")
            _, err = process.communicate()
            self.assertEqual(process.returncode, 1)
            self.assertIn("slow.h5 is there and is not a results file", err)
            self.assertEqual((self.folder / "slow.h5").read_text(), "my thesis")
            (self.folder / "slow.h5").unlink()
            self.succeed("run", "--data", "moons", "--samples", "3000", "--solver", "sgd,adam",
                         "--max-iter", "300", "--tol", "0", "-j", "1", "-o", "slow.h5", "--resume")

    def test_run_replaces_results_files_alone(self):
        own = self.folder / "own.h5"
        with h5py.File(own, "w") as file:
            file["x"] = list(range(1000))
            file.attrs["schema_version"] = 1
            file.attrs["experiment"] = "mine"
        self.write("text.h5", "precious\n")
        moons = (*RUN, "--data", "moons", "-o")
        for name in ("own.h5", "text.h5"):
            for mode in ((), ("--force",), ("--resume",)):
                self.keeps(name, 1, [name, "-o"], *moons, name, *mode, without=["--force"])
        self.write("diary.h5.journal", "dear diary\n")
        for mode in ((), ("--force",), ("--resume",)):
            self.keeps("diary.h5.journal", 1, ["diary.h5.journal", "-o"], *moons, "diary.h5", *mode,
                       without=["--force"])

        for precious in ("precious", ""):  # a link planted where the journal will be
            self.write("precious", precious)
            os.symlink("precious", self.folder / "planted.h5.journal")
            self.keeps("precious", 1, ["planted.h5.journal"], *moons, "planted.h5", "--force")
            (self.folder / "planted.h5.journal").unlink()

        self.succeed(*moons, "run.h5")
        self.keeps("run.h5", 1, ["--force"], *moons, "run.h5")
        damaged = bytearray((self.folder / "run.h5").read_bytes())
        damaged[600:6000] = os.urandom(5400)
        for content in (damaged, damaged[:20000], b""):
            self.write("run.h5", bytes(content))
            self.succeed(*moons, "run.h5", "--force")
            self.succeed("table", "run.h5")

    def test_answers_replace_their_own_kind(self):
        self.csv_run()
        self.write("precious", "a,b,class\n1,2,x\n")
        predict = ("predict", "run.h5", "--csv", "rows.csv")
        for command in (predict, (*predict, "--proba"), ("export", "run.h5"), ("report", "run.h5")):
            with self.subTest(command=command):
                self.keeps("precious", 1, ["precious", "--force"], *command, "-o", "precious")
                for _ in range(2):
                    self.succeed(*command, "-o", "answer")
                kept = (self.folder / "precious").read_bytes()
                self.succeed(*command, "-o", "precious", "--force")
                self.assertEqual((self.folder / "precious").read_bytes(),
                                 (self.folder / "answer").read_bytes())
                (self.folder / "precious").write_bytes(kept)
                (self.folder / "answer").write_bytes(b"")
                self.succeed(*command, "-o", "answer")
                (self.folder / "answer").unlink()

    def test_rows_for_an_autoencoder_are_not_its_answers(self):
        rows = "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(12))
        self.write("rows.csv", rows)
        self.write("more.csv", rows)
        self.succeed(*RUN, "--csv", "rows.csv", "--task", "autoencoder", "-o", "run.h5")
        self.keeps("more.csv", 1, ["more.csv", "--force"], "predict", "run.h5", "--csv", "rows.csv",
                   "-o", "more.csv")
        self.succeed(*RUN, "--data", "glyphs", "--samples", "30", "--test-samples", "4", "--task",
                     "autoencoder", "-o", "glyphs.h5")
        for _ in range(2):  # of images no CSV file is shown to it
            self.succeed("predict", "glyphs.h5", "-o", "answers.csv")


class LinksAndModes(Outputs):
    def test_every_command_follows_links_and_keeps_modes(self):
        self.write("rows.csv", ROWS)
        (self.folder / "far").mkdir()
        for name in ("run.h5", "page.html", "model.onnx", "answers.csv"):
            os.symlink(f"far/{name}", self.folder / name)
        run = (*RUN, "--csv", "rows.csv", "--target", "class", "-o", "run.h5")
        commands = {"run.h5": (*run, "--force"),
                    "page.html": ("report", "run.h5", "-o", "page.html"),
                    "model.onnx": ("export", "run.h5", "-o", "model.onnx"),
                    "answers.csv": ("predict", "run.h5", "--csv", "rows.csv", "-o", "answers.csv")}
        for name, command in commands.items():
            with self.subTest(name=name):
                self.succeed(*command)
                far = self.folder / "far" / name
                first = far.stat().st_ino
                far.chmod(0o600)
                self.succeed(*command)
                self.assertTrue((self.folder / name).is_symlink())
                self.assertNotEqual(far.stat().st_ino, first)
                self.assertEqual(stat.S_IMODE(far.stat().st_mode), 0o600)
        self.assertEqual(sorted(p.name for p in (self.folder / "far").iterdir()), sorted(commands))

    def test_leftovers_of_killed_commands(self):
        self.csv_run()
        for name, command in (("a.csv", ("predict", "run.h5", "--csv", "rows.csv")),
                              ("a.html", ("report", "run.h5")), ("a.onnx", ("export", "run.h5"))):
            stale = self.write(f"{name}.tmp-0123456789abcdef", "half")
            foreign = self.write(f"{name}.tmp-mine", "mine")
            self.succeed(*command, "-o", name)
            self.assertFalse(stale.exists(), name)
            self.assertTrue(foreign.exists(), name)


@unittest.skipUnless(os.geteuid() == 0, "becomes somebody else, which takes root")
class WithoutRights(Outputs):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.csv_run()
        self.blind = self.folder / "blind"
        self.blind.mkdir()

    def as_nobody(self, *arguments):
        return self.call(*arguments, user=NOBODY, group=NOBODY, extra_groups=[])

    def test_a_folder_that_cannot_be_listed(self):
        self.blind.chmod(0o333)
        for command in ((*RUN, "--data", "moons", "-o", "blind/new.h5"),
                        ("report", "run.h5", "-o", "blind/page.html"),
                        ("export", "run.h5", "-o", "blind/model.onnx"),
                        ("predict", "run.h5", "--csv", "rows.csv", "-o", "blind/answers.csv")):
            code, _, err = self.as_nobody(*command)
            self.assertEqual(code, 0, err)
        self.assertEqual(sorted(p.name for p in self.blind.iterdir()),
                         ["answers.csv", "model.onnx", "new.h5", "page.html"])

    def test_a_folder_that_cannot_be_written_to(self):
        self.blind.chmod(0o555)
        for command in ((*RUN, "--data", "moons", "-o", "blind/new.h5"),
                        ("report", "run.h5", "-o", "blind/page.html"),
                        ("export", "run.h5", "-o", "blind/model.onnx"),
                        ("predict", "run.h5", "--csv", "rows.csv", "-o", "blind/answers.csv")):
            code, _, err = self.as_nobody(*command)
            self.assertEqual(code, 1, err)
            self.assertIn("blind", err)
            self.assertIn("-o", err)

    def test_files_that_may_not_be_read(self):
        (self.folder / "run.h5").chmod(0)
        (self.folder / "rows.csv").chmod(0)
        self.blind.chmod(0o777)
        secret = self.write("secret.ini", "data = moons\n")
        secret.chmod(0)
        for name, command in (("run.h5", ("table", "run.h5")), ("run.h5", ("report", "run.h5", "-o",
                                                                           "/dev/null")),
                              ("rows.csv", (*RUN, "--csv", "rows.csv", "--target", "class", "-o",
                                            "blind/new.h5")),
                              ("secret.ini", ("show", "./secret.ini"))):
            code, _, err = self.as_nobody(*command)
            self.assertEqual(code, 1, err)
            self.assertIn(name, err)
            self.assertIn("Permission denied", err)
            self.assertNotIn("cut short", err)
        self.blind.chmod(0)
        code, _, err = self.as_nobody("table", "blind/run.h5")
        self.assertEqual(code, 1)
        self.assertIn("Permission denied", err)


class Streams(Outputs):
    def piped(self, content, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, input=content.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stdout, done.stderr.decode()

    def test_standard_input(self):
        self.csv_run()
        csv = ("--csv", "-", "--target", "class")
        code, _, err = self.piped(ROWS, *RUN, *csv)
        self.assertEqual(code, 0, err)
        self.assertTrue((self.folder / "stdin.h5").exists())
        with h5py.File(self.folder / "stdin.h5") as a, h5py.File(self.folder / "run.h5") as b:
            self.assertEqual(a.attrs["data_sha256"], b.attrs["data_sha256"])
            self.assertEqual(list(a["mean_test_score"]), list(b["mean_test_score"]))
        self.assertIn("already complete", self.piped(ROWS, *RUN, *csv, "--resume")[2])
        code, out, err = self.piped(ROWS, "predict", "run.h5", "--csv", "-")
        self.assertEqual(code, 0, err)
        self.assertEqual(out, self.succeed("predict", "run.h5", "--csv", "rows.csv")[0].encode())
        with open(self.folder / "rows.csv", "rb") as rows:
            before = rows.read()
            rows.seek(0)
            done = subprocess.run([self.program, "predict", "run.h5", "--csv", "-", "-o",
                                   "rows.csv", "--force"], cwd=self.folder, stdin=rows,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual((self.folder / "rows.csv").read_bytes(), before)

    def test_where_standard_input_and_output_do_not_go(self):
        self.csv_run()
        self.refuse(2, ["standard output"], *RUN, "--data", "moons", "-o", "-")
        self.refuse(2, ["standard input"], "table", "-")
        self.refuse(2, ["images", "labels"], *RUN, "--images", "-", "--labels", "-")
        self.refuse(2, ["--watch"], "report", "run.h5", "-o", "-", "--watch")
        for output in ("/dev/null", "/dev/full"):
            self.refuse(1, [output], *RUN, "--data", "moons", "-o", output, "--force")

    def test_standard_output_devices_and_pipes(self):
        self.csv_run()
        for name, command in (("answers.csv", ("predict", "run.h5", "--csv", "rows.csv")),
                              ("page.html", ("report", "run.h5")),
                              ("model.onnx", ("export", "run.h5"))):
            with self.subTest(name=name):
                self.succeed(*command, "-o", name)
                wanted = (self.folder / name).read_bytes()
                for output in ("-", "/dev/stdout"):
                    code, out, err = self.piped("", *command, "-o", output)
                    self.assertEqual(code, 0, err)
                    self.assertEqual(out, wanted)
                self.succeed(*command, "-o", "/dev/null")
                self.assertTrue(pathlib.Path("/dev/null").is_char_device())
                code, _, err = self.call(*command, "-o", "/dev/full")
                self.assertEqual(code, 1)
                self.assertIn("/dev/full", err)
                pipe = self.folder / "pipe"
                os.mkfifo(pipe)
                got = []
                reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
                reader.start()
                self.succeed(*command, "-o", "pipe")
                reader.join()
                self.assertEqual(got, [wanted])
                pipe.unlink()


class HeldByAnother(Outputs):
    def test_the_message_says_who_may_hold_it(self):
        self.csv_run()
        with h5py.File(self.folder / "run.h5", "r+"):
            code, _, err = self.call("table", "run.h5")
        self.assertEqual(code, 1)
        self.assertIn("another program", err)
        self.assertIn("h5py", err)
        self.assertNotIn("HDF5_USE_FILE_LOCKING", err)
        self.succeed("table", "run.h5")


if __name__ == "__main__":
    unittest.main()
