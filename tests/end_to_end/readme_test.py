#!/usr/bin/python3
"""Runs the Python snippets of the README on a run of the quickstart: readers copy them as they are."""
import os
import re
import subprocess
import sys
import tempfile

try:
    import h5py  # noqa: F401  (what the snippets need)
    import xarray  # noqa: F401
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

program, readme = sys.argv[1:3]
with open(readme, encoding="utf-8") as file:
    snippets = re.findall(r"^```python\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
assert len(snippets) >= 2, "the README lost its snippets"

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    subprocess.run([program, "run", "quickstart", "--samples", "300", "--max-iter", "5", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    for snippet in snippets:
        run = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True)
        assert run.returncode == 0, f"{snippet}\n{run.stderr}"
        assert run.stdout.strip(), f"printed nothing:\n{snippet}"
        print(run.stdout)
