#!/usr/bin/python3
"""Installs the package, looks at what its headers include, and builds and runs a program against it.
Arguments: cmake, the build tree, the folder of this test, mlpgrid."""
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py

cmake, build, source, program = sys.argv[1:5]
with tempfile.TemporaryDirectory() as folder:
    prefix = pathlib.Path(folder) / "prefix"

    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(cmake, "--install", build, "--prefix", str(prefix))
    root = prefix / "include" / "mlpgrid"
    headers = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert headers, "no headers are installed"
    for header in headers:
        assert not header.endswith("-inl.hpp"), header
        text = (root / header).read_text(encoding="utf-8")
        for own, other in re.findall(r'#include (?:"([^"]+)"|<([^>]+)>)', text):
            if own:
                assert own in headers, f"{header} includes {own}, which is not installed"
            else:  # of the standard library
                assert re.fullmatch(r"[a-z_]+", other), f"{header} includes <{other}>"

    run(cmake, "-S", source, "-B", "user", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_BUILD_TYPE=Release")
    run(cmake, "--build", "user")
    score = float(run("user/first_fit"))
    run(program, "run", "--data", "moons", "--solver", "lbfgs", "--folds", "2", "--quiet",
        "-o", "moons.h5")
    with h5py.File(f"{folder}/moons.h5") as file:
        assert score == file["split_test_score"][0, 0], score
print("the package works")
