#!/usr/bin/python3
"""Makes the pictures of README.md and results/README.md and, with --all DIR, those to look at after a
change of the page: light, dark, on a phone and on paper. Needs chromium, chromium-driver,
python3-selenium, and Fashion-MNIST for the autoencoder.

    tests/report/screenshots.py PROGRAM [--data-dir DIR] [--all DIR]"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import browser

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "results" / "report" / "pictures"
RUNS = {"quickstart": (), "moons-tanh": ("--max-iter", "2000", "--hidden-layer-sizes", "2,4,10"),
        "fashion-autoencoder": ("--max-iter", "20", "--learning-rate-init", "0.001")}


def make_reports(program, folder, data_dir):
    for name, options in RUNS.items():
        if name.startswith("fashion") and data_dir:
            options = (*options, "--data-dir", data_dir)
        for command in (["run", name, "--quiet", *options], ["report", f"{name}.h5"]):
            subprocess.run([program, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def show(driver, page, width, height, dark=False, mobile=False, scroll_to=None):
    browser.resize(driver, width, height, mobile)
    browser.set_dark(driver, dark)
    browser.open_page(driver, page)
    if scroll_to:
        driver.execute_script("document.documentElement.style.scrollPaddingTop = '12px';"
                              "document.querySelector(arguments[0]).scrollIntoView()", scroll_to)


def make_pictures(driver, folder):
    PICTURES.mkdir(exist_ok=True)
    show(driver, folder / "quickstart.html", 1200, 1600)
    browser.screenshot(driver, PICTURES / "quickstart.png")
    show(driver, folder / "moons-tanh.html", 1100, 490, scroll_to="#maps")
    browser.screenshot(driver, PICTURES / "maps.png")
    show(driver, folder / "fashion-autoencoder.html", 1100, 440, dark=True, scroll_to="#reconstructions")
    browser.screenshot(driver, PICTURES / "reconstructions.png")


def make_all(driver, folder, output):
    output.mkdir(exist_ok=True, parents=True)
    for name in RUNS:
        for look, width, dark in (("light", 1280, False), ("dark", 1280, True), ("phone", 390, False)):
            show(driver, folder / f"{name}.html", width, 900, dark, mobile=width < 500)
            browser.screenshot(driver, output / f"{name}-{look}.png", whole_page=True)
        show(driver, folder / f"{name}.html", 1280, 900)
        browser.print_page(driver, output / f"{name}.pdf")
        messages = browser.console(driver)
        if messages:
            sys.exit(f"{name}: {messages}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--data-dir", type=pathlib.Path)
    parser.add_argument("--all", type=pathlib.Path, metavar="DIR")
    arguments = parser.parse_args()
    if browser.MISSING:
        sys.exit(f"missing: {browser.MISSING}")
    with tempfile.TemporaryDirectory() as temporary, browser.browser() as window:
        made = pathlib.Path(temporary)
        make_reports(arguments.program.resolve(), made, arguments.data_dir)
        make_pictures(window, made)
        if arguments.all:
            make_all(window, made, arguments.all)
