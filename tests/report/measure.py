#!/usr/bin/python3
"""How long large reports take to write and to open, and how big they are.

    tests/report/measure.py PROGRAM

Opening ends when the page has drawn itself for the first time."""

import pathlib
import subprocess
import sys
import tempfile
import time

import browser

RATES = "0.001,0.002,0.004,0.008,0.01,0.015,0.02,0.03,0.05,0.1"
GRIDS = {
    "1000 configs x 5 folds x 200 epochs": (
        200, "--alpha", "0,1e-5,1e-4,1e-3,1e-2", "--hidden-layer-sizes", "2,3,4,2-2,3-3",
        "--activation", "tanh,relu", "--batch-size", "10,40"),
    "100 configs x 5 folds x 1000 epochs": (
        1000, "--hidden-layer-sizes", "2,3,4,2-2,3-3", "--activation", "tanh,relu"),
}
REPEATS = 3


def timed(action):
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def open_until_drawn(driver, page):
    browser.open_page(driver, page)
    driver.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as temporary, browser.browser() as window:
        folder = pathlib.Path(temporary)
        for name, (epochs, *axes) in GRIDS.items():
            subprocess.run([program, "run", "--data", "moons", "--samples", "50", "--solver", "adam",
                            "--learning-rate-init", RATES, *axes, "--folds", "5", "--max-iter",
                            str(epochs), "--n-iter-no-change", str(epochs), "--quiet", "--force", "-o",
                            "run.h5"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            write = timed(lambda: subprocess.run([program, "report", "run.h5"], cwd=folder, check=True,
                                                 stdout=subprocess.DEVNULL))
            show = timed(lambda: open_until_drawn(window, folder / "run.html"))
            size = (folder / "run.html").stat().st_size
            assert browser.console(window) == []
            print(f"{name}: written in {write:.2f} s, {size / 1e6:.1f} MB, opened in {show:.2f} s")
