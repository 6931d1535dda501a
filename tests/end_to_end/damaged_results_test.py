"""Results files that were damaged, cut, or written to by another program, in every command that reads one."""

import random
import unittest

import h5py

from program import ProgramTest

RUN = ("--data", "moons", "--samples", "60", "--test-samples", "20", "--max-iter", "3",
       "--keep-models", "all", "--quiet", "--hidden-layer-sizes", "4")


class DamagedResults(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("run", *RUN, "-o", "whole.h5")
        self.whole = (self.folder / "whole.h5").read_bytes()

    def readers(self, name):
        """Every command that reads `name`."""
        return {
            "table": ("table", name),
            "a table of curves": ("table", name, "--success", "val_loss<1"),
            "report": ("report", name, "-o", "page.html"),
            "watch": ("report", name, "-o", "page.html", "--watch"),
            "predict": ("predict", name),
            "compare": ("compare", name),
            "diff": ("diff", name, "whole.h5"),
            "diff, second": ("diff", "whole.h5", name),
            "export": ("export", name, "-o", "model.onnx"),
            "resume": ("run", *RUN, "-o", name, "--resume"),
            "features": ("run", *RUN, "-o", "next.h5", "--features-from", name, "--features-layer",
                         "1", "--features-config", "0"),
        }

    def test_every_command_refuses_a_damaged_file(self):
        place = len(self.whole) // 2
        flipped = bytearray(self.whole)
        flipped[place] ^= 16
        self.write("bad.h5", bytes(flipped))
        for case, command in self.readers("bad.h5").items():
            with self.subTest(case):
                self.refuse(1, ["bad.h5", "damaged"], *command)
        self.write("cut.h5", self.whole[:place])
        for case, command in self.readers("cut.h5").items():
            with self.subTest(case):
                self.refuse(1, ["cut.h5", "cut short"], *command)

    def test_no_flipped_bit_gives_other_numbers(self):
        """Not even a crash: each is found before HDF5 sees it."""
        numbers = random.Random(16)
        for _ in range(40):
            damaged = bytearray(self.whole)
            damaged[numbers.randrange(len(damaged))] ^= 1 << numbers.randrange(8)
            self.write("bad.h5", bytes(damaged))
            self.refuse(1, ["bad.h5", "damaged"], "predict", "bad.h5")

    def test_a_damaged_file_names_the_journal_beside_it(self):
        self.write("bad.h5", self.whole[:-1])
        self.write("bad.h5.journal", b"MLPJ")
        self.refuse(1, ["bad.h5", "damaged", "bad.h5.journal", "--resume"], "predict", "bad.h5")

    def test_what_another_program_wrote_to_is_read_with_one_line(self):
        self.write("noted.h5", self.whole)
        with h5py.File(self.folder / "noted.h5") as file:
            self.assertIn("label", file)
        self.assertEqual((self.folder / "noted.h5").read_bytes(), self.whole)
        with h5py.File(self.folder / "noted.h5", "r+") as file:
            file.attrs["note"] = "mine"
        line = "noted.h5 has no checksum: another program has written to it, or an older mlpgrid.\n"
        for case, command in self.readers("noted.h5").items():
            if case == "watch":
                continue  # as "report"
            with self.subTest(case):
                code, _, err = self.call(*command)
                self.assertEqual(err.count(line), 1, err)
                # One fold cannot be compared.
                self.assertEqual(code, 1 if case == "compare" else 0, err)

    def test_a_file_that_h5py_is_writing_to(self):
        self.write("open.h5", self.whole)
        with h5py.File(self.folder / "open.h5", "r+") as file:
            file.attrs["note"] = "mine"
            self.refuse(1, ["open.h5", "another program has it open for writing"], "table",
                        "open.h5")
        self.succeed("table", "open.h5")


if __name__ == "__main__":
    unittest.main()
