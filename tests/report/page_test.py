#!/usr/bin/python3
"""The report in a real browser, opened as a file: what it shows against what the results file holds."""

import base64
import json
import pathlib
import re
import sys
import unittest
import warnings

import browser

if browser.MISSING:
    print(f"skipped: the report's tests need chromium, chromium-driver and python3-selenium: "
          f"{browser.MISSING}")
    sys.exit(77)

import h5py
import numpy
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "end_to_end"))
from program import ProgramTest, wait_until  # noqa: E402

HOSTILE = "<script>alert(1)</script>"
CLOSING = "</script><img src=x onerror=alert(2)>"
GRID = ("run", "quickstart", "--samples", "300", "--max-iter", "6", "--quiet", "-o", "run.h5")
HOLD_OUT = ("run", "--data", "moons", "--samples", "200", "--test-samples", "50", "--folds", "1",
            "--test-size", "0.3", "--solver", "sgd", "--learning-rate-init", "0.1,1e6",
            "--hidden-layer-sizes", "2,16", "--activation", "tanh,relu", "--map-size", "30", "--quiet",
            "-o", "run.h5")
EARLY = (*HOLD_OUT, "--early-stopping", "true")
AUTOENCODER = ("run", "--data", "glyphs", "--samples", "120", "--task", "autoencoder", "--folds", "1",
               "--hidden-layer-sizes", "16,32", "--activation", "relu", "--scoring",
               "neg_mean_squared_error", "--max-iter", "5", "--quiet", "-o", "run.h5")


class PageTest(ProgramTest):
    """One browser for all tests; each writes its own run and page."""

    @classmethod
    def setUpClass(cls):
        cls.driver = cls.enterClassContext(browser.browser())

    def open_report(self, *run):
        self.succeed(*run)
        return self.open_page()

    def open_page(self):
        self.succeed("report", "run.h5")
        browser.resize(self.driver, 1280, 900)
        browser.set_dark(self.driver, False)
        browser.open_page(self.driver, self.folder / "run.html")
        self.assertEqual(browser.console(self.driver), [])
        file = h5py.File(self.folder / "run.h5")
        self.addCleanup(file.close)
        return file

    def script(self, text, *arguments):
        return self.driver.execute_script(f"return {text}", *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def rows(self):
        """Configs in the order of the ranking."""
        return self.script("[...document.querySelectorAll('#table tbody tr')]"
                           ".map((row) => Number(row.dataset.config))")

    def heading(self, name):
        return next(cell for cell in self.all("#table th") if cell.text.split(" ▲")[0] == name)

    def cells(self, name):
        headings = [cell.text for cell in self.all("#table th")]
        return [row.find_elements(By.CSS_SELECTOR, "td")[headings.index(name)].text
                for row in self.all("#table tbody tr")]

    def lines(self, chart):
        """config, label, points and band of each line that the chart draws."""
        return self.script("""Chart.getChart(arguments[0]).data.datasets.filter((d) => !d.isBand)
            .map((d) => ({config: d.config, label: d.label, mean: d.data,
                          low: d.deviation.low, high: d.deviation.high}))""", chart)


class Console(PageTest):
    """Nothing goes wrong and nothing is loaded, whatever is on the page."""

    def check(self, *run):
        self.open_report(*run)
        for dark in (True, False):
            browser.set_dark(self.driver, dark)
            for button in self.all("#table thead button"):
                button.click()
            for box in self.all("#table tbody input"):
                box.click()
            self.script("dispatchEvent(new Event('beforeprint'))")
            self.script("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.script("performance.getEntriesByType('resource').length"), 0)
        self.assertEqual(browser.console(self.driver), [])

    def test_grid_with_folds(self):
        self.check(*GRID)

    def test_hold_out_with_early_stopping_and_a_diverged_fit(self):
        self.check(*EARLY)

    def test_autoencoder(self):
        self.check(*AUTOENCODER)

    def test_one_configuration(self):
        self.check("run", "--data", "xor", "--folds", "0", "--max-iter", "3", "--quiet", "-o", "run.h5")

    def test_no_curves(self):
        self.check(*HOLD_OUT, "--eval-every", "0")

    def test_console_is_really_read(self):
        self.open_report(*GRID)
        self.script("console.error('seen')")
        self.assertIn("seen", " ".join(browser.console(self.driver)))


class Ranking(PageTest):
    def test_values(self):
        file = self.open_report(*GRID)
        ranks = file["rank_test_score"][:]
        configs = self.rows()
        self.assertEqual(sorted(configs), list(range(9)))
        self.assertEqual([ranks[c] for c in configs], sorted(ranks))
        self.assertEqual(self.cells("held-out score"), [
            f"{file['mean_test_score'][c]:.4f} ± {file['std_test_score'][c]:.4f}" for c in configs])
        self.assertEqual(self.cells("init"), [file["param_init"].asstr()[c] for c in configs])
        self.assertEqual(self.cells("training score"), [
            f"{file['split_train_score'][c].mean():.4f}" for c in configs])
        best = self.one("#best-content").text
        self.assertIn(f"{file['mean_test_score'][:].max():.4f}", best)
        self.assertIn(file.attrs["title"], self.one("h1").text)

    def test_clicking_a_heading_sorts(self):
        file = self.open_report(*GRID)
        train = file["split_train_score"][:].mean(axis=1)
        for direction in (-1, 1, -1):  # scores begin with the largest
            self.heading("training score").find_element(By.CSS_SELECTOR, "button").click()
            shown = [direction * train[c] for c in self.rows()]
            self.assertEqual(shown, sorted(shown))
            self.assertEqual(self.heading("training score").get_attribute("aria-sort"),
                             "ascending" if direction > 0 else "descending")
            self.assertEqual(self.heading("rank").get_attribute("aria-sort"), "none")

    def test_configs_without_a_score_come_last(self):
        file = self.open_report(*EARLY)
        without = set(numpy.flatnonzero(numpy.isnan(file["mean_test_score"][:])))
        self.assertGreater(len(without), 0, "nothing diverged; the experiment has to")
        for _ in range(2):
            self.heading("held-out score").find_element(By.CSS_SELECTOR, "button").click()
            self.assertEqual(set(self.rows()[-len(without):]), without)

    def test_outcomes(self):
        file = self.open_report(*EARLY)
        names = {1: "converged", 2: "all epochs", 3: "stopped early", 4: "diverged"}
        for config, text in zip(self.rows(), self.cells("outcome")):
            self.assertIn(names[file["status"][config, 0]], text)
            self.assertEqual("collapsed" in text, bool(file["collapsed"][config, 0]))

    def test_filter(self):
        file = self.open_report(*EARLY)
        activation, rate = file["param_activation"].asstr()[:], file["param_learning_rate_init"][:]
        diverged = file["status"][:, 0] == 4
        box = self.one("#filter")
        for text, expected in (("relu", activation == "relu"), ("activation=tanh", activation == "tanh"),
                               ("learning-rate-init<1", rate < 1), ("diverged", diverged),
                               ("relu  learning_rate_init>=1", (activation == "relu") & (rate >= 1)),
                               ("no such thing", rate < 0), ("", rate > 0)):
            box.clear()
            box.send_keys(text or " ")
            self.assertEqual(sorted(self.rows()), list(numpy.flatnonzero(expected)), text)
            self.assertTrue(self.one("#shown").text.startswith(str(expected.sum())), text)

    def test_a_tile_filters(self):
        file = self.open_report(*EARLY)
        next(tile for tile in self.all("button.tile") if "diverged" in tile.text).click()
        self.assertEqual(sorted(self.rows()), list(numpy.flatnonzero(file["status"][:, 0] == 4)))

    def test_many_rows_wait_for_a_click(self):
        self.open_report("run", "--data", "xor", "--samples", "20", "--folds", "2", "--max-iter", "1",
                         "--alpha", ",".join(str(i) for i in range(60)), "--quiet", "-o", "run.h5")
        self.assertEqual(len(self.rows()), 50)
        self.one("#more").click()
        self.assertEqual(len(self.rows()), 60)


class Curves(PageTest):
    def check_line(self, file, line, name):
        curves = file[name][line["config"]]
        curves[~numpy.isfinite(curves)] = numpy.nan  # the last loss of a diverged fit may be infinite
        with warnings.catch_warnings():  # epochs after the last one have no values at all
            warnings.simplefilter("ignore", RuntimeWarning)
            mean, deviation = numpy.nanmean(curves, axis=0), numpy.nanstd(curves, axis=0)
        epochs = numpy.flatnonzero(~numpy.isnan(mean))
        self.assertEqual([point["x"] for point in line["mean"]], list(epochs + 1))
        for side, expected in (("mean", mean), ("low", mean - deviation), ("high", mean + deviation)):
            numpy.testing.assert_allclose([point["y"] for point in line[side]], expected[epochs],
                                          rtol=1e-4, atol=1e-6)

    def check(self, file, configs):
        """The charts show these configs and the file's numbers."""
        for chart, names in (("loss-chart", {"training": "train_loss", "held out": "val_loss"}),
                             ("score-chart", {"training": "train_score", "held out": "val_score",
                                              "early stopping's rows": "early_stopping_score"})):
            lines = self.lines(chart)
            self.assertEqual({line["config"] for line in lines}, set(configs))
            self.assertEqual(len(lines), len(configs) * sum(name in file for name in names.values()))
            for line in lines:
                self.check_line(file, line, names[line["label"].split(", ")[-1]])

    def test_a_clicked_row_draws_its_curve(self):
        file = self.open_report(*GRID)
        first = self.script("[...state.drawn.keys()]")
        self.check(file, first)
        row = self.all("#table tbody tr")[-1]
        config = int(row.get_attribute("data-config"))
        self.assertNotIn(config, first)
        row.find_elements(By.CSS_SELECTOR, "td")[3].click()
        self.check(file, [*first, config])
        self.assertTrue(row.find_element(By.CSS_SELECTOR, "input").is_selected())
        self.assertEqual(len(self.all("#legend li")), len(first) + 1)
        self.assertIn("held out: from", self.one("#loss-chart").get_attribute("aria-label"))
        row.find_elements(By.CSS_SELECTOR, "td")[3].click()
        self.check(file, first)

    def test_early_stopped_and_diverged(self):
        file = self.open_report(*EARLY)
        for box in self.all("#table tbody input"):
            if not box.is_selected():
                box.click()
        drawn = self.script("[...state.drawn.keys()]")
        self.assertTrue((file["status"][:, 0][drawn] == 4).any())
        self.check(file, drawn)

    def test_no_more_than_colours(self):
        self.open_report(*GRID)
        for box in self.all("#table tbody input"):
            if not box.is_selected():
                box.click()
        self.assertEqual(len(self.all("#legend li")), 8)
        self.assertEqual(len(set(self.script("[...state.drawn.values()]"))), 8)
        self.assertEqual(sum(box.is_selected() for box in self.all("#table tbody input")), 8)

    def test_logarithmic(self):
        self.open_report(*GRID)
        for label, axis in (("Loss", "y"), ("Epochs", "x")):
            self.assertEqual(self.script(f"Chart.getChart('loss-chart').scales.{axis}.type"), "linear")
            select = self.one(f"#curve-controls label:nth-of-type({4 if label == 'Loss' else 5}) select")
            select.send_keys("logarithmic")
            self.assertEqual(self.script(f"Chart.getChart('loss-chart').scales.{axis}.type"),
                             "logarithmic")
        self.assertGreater(self.script("Chart.getChart('loss-chart').scales.y.min"), 0)

    def test_aliases_show_what_they_share(self):
        file = self.open_report("run", "--data", "xor", "--samples", "40", "--solver", "lbfgs",
                                "--batch-size", "5,10", "--folds", "2", "--max-iter", "5", "--quiet",
                                "-o", "run.h5")
        self.assertEqual(list(file["alias_of"][:]), [0, 0])
        self.all("#table tbody tr")[1].click()
        self.check(file, [0, 1])


class Keyboard(PageTest):
    def press(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def test_boxes(self):
        self.open_report(*GRID)
        boxes = self.all("#table tbody input")
        self.driver.execute_script("arguments[0].focus()", boxes[0])
        for _ in range(5):
            self.press(Keys.ARROW_DOWN)
        self.assertEqual(self.driver.switch_to.active_element, boxes[5])
        self.press(Keys.ARROW_UP)
        self.press(Keys.SPACE)
        self.assertIn(self.rows()[4], [line["config"] for line in self.lines("loss-chart")])
        self.press(Keys.SPACE)
        self.assertNotIn(self.rows()[4], [line["config"] for line in self.lines("loss-chart")])

    def test_sorting_keeps_the_focus(self):
        self.open_report(*GRID)
        button = self.heading("activation").find_element(By.CSS_SELECTOR, "button")
        self.driver.execute_script("arguments[0].focus()", button)
        self.press(Keys.ENTER)
        self.assertEqual(self.heading("activation").get_attribute("aria-sort"), "ascending")
        self.press(Keys.ENTER)
        self.assertEqual(self.heading("activation").get_attribute("aria-sort"), "descending")

    def test_everything_is_reached_and_shows_it(self):
        self.open_report(*GRID)
        expected = self.script("""[...document.querySelectorAll(
            "a[href], button, input, select, summary, [tabindex='0']")]
            .filter((e) => e.offsetParent && !e.hidden).length""")
        seen = set()
        self.driver.execute_script("document.body.focus()")
        for _ in range(expected + 5):
            self.one("body").send_keys(Keys.TAB) if not seen else self.press(Keys.TAB)
            active = self.driver.switch_to.active_element
            if active.tag_name == "body":
                break
            seen.add(active.id)
            self.assertNotEqual(active.value_of_css_property("outline-style"), "none")
        self.assertGreaterEqual(len(seen), expected)


class Hostile(PageTest):
    """Text of a file from anybody stays text."""

    def test_labels(self):
        self.write("data.csv", "a,b,kind\n" + "".join(
            f"{i % 7},{i % 5},\"{(HOSTILE, CLOSING)[i % 2]}\"\n" for i in range(60)))
        self.write("run.ini", f"title = {CLOSING}\ndata = csv\ncsv = data.csv\ntarget = kind\n"
                              "folds = 2\nmax-iter = 3\nactivation = relu,tanh\n")
        self.succeed("run", "run.ini", "--quiet", "-o", "run.h5")
        with h5py.File(self.folder / "run.h5", "r+") as file:
            for name in ("label", "param_activation"):
                file[name][0] = HOSTILE
                file[name][1] = CLOSING + "\u2028<!--<script>"
            file["environment"].attrs["cpu"] = HOSTILE
        self.open_page()
        with self.assertRaises(Exception):
            self.driver.switch_to.alert.accept()
        self.assertEqual(len(self.all("script")), 3)
        self.assertEqual(len(self.all("img")), 0)
        self.assertEqual(self.one("h1").text, CLOSING)
        self.assertEqual(self.driver.title, CLOSING)
        for place in ("#table", "#confusion-table", "#provenance-list", "#legend"):
            self.assertIn(HOSTILE, self.one(place).text, place)
        self.assertIn(CLOSING, self.one("#experiment").text)

    def test_bytes_that_are_no_text(self):
        self.succeed(*GRID)
        with h5py.File(self.folder / "run.h5", "r+") as file:
            file["label"][0] = b"\xff\xfe"
        self.open_page()
        self.assertEqual(len(self.rows()), 9)


class Pictures(PageTest):
    def test_heat_map(self):
        file = self.open_report(*EARLY)
        rows, columns = (self.script(f"heatMapChoice.{axis}") for axis in ("rows", "columns"))
        of_rows, of_columns = file[f"param_{rows}"][:], file[f"param_{columns}"][:]
        shown = self.script("[...document.querySelectorAll('#heat-map-table tbody tr')].map("
                            "(row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))")
        names = self.script(f"axes.find((a) => a.name === '{rows}').distinct"), \
            self.script(f"axes.find((a) => a.name === '{columns}').distinct")
        as_text = numpy.vectorize(lambda v: v.decode() if isinstance(v, bytes) else float(v))
        for i, row in enumerate(names[0]):
            for j, column in enumerate(names[1]):
                cell = (as_text(of_rows) == row) & (as_text(of_columns) == column)
                scores = file["mean_test_score"][:][cell]
                best = numpy.nan if numpy.isnan(scores).all() else numpy.nanmax(scores)
                self.assertEqual(shown[i][j], "–" if numpy.isnan(best) else f"{best:.4f}")

    def test_confusion(self):
        file = self.open_report(*GRID)
        best = file["rank_test_score"][:].argmin()
        counts = file["confusion/counts"][best].sum(axis=0)
        shown = self.script("[...document.querySelectorAll('#confusion-table tbody tr')].map("
                            "(row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))")
        self.assertEqual([[int(text) for text in row[:-1]] for row in shown[:-1]], counts.tolist())
        recall = counts.diagonal() / counts.sum(axis=1)
        self.assertEqual([row[-1] for row in shown[:-1]], [f"{100 * r:.1f} %" for r in recall])

    def test_parallel_coordinates(self):
        file = self.open_report(*GRID)
        points = self.script("Chart.getChart('parallel-chart').data.datasets.flatMap((d) => d.data)")
        score = file["mean_test_score"][:]
        ends = {p["config"]: p["y"] for p in points if p["x"] == 2}
        numpy.testing.assert_allclose([ends[c] for c in range(9)],
                                      (score - score.min()) / (score.max() - score.min()), atol=1e-12)
        activation = file["param_activation"].asstr()[:].tolist()
        order = list(dict.fromkeys(activation))
        starts = {p["config"]: p["y"] for p in points if p["x"] == 0 and p["y"] is not None}
        self.assertEqual(starts, {c: order.index(activation[c]) / 2 for c in range(9)})

    def test_decision_maps(self):
        file = self.open_report(*EARLY)
        output, shape = file["maps/output"][:], file["maps/output"].shape[1:]
        with_map = [c for c in range(len(output)) if not numpy.isnan(output[c]).any()]
        self.assertLess(0, len(with_map))
        self.assertLess(len(with_map), len(output), "a diverged fit has no map")
        stored = dict(self.script("run.maps.configs"))
        self.assertEqual(sorted(stored), with_map)
        self.assertEqual(len(self.all("#maps-content canvas")), len(with_map))
        for config, packed in stored.items():
            values = numpy.frombuffer(base64.b64decode(packed), numpy.uint8).reshape(shape) / 254
            numpy.testing.assert_allclose(values, output[config], atol=0.5 / 254 + 1e-9)
        chart = "Chart.getChart(document.querySelector('#maps-content canvas'))"
        points = self.script(f"{chart}.data.datasets.flatMap((d) => d.data)")
        self.assertEqual(sorted((p["x"], p["y"]) for p in points),
                         sorted(zip(file["maps/point_x1"][:], file["maps/point_x2"][:])))
        # The image lies where the axes say: the colour on it at a place is that of the place's value.
        config = self.script("run.maps.configs[0][0]")
        x1, x2 = file["maps/x1"][:], file["maps/x2"][:]
        image = self.script("mapImage(run.maps.configs[0][1]).toDataURL()")
        self.assertTrue(image.startswith("data:image/png"))
        for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1), (12, 20)):
            red, _, blue = self.script(f"""(() => {{
                const image = mapImage(run.maps.configs[0][1]);
                return [...image.getContext("2d").getImageData({column % len(x1)},
                    {len(x2) - 1 - row % len(x2)}, 1, 1).data].slice(0, 3); }})()""")
            value = output[config, row, column]
            if abs(value - 0.5) > 0.05:
                self.assertEqual(red > blue, value > 0.5, (row, column))

    def test_reconstructions(self):
        file = self.open_report(*AUTOENCODER)
        originals = file["reconstructions/original"][:]
        made = file["reconstructions/reconstructed"][:]
        n = len(originals)
        self.assertEqual(len(self.all("#reconstructions canvas")), n * (1 + len(made)))
        error = ((made - originals) ** 2).mean(axis=(2, 3))
        low, high = originals.min(), originals.max()
        pixels = self.script("""[...document.querySelectorAll("#reconstructions canvas")].map((c) =>
            [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data]
            .filter((_, i) => i % 4 === 0))""")
        order = [config for config, *_ in self.script("run.reconstructions.configs")]
        expected = numpy.concatenate([originals, *made[order]]).reshape(len(pixels), -1)
        shares = numpy.clip((expected - low) / (high - low), 0, 1)
        numpy.testing.assert_allclose(numpy.array(pixels) / 255, shares, atol=1.01 / 254)
        texts = [cell.text for cell in self.all("#reconstructions td span")]
        numpy.testing.assert_allclose([float(text) for text in texts[n:]],
                                      error[order].ravel(), rtol=0, atol=5.1e-5)


class Page(PageTest):
    """Light, dark, narrow, on paper, without scripts."""

    CONTRAST = """(() => {
      const channels = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
      const light = (color) => {
        const [r, g, b] = color.map((byte) => {
          const c = byte / 255;
          return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const behind = (element) => {
        for (let e = element; e; e = e.parentElement) {
          const color = channels(getComputedStyle(e).backgroundColor);
          if (color.length === 3 || color[3] === 1) return color.slice(0, 3);
        }
        return [255, 255, 255]; };
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
        if (element.closest("[aria-hidden=true], .hidden-text, option, script")) continue;
        const [a, b] = [light(channels(getComputedStyle(element).color).slice(0, 3)), light(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        found.push([ratio, walker.currentNode.data.trim().slice(0, 40)]);
      }
      return found; })()"""

    TOOLTIP = """(() => {
      const tip = document.getElementById("tooltip");
      if (tip.hidden) return null;
      const box = tip.getBoundingClientRect();
      return {box: [box.left, box.top, box.right, box.bottom], text: tip.innerText,
              values: [...tip.querySelectorAll(".value")].map((value) => {
                const inner = value.getBoundingClientRect();
                return inner.width > 0 && inner.left >= box.left && inner.right <= box.right &&
                    inner.top >= box.top && inner.bottom <= box.bottom; })};
    })()"""

    def point_at(self, chart, across, down):
        box = self.script("""(() => {
            document.getElementById(arguments[0]).scrollIntoView({block: "center"});
            const b = document.getElementById(arguments[0]).getBoundingClientRect();
            return [b.left, b.top, Math.min(b.width, innerWidth - b.left), b.height];
            })()""".replace("arguments[0]", repr(chart)))
        for way in (0.99, 1):  # a move, not only a place
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {
                "type": "mouseMoved", "x": box[0] + way * across * box[2], "y": box[1] + down * box[3]})
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));")
        return self.script(self.TOOLTIP)

    def test_tooltips_show_the_whole_value(self):
        """Within the window, however long the names are: on a phone a canvas has no room for them."""
        self.open_report("run", "--data", "moons", "--samples", "60", "--hidden-layer-sizes",
                         "32-32-32-32,64-64-64-64", "--activation", "tanh,leaky_relu", "--init",
                         "he_normal,glorot_uniform", "--max-iter", "4", "--quiet", "-o", "run.h5")
        for width, mobile in ((1280, False), (390, True)):
            browser.resize(self.driver, width, 740, mobile)
            for chosen in (3, 8):
                for box in self.all("#table tbody input")[:chosen]:
                    if not box.is_selected():
                        self.driver.execute_script("arguments[0].click()", box)
                for chart in ("loss-chart", "score-chart", "parallel-chart"):
                    for across in (0.3, 0.6, 0.9):
                        with self.subTest(width=width, chosen=chosen, chart=chart, across=across):
                            shown = self.point_at(chart, across, 0.5)
                            left, top, right, bottom = shown["box"]
                            self.assertGreaterEqual(min(left, top), 0)
                            self.assertLessEqual(right, width)
                            self.assertLessEqual(bottom, 740)
                            self.assertTrue(shown["values"] and all(shown["values"]), shown)
                            self.assertRegex(shown["text"], r"\d ± \d")
            last = self.script("Chart.getChart('loss-chart').data.datasets.find((d) => !d.isBand).data[3].y")
            self.assertIn(self.script(f"numberText({last})"),
                          self.point_at("loss-chart", 0.97, 0.5)["text"])
            self.driver.execute_script("scrollBy(0, 40)")
            WebDriverWait(self.driver, 10).until(lambda _: self.script(self.TOOLTIP) is None)
        self.assertEqual(browser.console(self.driver), [])

    def test_contrast(self):
        for run in (GRID, EARLY):
            self.open_report(*run, "--force")
            for dark in (False, True):
                browser.set_dark(self.driver, dark)
                self.assertEqual(self.script("document.documentElement.dataset.theme"),
                                 "dark" if dark else "light")
                found = self.script(self.CONTRAST)
                self.assertGreater(len(found), 100)
                self.assertEqual([pair for pair in found if pair[0] < 4.5], [])

    def test_lines_stand_out_from_the_page(self):
        self.open_report(*GRID)
        for dark in (False, True):
            browser.set_dark(self.driver, dark)
            ratios = self.script("""[...Array(8).keys()].map((i) => {
              const light = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
                .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + [0.2126, 0.7152, 0.0722][i] * c, 0);
              const [a, b] = [light(seriesColor(i)), light(styleColor("--card"))];
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); })""")
            self.assertEqual([ratio for ratio in ratios if ratio < 3], [])

    def test_phone(self):
        for run in (GRID, EARLY, AUTOENCODER):
            self.open_report(*run, "--force")
            browser.resize(self.driver, 360, 740, mobile=True)
            browser.open_page(self.driver, self.folder / "run.html")
            self.assertLessEqual(self.script("document.documentElement.scrollWidth"), 360)

    def test_every_picture_has_a_text(self):
        self.open_report(*EARLY)
        for canvas in self.all("canvas"):
            self.assertEqual(canvas.get_attribute("role"), "img")
            self.assertGreater(len(canvas.get_attribute("aria-label")), 10)
        for control in self.all("input, select"):
            self.assertTrue(control.accessible_name)

    def test_paper_is_light(self):
        self.open_report(*GRID)
        browser.set_dark(self.driver, True)
        self.script("addEventListener('beforeprint', () => { window.printed = "
                    "document.documentElement.dataset.theme; })")
        browser.print_page(self.driver, self.folder / "run.pdf")
        self.assertTrue((self.folder / "run.pdf").read_bytes().startswith(b"%PDF"))
        self.assertEqual(self.script("window.printed"), "light")
        self.assertEqual(self.script("document.documentElement.dataset.theme"), "dark")

    def test_without_scripts(self):
        file = self.open_report(*GRID)
        page = (self.folder / "run.html").read_text()
        ranking = re.search(r"<noscript>.*?<pre>(.*?)</pre>", page, re.DOTALL)[1]
        self.assertIn(f"{file['mean_test_score'][:].max():.4f}", ranking)

    def test_provenance_and_copy(self):
        file = self.open_report(*GRID)
        text = self.one("#provenance-list").text
        for value in (file.attrs["data_sha256"], str(file.attrs["seed"]), *(
                file["environment"].attrs[name] for name in ("version", "cpu", "command_line"))):
            self.assertIn(value, text)
        self.assertEqual(self.script("document.getElementById('experiment').textContent"),
                         file.attrs["experiment"])
        self.driver.execute_cdp_cmd("Browser.grantPermissions", {
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        self.one("#copy").click()
        copied = self.driver.execute_async_script(
            "navigator.clipboard.readText().then(arguments[0], (e) => arguments[0](String(e)))")
        self.assertEqual(copied, file.attrs["experiment"])

    def test_data_is_json_of_one_line(self):
        self.open_report(*GRID)
        page = (self.folder / "run.html").read_text()
        data = re.search(r'<script type="application/json" id="run">(.*)</script>\n', page)[1]
        self.assertEqual(json.loads(data)["n_folds"], 3)
        self.assertNotRegex(data, "[<>&]")


class StillRunning(PageTest):
    def test_the_page_reloads_itself_and_keeps_what_was_chosen(self):
        self.succeed(*GRID)
        with h5py.File(self.folder / "run.h5", "r+") as file:
            file.attrs["complete"] = numpy.int32(0)
        watching = self.start("report", "run.h5", "--watch")
        wait_until((self.folder / "run.html").exists, watching)
        browser.open_page(self.driver, self.folder / "run.html")
        self.assertIn("still running", self.one("header").text)
        self.one("#filter").send_keys("sklearn")
        self.all("#table tbody tr")[-1].click()
        drawn = self.script("[...state.drawn.keys()]")
        self.driver.execute_script("window.before = true; document.activeElement.blur()")
        WebDriverWait(self.driver, 60).until(lambda _: self.script(
            "!window.before && typeof state !== 'undefined' && document.readyState === 'complete'"))
        self.assertEqual(self.script("[...state.drawn.keys()]"), drawn)
        self.assertEqual(len(self.rows()), 3)
        self.assertEqual(browser.console(self.driver), [])


if __name__ == "__main__":
    unittest.main()
