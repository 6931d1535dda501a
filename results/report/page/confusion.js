// Confusion matrix of a configuration, summed over its folds, with recall and precision.

const confusionChoice = {
  config: "",
  rows: "held out"
};

function drawConfusion() {
  const source = confusionChoice.rows === "test" ? run.test_confusion : run.confusion;
  const counts = source.find(([config]) => config === Number(confusionChoice.config))[1];
  const names = run.class_names;
  const n = names.length;
  const at = (row, column) => counts[row * n + column];
  const sum = (value) => names.reduce((total, _, i) => total + value(i), 0);
  const share = (part, whole) => whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : "–";
  const head = element(
      "tr", {}, element("th", {scope: "col"}, "true \\ predicted"),
      ...names.map((name) => element("th", {scope: "col"}, name)),
      element("th", {scope: "col", class: "edge"}, "recall"));
  const rows = names.map((name, i) => {
    const whole = sum((j) => at(i, j));
    return element(
        "tr", {}, element("th", {scope: "row"}, name), ...names.map((_, j) => {
          const cell = element(
              "td", {title: `${name} taken for ${names[j]}: ${share(at(i, j), whole)}`},
              String(at(i, j)));
          if (at(i, j) > 0) paintCell(cell, Math.sqrt(at(i, j) / whole));
          return cell;
        }),
        element("td", {class: "edge"}, share(at(i, i), whole)));
  });
  rows.push(element(
      "tr", {}, element("th", {scope: "row", class: "edge"}, "precision"),
      ...names.map((_, j) => element("td", {class: "edge"}, share(at(j, j), sum((i) => at(i, j))))),
      element(
          "td", {class: "edge"}, share(sum((i) => at(i, i)), sum((i) => sum((j) => at(i, j)))))));
  byId("confusion-table")
      .replaceChildren(
          element("caption", {class: "hidden-text"}, "Rows of each true class by predicted class"),
          element("thead", {}, head), element("tbody", {}, ...rows));
}

function showConfusion() {
  if (!run.confusion || best < 0) return;
  openSection("confusion");
  confusionChoice.config = String(best);
  const choose = (what) => (value) => {
    confusionChoice[what] = value;
    drawConfusion();
  };
  const configs = run.confusion.filter(([, counts]) => counts.some((count) => count > 0));
  const controls = byId("confusion-controls");
  if (configs.length > 1) {
    controls.append(selectBox(
        "Configuration",
        configs.map(
            ([
              config
            ]) => [String(config), `${columns.rank_test_score[config]}. ${shortLabel(config)}`]),
        String(best), choose("config")));
  }
  if (run.test_confusion) {
    controls.append(selectBox(
        "Rows", [["held out", "held out"], ["test", "test set"]], "held out", choose("rows")));
  }
  byId("confusion-note").textContent =
      (run.n_folds > 1 ? `Counts of all ${run.n_folds} folds together. ` : "") +
      "Colour: share of the true class, on a square-root scale. The corner is the accuracy.";
  drawConfusion();
  listeners.theme.push(drawConfusion);
}
