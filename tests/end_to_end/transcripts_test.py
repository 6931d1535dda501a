"""The project's pages: their transcripts show what the program says, but for times; their options
and links exist."""

import os
import pathlib
import re
import signal
import subprocess
import unittest

from program import PROGRAM, ProgramTest, make_image_set

ROOT = pathlib.Path(__file__).resolve().parents[2]
# In this order: later pages read the results files of earlier ones.
PAGES = ("README.md", "experiments/README.md", "results/README.md", "tests/bench/README.md")
PRESETS = "experiments/presets/README.md"
FULL_GRID = "fashion.h5"  # takes a minute or two, and Fashion-MNIST
# Presets of a second or so that need no data.
QUICK = ("hand-calculation", "moons-tanh", "playground-regularization", "ps5-linear", "ps5-sigmoid",
         "xor-relu", "xor-relu-as-written")
PROGRESS = re.compile(r"\d+/\d+ fits, .*")


def read(page):
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(language, pages=PAGES):
    """The page and the text of each fenced block."""
    for page in pages:
        for text in re.findall(rf"^```{language}\n(.*?)^```$", read(page), re.M | re.S):
            yield page, text


def transcripts(pages=PAGES):
    """The page and a list of command and output for each console block."""
    for page, text in blocks("console", pages):
        parts = re.split(r"^\$ (.*)\n", text, flags=re.M)
        assert parts[0] == "", f"{page}: a transcript begins with a command, not with {parts[0]}"
        yield page, list(zip(parts[1::2], parts[2::2]))


def without_times(text):
    """Masks progress, the fit times of tables, and the folders of absolute paths."""
    lines, column = [], None
    for line in text.splitlines():
        if re.fullmatch(r"-+(  +-+)+", line) and lines:
            found = re.search(r" *fit time \(s\)", lines[-1])
            column = found and slice(*found.span())
        elif not line:
            column = None
        elif column:
            line = line[:column.start] + " SECONDS" + line[column.stop:]
        line = PROGRESS.sub("N/N fits, RATE, TIME left", line)
        lines.append(re.sub(r"(?<=[ (])/\S*/", "FOLDER/", line).rstrip())
    return "\n".join(lines)


class TranscriptTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.maxDiff = None
        self.code = 0
        self.environment = {name: value for name, value in os.environ.items()
                            if name != "MLPGRID_DATA_DIR"}
        self.environment["PATH"] = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"

    def type_in(self, command, expected):
        """What the terminal shows: stdout and stderr."""
        if command == "./run.sh":
            command += " " + re.search(r"set -- (.*)", read("run.sh"))[1]
        command = re.sub(r"^\./run\.sh ", "mlpgrid ", command)
        process = subprocess.Popen(
            ["bash", "-c", f"(exit {self.code})\n{command}"], cwd=self.folder, text=True,
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        shown = ""
        if "^C" in expected:
            shown = process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)
        shown += process.communicate()[0]
        self.code = process.returncode
        return shown

    def check(self, command, expected):
        shown = without_times(self.type_in(command, expected))
        wanted = without_times(expected.replace("^C", ""))
        if not PROGRESS.search(expected):
            shown = re.sub(r"^N/N fits.*\n?", "", shown, flags=re.M)
        parts = re.split(r"^\.\.\.$\n?", wanted, flags=re.M)
        pattern = "(?s:.*)".join(map(re.escape, parts))
        if not re.fullmatch(pattern, shown):
            self.assertEqual(shown, wanted, command)
        if "^C" not in expected:
            self.assertEqual(self.code, 0, command)

    def play(self, page, steps):
        for command, expected in steps:
            shows = re.fullmatch(r"cat (\S+)", command)
            if shows and not (self.folder / shows[1]).exists():
                self.write(shows[1], expected)
            with self.subTest(page=page, command=command):
                self.check(command, expected)


class Pages(TranscriptTest):
    def test_transcripts(self):
        make_image_set(self.folder / "data", train_rows=8000)  # for a run that is stopped
        for page, text in blocks("ini"):
            name = re.match(r"# (\S+\.ini)\n", text)
            self.assertTrue(name, f"{page}: an experiment file begins with its name")
            self.write(name[1], text)
        for page, steps in transcripts():
            if not any(FULL_GRID in command for command, _ in steps):
                self.play(page, steps)

    def test_transcripts_of_presets(self):
        found = []
        for page, steps in transcripts([PRESETS]):
            name = re.search("mlpgrid run (\\S+)|$", steps[0][0])[1]
            if name in QUICK:
                found.append(name)
                self.play(page, steps)
        self.assertEqual(sorted(found), list(QUICK))

    def test_languages(self):
        """This test runs the console blocks, readme_test.py the snippets."""
        for page in PAGES:
            languages = set(re.findall(r"^```(.*)\n(?:.*\n)*?```$", read(page), re.M))
            self.assertLessEqual(languages, {"console", "ini", "python", "r", "octave"}, page)

    def test_options(self):
        page = read("experiments/README.md")
        section = re.search(r"^## Options\n(.*?)^## ", page, re.M | re.S)[1]
        listed = [name.lstrip("-") for row in re.findall(r"^\| \w.*", section, re.M)
                  for name in re.findall(r"`(\S+)`", row)]
        self.assertEqual(len(listed), len(set(listed)))
        found = re.findall(r"^ +(?:-(\w)\b|--([\w-]+))", self.succeed("run", "--help")[0], re.M)
        known = {short or name for short, name in found} - {"help"}
        self.assertEqual(set(listed), known)

    def test_links(self):
        def anchors(page):
            headings = re.findall(r"^#+ (.*)", read(page), re.M)
            return [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]

        for page in (*PAGES, PRESETS, "CONTRIBUTING.md"):
            for link in re.findall(r"\]\(([^)\s]+)\)", read(page)):
                if "://" in link:
                    continue
                path, _, anchor = link.partition("#")
                target = (ROOT / page).parent / path if path else ROOT / page
                self.assertTrue(target.exists(), f"{page}: {link}")
                if anchor:
                    self.assertIn(anchor, anchors(target), f"{page}: {link}")


class FullGrid(TranscriptTest):
    """A minute or two on two cores, with Fashion-MNIST from $MLPGRID_DATA_DIR."""

    def test_transcripts(self):
        source = os.environ.get("MLPGRID_DATA_DIR")
        if not source:
            self.skipTest("MLPGRID_DATA_DIR is not set")
        for page, steps in transcripts():
            if any(FULL_GRID in command for command, _ in steps):
                self.play(page, [(command.replace("-dir DIR", f"-dir '{source}'"), shown)
                                 for command, shown in steps])


if __name__ == "__main__":
    unittest.main()
