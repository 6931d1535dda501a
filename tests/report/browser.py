"""Headless Chromium for the report's tests and pictures, on file:// pages and nothing else."""

import base64
import contextlib
import pathlib
import shutil
import tempfile

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    MISSING = ", ".join(name for name in ("chromium", "chromedriver") if not shutil.which(name))
except ImportError as error:
    MISSING = str(error)

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb")


@contextlib.contextmanager
def browser(*flags, width=1280, height=900):
    """A window of its own profile, whose console is recorded."""
    with tempfile.TemporaryDirectory(prefix="mlpgrid_chromium_") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in (*FLAGS, *flags, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        try:
            resize(driver, width, height)
            yield driver
        finally:
            driver.quit()


def resize(driver, width, height, mobile=False):
    """The page's size in CSS pixels, also below what a desktop window may have."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})


def set_dark(driver, dark):
    """Light or dark, and scrolling at once; returns when the page has noticed."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce"}]})
    driver.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));")


def open_page(driver, file):
    driver.get(pathlib.Path(file).resolve().as_uri())


def console(driver):
    """What the page has written to the console, errors and refused loads included."""
    return [entry["message"] for entry in driver.get_log("browser")]


def screenshot(driver, file, selector=None, whole_page=False, margin=0):
    """A PNG of the window, of the whole page, or of the element."""
    arguments = {"format": "png"}
    if selector:
        box = driver.execute_script(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height};", selector)
        arguments["clip"] = {"x": box["x"] - margin, "y": box["y"] - margin, "scale": 1,
                             "width": box["width"] + 2 * margin, "height": box["height"] + 2 * margin}
        arguments["captureBeyondViewport"] = True
    elif whole_page:
        size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        arguments["clip"] = {**size, "scale": 1}
        arguments["captureBeyondViewport"] = True
    data = driver.execute_cdp_cmd("Page.captureScreenshot", arguments)["data"]
    pathlib.Path(file).write_bytes(base64.b64decode(data))


def print_page(driver, file):
    data = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"]
    pathlib.Path(file).write_bytes(base64.b64decode(data))
