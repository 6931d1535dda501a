"""Standard descriptors that are closed, full, gone or a terminal."""

import os
import pty
import select
import signal
import subprocess
import unicodedata
import unittest

from program import ProgramTest, wait_until

RUN = ("run", "--data", "moons", "--samples", "60", "--max-iter", "3", "--n-iter-no-change", "100",
       "--hidden-layer-sizes", "4,5", "-j", "2")
LONG_RUN = ("run", "quickstart", "--samples", "300", "--hidden-layer-sizes", "48", "--max-iter",
            "40", "--n-iter-no-change", "100", "-j", "2")


def closed_pipe():
    """A descriptor whose reader is gone."""
    read, write = os.pipe()
    os.close(read)
    return write


class Descriptors(ProgramTest):
    def shell(self, redirections, *arguments):
        """Exit code, stdout, stderr with these redirections."""
        line = f'"$0" "$@" {redirections}'
        process = subprocess.run(["sh", "-c", line, self.program, *map(str, arguments)],
                                 cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                                 text=True)
        return process.returncode, process.stdout, process.stderr

    def finished_run(self):
        self.succeed(*RUN, "-o", "whole.h5", "--quiet")

    def test_closed_ones_are_dev_null(self):
        process = subprocess.Popen(
            ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', self.program, *LONG_RUN, "-o", "x.h5"],
            cwd=self.folder)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        journal = self.folder / "x.h5.journal"
        wait_until(journal.exists, process)
        folder = f"/proc/{process.pid}/fd"
        names = {fd: os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)}
        for fd in "012":
            self.assertEqual(names[fd], "/dev/null")
        self.assertIn(str(journal), names.values())
        self.assertEqual(process.wait(), 0)
        self.assertFalse(journal.exists())

    def test_a_run_does_not_need_stderr(self):
        self.finished_run()
        for i, redirection in enumerate(("2>/dev/full", "2>&-", "<&- 2>&-", ">&- 2>&-")):
            code, _, err = self.shell(redirection, *RUN, "-o", f"{i}.h5")
            self.assertEqual((code, err), (0, ""), redirection)
            self.assert_same_results("whole.h5", f"{i}.h5")

    def test_a_log_that_nobody_reads_ends_no_run(self):
        self.finished_run()
        write = closed_pipe()
        process = subprocess.run([self.program, *RUN, "-o", "x.h5"], cwd=self.folder, stderr=write,
                                 stdout=subprocess.DEVNULL)
        os.close(write)
        self.assertEqual(process.returncode, 0)
        self.assert_same_results("whole.h5", "x.h5")

    def test_a_terminal_that_is_gone_ends_no_run(self):
        """As after `disown`: SIGHUP is ignored, the terminal gives EIO."""
        master, terminal = pty.openpty()

        def lose_it():
            os.setsid()
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        process = subprocess.Popen([self.program, *LONG_RUN, "-o", "x.h5"], cwd=self.folder,
                                   stdin=terminal, stdout=subprocess.DEVNULL, stderr=terminal,
                                   preexec_fn=lose_it)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        os.close(terminal)
        os.read(master, 1000)  # the bar is at work
        os.close(master)
        self.assertEqual(process.wait(), 0)
        self.succeed("table", "x.h5")

    def commands(self):
        """One of each that writes to stdout."""
        self.finished_run()
        yield from [("table", "whole.h5", "--format", name)
                    for name in ("text", "markdown", "csv", "latex", "json")]
        yield from [("--help",), ("--version",), ("run", "--help"), ("list",), ("show", "quickstart"),
                    ("compare", "whole.h5", "--format", "csv"), ("diff", "whole.h5", "whole.h5"),
                    ("report", "whole.h5"), ("predict", "whole.h5", "--data", "moons"), ("data", "list"),
                    ("data", "path"), ("bench", "--kernel", "no such", "--runs", "3"),
                    (*RUN, "--dry-run")]
        yield (*RUN, "--resume", "-o", "whole.h5")
        yield (*RUN, "-o", "new.h5")

    def test_a_full_stdout_is_an_error(self):
        for arguments in self.commands():
            code, _, err = self.shell(">/dev/full", *arguments)
            self.assertEqual(code, 1, arguments)
            self.assertIn("mlpgrid: cannot write to stdout: No space left on device\n", err,
                          arguments)
        self.assertIn("new.h5", err)  # which is there
        self.assert_same_results("whole.h5", "new.h5")

    def test_a_closed_pipe_ends_quietly(self):
        self.finished_run()
        for arguments in (("--help",), ("table", "whole.h5"),
                          ("predict", "whole.h5", "--data", "moons")):
            for default in (True, False):
                write = closed_pipe()
                process = subprocess.run([self.program, *arguments], cwd=self.folder, stdout=write,
                                         stderr=subprocess.PIPE, restore_signals=default)
                os.close(write)
                self.assertEqual(process.stderr, b"", arguments)
                self.assertEqual(process.returncode, -signal.SIGPIPE if default else 1, arguments)

    def test_a_pipe_that_does_not_block(self):
        """Such as node makes them: everything arrives."""
        text = self.succeed("show", "quickstart")[0]
        read, write = os.pipe()
        os.set_blocking(write, False)
        os.write(write, b"x" * 65536)  # full
        process = subprocess.Popen([self.program, "show", "quickstart"], stdout=write)
        os.close(write)
        with os.fdopen(read, "rb") as reader:
            self.assertEqual(reader.read(65536), b"x" * 65536)
            self.assertEqual(reader.read().decode(), text)
        self.assertEqual(process.wait(), 0)

    def test_a_file_size_limit_has_a_message(self):
        line = 'ulimit -f 1; exec "$0" "$@"'
        process = subprocess.run(["bash", "-c", line, self.program, *LONG_RUN, "-o", "y.h5"],
                                 cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("File too large", process.stderr)


class Terminals(ProgramTest):
    def on_terminal(self, *arguments, code=0, **environment):
        """What the program writes to a terminal."""
        master, terminal = pty.openpty()
        process = subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=terminal,
                                   stdout=terminal, stderr=terminal,
                                   env={**os.environ, "TERM": "xterm", **environment})
        os.close(terminal)
        text = b""
        while select.select([master], [], [], 60)[0]:
            try:
                text += os.read(master, 65536)
            except OSError:  # EIO: the program has ended
                break
        os.close(master)
        self.assertIn(process.wait(), (0, 1, 2) if code is None else (code,), text)
        return text.decode()

    def test_bold_and_bar(self):
        bold = "\x1b[1m"
        text = self.on_terminal(*RUN, "-o", "x.h5")
        self.assertIn("\r[####################] 7/7 fits", text)
        self.assertIn(bold, text)
        self.assertIn(bold, self.on_terminal("table", "x.h5"))
        self.assertIn(bold, self.on_terminal("table", "x.h5", NO_COLOR=""))
        self.assertNotIn(bold, self.on_terminal("table", "x.h5", NO_COLOR="1"))
        self.assertNotIn("\x1b", self.on_terminal("table", "x.h5", TERM="dumb"))
        self.assertNotIn("\x1b", self.on_terminal(*RUN, "-o", "x.h5", "--force", TERM="dumb"))
        self.assertNotIn("\x1b", self.succeed("table", "x.h5")[0])

    def assert_harmless(self, text, where):
        """Nothing in it steers a terminal, but for what is the program's own."""
        for own in ("\x1b[K", "\x1b[1m", "\x1b[0m", "\r", "\n"):
            text = text.replace(own, "")
        found = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
        self.assertEqual(found, [], where)

    def test_foreign_text_steers_no_terminal(self):
        """Of file names, keys, values, column and class names. What is written asks a terminal for
        its title, sets it, is C1, turns the direction of writing, and is no UTF-8."""
        for evil in (b"\x1b[21t", b"\x1b]0;x\x07", "\x9b21t".encode(), "\u202e".encode(), b"\xff\x9b"):
            name = self.folder / os.fsdecode(b"a" + evil)
            name.mkdir()
            csv = name / os.fsdecode(evil + b".csv")
            csv.write_bytes(b"x" + evil + b",y" + evil + b"\n" + b"".join(
                b"%d,%s\n" % (i, (b"no", b"yes" + evil)[i % 2]) for i in range(40)))
            ini = name / os.fsdecode(evil + b".ini")
            ini.write_bytes(b"folds = 2\nfol" + evil + b" = 3\n")
            run = name / "run.h5"
            small = ("--max-iter", "3", "--hidden-layer-sizes", "4,5", "--folds", "2")
            for arguments in (
                    ("run", "--csv", csv, *small, "-o", run),
                    ("run", "--csv", csv, *small, "-o", run),
                    ("run", "--csv", csv, *small, "-o", name / "none" / "run.h5"),
                    ("run", "--csv", csv, *small, "--dry-run"), ("run", ini), ("show", ini),
                    ("run", "--csv", csv, "--target", evil), ("run", evil), (b"x" + evil,),
                    ("run", b"--x" + evil), ("run", "--activation", b"relu" + evil),
                    ("table", run), ("table", run, "--format", "csv"), ("table", run, "--classes"),
                    ("table", run, "--format", "json"), ("compare", run), ("table", csv),
                    ("predict", run, "--csv", csv), ("predict", run, "--csv", csv, "--proba"),
                    ("report", run), ("export", run, "-o", name / "m.onnx"), ("diff", run, csv),
                    ("data", "list", "--data-dir", name), ("data", "fetch", evil)):
                arguments = [os.fsdecode(argument) for argument in arguments]
                self.assert_harmless(self.on_terminal(*arguments, code=None), arguments)
                _, _, err = self.call(*arguments, errors="surrogateescape")
                self.assert_harmless(err, arguments)


if __name__ == "__main__":
    unittest.main()
