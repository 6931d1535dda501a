"""Bad input: the exit code, a message that names the culprit, and no half-written output."""

import gzip
import os
import unittest

import h5py

from program import ProgramTest


def idx(array_rank, shape, content, kind=8):
    return (bytes([0, 0, kind, array_rank]) + b"".join(d.to_bytes(4, "big") for d in shape)
            + content)


class WrongUsage(ProgramTest):
    def test_misspelt_names(self):
        self.refuse(2, ["'runn'", "did you mean run?"], "runn")
        self.refuse(2, ["'quikstart'", "did you mean quickstart?"], "run", "quikstart")
        self.refuse(2, ["'--solvr'", "did you mean --solver?"], "run", "--solvr", "adam")
        self.refuse(2, ["'--solv'"], "run", "--solv", "adam")
        self.refuse(2, ["--solver", "'addam'", "did you mean adam?"], "run", "--solver", "addam")
        self.refuse(2, ["--isa", "avx2"], "run", "--isa", "avx1024")

    def test_no_command(self):
        self.refuse(2, ["usage"])

    def test_options_of_later_versions_are_unknown(self):
        for command in ("report", "predict", "compare", "export"):
            self.refuse(2, [command], command)

    def test_options_that_do_not_go_together(self):
        for words, options in (
                (["map-size"], ("--map-size", "1")),
                (["map-range", "map-size"], ("--map-range", "0,1,0,1")),
                (["map-size", "two features"], ("--data", "glyphs", "--map-size", "10")),
                (["regularization", "sgd"], ("--regularization", "l1", "--regularization-rate", "1")),
                (["regularization-rate"], ("--solver", "sgd", "--regularization", "l2")),
                (["trace", "adam"], ("--trace", "true", "--solver", "lbfgs")),
                (["gradient-of"], ("--gradient-of", "squared_error", "--data", "glyphs")),
                (["validation-size", "folds"], ("--data", "moons", "--validation-size", "0.2")),
                (["regression", "moons"], ("--data", "moons", "--task", "regression"))):
            self.refuse(*((2, words, "run") + options))

    def test_table_of_traces_takes_no_other_option(self):
        self.succeed("run", "--data", "moons", "--samples", "40", "--max-iter", "2", "--trace",
                     "true", "--quiet", "-o", "t.h5")
        for other in (("--format", "json"), ("--pivot", "a,b"), ("--per-class",), ("--top", "3"),
                      ("--sort", "label"), ("--success", "val_loss<1"), ("--against-reported",)):
            self.refuse(2, ["--trace", other[0]], "table", "t.h5", "--trace", *other)

    def test_names_that_the_system_refuses(self):
        os.symlink("loop", self.folder / "loop")
        for name, reason in (("x" * 300, "too long"), ("loop", "Too many levels")):
            for arguments in (("run", "./" + name), ("run", "--data", "moons", "-o", name),
                              ("table", name), ("report", name), ("predict", name)):
                code, out, err = self.call(*arguments)
                self.assertIn(code, (1, 2), err)
                self.assertEqual(out, "")
                self.assertIn(name[:200], err)
                self.assertIn(reason, err)
                self.assertNotIn("filesystem error", err)

    def test_values(self):
        for option, value in (("--batch-size", "0"), ("--folds", "-1"), ("--solver", ""),
                              ("--solver", "adam,,sgd"), ("--solver", "adam,adam"),
                              ("--learning-rate-init", "0"), ("--learning-rate-init", "nan"),
                              ("--max-iter", "0"), ("--hidden-layer-sizes", "8-0"),
                              ("--shuffle", "yes"), ("--random-state", "1.5"),
                              ("--samples", "99999999999999999999"), ("--momentum", "2")):
            self.refuse(2, [option], "run", option, value)

    def test_environment_names_an_unknown_instruction_set(self):
        self.refuse(2, ["avx1024"], "run", env={**os.environ, "MLPGRID_ISA": "avx1024"})

    def test_experiment_files(self):
        self.write("twice.ini", "solver = adam\n\nsolver = sgd\n")
        self.refuse(2, ["twice.ini:3", "solver", "line 1"], "run", "twice.ini")
        self.write("key.ini", "# c\nsolvr = adam\n")
        self.refuse(2, ["key.ini:2", "solvr", "did you mean solver?"], "run", "key.ini")
        self.write("value.ini", "solver = addam\n")
        self.refuse(2, ["value.ini:1", "solver", "did you mean adam?"], "show", "value.ini")
        self.write("empty.ini", "solver =\n")
        self.refuse(2, ["empty.ini:1", "solver"], "run", "empty.ini")
        self.write("words.ini", "hello\n")
        self.refuse(2, ["words.ini:1"], "run", "words.ini")
        self.refuse(1, ["missing.ini"], "run", "missing.ini")
        self.refuse(1, ["missing.ini"], "show", "./missing.ini")


class BadData(ProgramTest):
    def refuse_idx(self, words, images, labels):
        self.write("images", images)
        self.write("labels", labels)
        self.refuse(1, words, "run", "--images", "images", "--labels", "labels", "-o", "x.h5")

    def test_idx_files(self):
        images = idx(3, (4, 2, 2), bytes(16))
        labels = idx(1, (4,), bytes([0, 1, 0, 1]))
        self.refuse_idx(["images"], b"", labels)
        self.refuse_idx(["images"], b"hello, this is no IDX file", labels)
        self.refuse_idx(["images"], images[:-3], labels)
        self.refuse_idx(["images"], gzip.compress(images)[:-9], labels)
        self.refuse_idx(["images"], idx(1, (4,), bytes(4)), labels)
        self.refuse_idx(["images"], idx(3, (4, 2, 2), bytes(64), kind=0x0C), labels)
        self.refuse_idx(["images"], images + b"\0", labels)
        self.refuse_idx(["images", "labels", "4", "3"], images, idx(1, (3,), bytes([0, 1, 0])))
        self.refuse(1, ["missing"], "run", "--images", "missing", "--labels", "labels", "-o", "x.h5")
        self.refuse(1, ["images"], "run", "--images", "images", "--labels", "labels", "--samples",
                    "5", "-o", "x.h5")

    def test_missing_public_set(self):
        empty = self.folder / "empty"
        empty.mkdir()
        environment = {"PATH": os.environ["PATH"]}
        self.refuse(1, ["`mlpgrid data fetch fashion-mnist`", "--data-dir", "MLPGRID_DATA_DIR"],
                    "run", "fashion-solver-grid", "--data-dir", "empty", env=environment)
        self.refuse(2, ["nowhere"], "run", "fashion-solver-grid", "--data-dir", "nowhere")

    def refuse_csv(self, words, text, *options):
        self.write("d.csv", text)
        self.refuse(1, ["d.csv", *words], "run", "--csv", "d.csv", "--target", "y", "-o", "x.h5",
                    *options)

    def test_csv_files(self):
        good = "".join(f"{i},{i % 3},{i % 2}\n" for i in range(30))
        self.refuse_csv(["3"], "a,b,y\n1,2,0\n1,2\n" + good)
        self.refuse_csv(["2", "a"], "a,b,y\nx,2,0\n" + good)
        self.refuse_csv(["2", "b"], "a,b,y\n1,nan,0\n" + good)
        self.refuse_csv(["--target y", "did you mean yy"], "a,b,yy\n" + good)
        self.refuse_csv(["--columns c"], "a,b,y\n" + good, "--columns", "a,c")
        self.refuse_csv([], "")
        self.refuse_csv([], "a,b,y\n")
        self.refuse(1, ["missing.csv"], "run", "--csv", "missing.csv", "--target", "y", "-o",
                    "x.h5")
        self.write("d.csv", "a,b,y\n" + good)
        self.refuse(2, ["target"], "run", "--csv", "d.csv", "-o", "x.h5")

    def test_names_that_need_care(self):
        """Commas, spaces, line ends, escape characters: named, stored, resumed, shown."""
        escape = "\x1b[2J"
        rows = "".join(f'{i},{i % 3},{i % 5},"{("big" + chr(10) + "ant", escape)[i % 2]}",\n'
                       for i in range(30))
        self.write("d.csv", '"size, cm"," b","c ""d""","kind, of insect",\n' + rows)
        self.refuse(1, ["d.csv:1", "--target '\"kind, of insect\"'"], "run", "--csv", "d.csv",
                    "--target", "kind, of insect", "-o", "x.h5")
        options = ("--csv", "d.csv", "--target", '"kind, of insect"', "--columns",
                   '"size, cm",b,"c ""d"""', "--max-iter", "2", "--title", "t",
                   "--quiet", "-o")
        self.succeed("run", *options, "x.h5")
        self.assertIn("already complete", self.succeed("run", *options, "x.h5", "--resume")[1])
        with h5py.File(self.folder / "x.h5") as file:
            self.assertEqual(file["best_model/feature_names"].asstr()[:].tolist(),
                             ["size, cm", "b", 'c "d"'])
        self.write("e.ini", 'csv = d.csv\ntarget = "kind, of insect" # the class\n'
                            'columns = "size, cm",b,"c ""d"""\nmax-iter = 2\n'
                            'title = t\n')
        self.succeed("run", "e.ini", "--quiet", "-o", "y.h5")
        self.assert_same_results("x.h5", "y.h5")
        table = self.succeed("table", "x.h5", "--per-class")[0]
        self.assertNotIn("\x1b", table)
        self.assertIn("\\x1b[2J", table)
        self.assertIn("big\\nant", table)
        out, err = self.succeed("predict", "x.h5", "--csv", "d.csv")
        self.assertIn("accuracy", err)
        self.write("bad.csv", '"size, cm",b,"c ""d""","kind, of insect"\n'
                              f'1,2,3,{escape}\n1,2,{escape},{escape}\n')
        code, out, err = self.call("predict", "x.h5", "--csv", "bad.csv")
        self.assertEqual(code, 1)
        self.assertNotIn("\x1b", err)
        self.assertIn('bad.csv:3:c "d": ', err)

    def test_columns_nobody_asked_for(self):
        good = "".join(f"{i},{i % 7},,,{i % 2},\n" for i in range(30))
        text = ",a,note,note,y,\n" + good
        self.refuse_csv(["2 columns are called 'note'", "--columns"], text)
        self.write("d.csv", text)
        err = self.succeed("run", "--csv", "d.csv", "--target", "y", "--columns", "a",
                           "--max-iter", "2", "-o", "x.h5")[1]
        self.assertIn("y holds whole numbers, 2 different ones: taken as classes", err)
        self.write("i.csv", ",a,y,\n" + "".join(f"{i},{i % 7},{i % 2},\n" for i in range(30)))
        err = self.succeed("run", "--csv", "i.csv", "--target", "y", "--max-iter", "2", "-o",
                           "i.h5")[1]
        self.assertIn("column 1, 4 has no name and is left out", err)
        with h5py.File(self.folder / "i.h5") as file:
            self.assertEqual(file["best_model/feature_names"].asstr()[:].tolist(), ["a"])
        self.succeed("predict", "i.h5", "--csv", "i.csv")
        self.succeed("predict", "i.h5", "--csv", "d.csv")
        self.write("twice.csv", "a,a\n1,2\n")
        self.refuse(1, ["twice.csv", "2 columns are called 'a'"], "predict", "i.h5", "--csv",
                    "twice.csv")

    def test_counts_taken_for_classes(self):
        """What comes of it may be an error or a warning: the way out stands above it."""
        self.write("d.csv", "a,rings\n" + "".join(f"{i},{9 + i // 4}\n" for i in range(30)))
        run = ("run", "--csv", "d.csv", "--target", "rings", "--max-iter", "2")
        code, out, err = self.call(*run, "--folds", "5", "-o", "x.h5")
        self.assertIn("rings holds whole numbers, 8 different ones: taken as classes; --task "
                      "regression", err)
        err = self.succeed(*run, "--folds", "5", "--task", "regression", "-o", "y.h5")[1]
        self.assertNotIn("Note", err)

    def test_codes_no_double_holds(self):
        codes = ("281302541000119101", "281302541000119102", "900000000000207008")
        self.write("d.csv", "a,b,code\n" + "".join(f"{i % 3},{i},{codes[i % 3]}\n"
                                                   for i in range(30)))
        self.succeed("run", "--csv", "d.csv", "--target", "code", "--max-iter", "2", "-o", "x.h5")
        with h5py.File(self.folder / "x.h5") as file:
            self.assertEqual(file["best_model/class_names"].asstr()[:].tolist(), list(codes))
        out = self.succeed("predict", "x.h5", "--csv", "d.csv")[0].split()
        self.assertLessEqual(set(out[1:]), set(codes))

    def test_more_folds_than_rows_of_any_class(self):
        self.write("d.csv", "a,y\n" + "".join(f"{i},{'rare' if i < 2 else 'usual'}\n"
                                              for i in range(30)))
        self.refuse(1, ["--folds 29", "has 28", "lower --folds"], "run", "--csv", "d.csv",
                    "--target", "y", "--folds", "29", "-o", "x.h5")

    def test_grid_or_data_beyond_memory(self):
        self.refuse(1, ["samples"], "run", "--samples", "2000000000")
        self.refuse(1, ["-j", "hidden-layer-sizes"], "run", "--samples", "100",
                    "--hidden-layer-sizes", "1000000-1000000")
        self.refuse(1, ["repeats"], "run", "--samples", "100", "--repeats", "1000000", "--folds",
                    "10000")


class BadOutput(ProgramTest):
    def test_folder_missing(self):
        self.refuse(1, ["nowhere"], "run", "-o", "nowhere/x.h5")

    def test_folder_not_writable(self):
        closed = self.folder / "closed"
        closed.mkdir(mode=0o555)
        if os.access(closed, os.W_OK):
            closed = "/proc"  # root may write to any folder but this
        self.refuse(1, [str(closed)], "run", "--data", "moons", "-o", f"{closed}/x.h5")

    def test_output_is_a_folder(self):
        self.refuse(1, ["folder"], "run", "-o", ".")

    def test_table_of_no_results_file(self):
        self.write("text.h5", "hello")
        self.refuse(1, ["text.h5"], "table", "text.h5")
        self.refuse(1, ["missing.h5"], "table", "missing.h5")
        with h5py.File(self.folder / "other.h5", "w") as file:
            file["x"] = 1
        self.refuse(1, ["other.h5"], "table", "other.h5")


if __name__ == "__main__":
    unittest.main()
