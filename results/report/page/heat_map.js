// A table of any two axes, coloured by what is measured.

const measures = [
  ["mean_test_score", "held-out score", scoreText],
  ["test_score", "test score", scoreText],
  ["mean_train_score", "training score", scoreText],
  ["n_iter", "epochs", shortNumber],
  ["mean_fit_time", "time of a fit", secondsText],
].filter(([key]) => columns[key] && columns[key].some(isNumber));
const heatMapChoice = {};

// Configurations of each pair of values, best first.
function crossed(rowAxis, columnAxis) {
  const cells = rowAxis.distinct.map(() => columnAxis.distinct.map(() => []));
  for (const config of byRank) {
    const row = rowAxis.distinct.indexOf(rowAxis.values[config]);
    cells[row][columnAxis.distinct.indexOf(columnAxis.values[config])].push(config);
  }
  return cells;
}

function cellValue(configs, key) {
  const values = configs.map((config) => columns[key][config]).filter(isNumber);
  if (values.length === 0) return null;
  return heatMapChoice.over === "best" ?
      columns[key][configs[0]] :
      values.reduce((sum, value) => sum + value, 0) / values.length;
}

function drawHeatMap() {
  const rowAxis = variedAxes.find((axis) => axis.name === heatMapChoice.rows);
  const columnAxis = variedAxes.find((axis) => axis.name === heatMapChoice.columns);
  const [key, name, text] = measures.find((measure) => measure[0] === heatMapChoice.measure);
  const groups = crossed(rowAxis, columnAxis);
  const values = groups.map((row) => row.map((configs) => cellValue(configs, key)));
  const [low, high] = extent(values.flat());
  const head = element(
      "tr", {}, element("th", {scope: "col"}, `${rowAxis.name} \\ ${columnAxis.name}`),
      ...columnAxis.distinct.map((value) => element("th", {scope: "col"}, axisText(value))));
  const rows = values.map(
      (row, i) => element(
          "tr", {}, element("th", {scope: "row"}, axisText(rowAxis.distinct[i])),
          ...row.map((value, j) => {
            const cell = element(
                "td", {title: groups[i][j].length > 0 ? shortLabel(groups[i][j][0]) : undefined},
                isNumber(value) ? text(value) : "–");
            if (isNumber(value)) paintCell(cell, high > low ? (value - low) / (high - low) : 1);
            return cell;
          })));
  byId("heat-map-table")
      .replaceChildren(
          element(
              "caption", {class: "hidden-text"},
              `${name} by ${rowAxis.name} and ${columnAxis.name}`),
          element("thead", {}, head), element("tbody", {}, ...rows));
  const others = variedAxes.filter((axis) => axis !== rowAxis && axis !== columnAxis);
  byId("heat-map-note").textContent = others.length === 0 ?
      "" :
      `${
          heatMapChoice.over === "best" ? "Each cell is the best configuration" :
                                          "Each cell is the mean"} ` +
          `over ${others.map((axis) => axis.name).join(", ")}.`;
}

function showHeatMap() {
  if (variedAxes.length < 2) return;
  openSection("heat-map");
  const [columnAxis, rowAxis] =
      [...variedAxes].sort((a, b) => b.distinct.length - a.distinct.length);
  Object.assign(
      heatMapChoice,
      {rows: rowAxis.name, columns: columnAxis.name, measure: "mean_test_score", over: "best"});
  const names = variedAxes.map(({name}) => [name, name]);
  const set = (what) => (value) => {
    const other = {rows: "columns", columns: "rows"}[what];
    if (heatMapChoice[other] === value) {  // the two change places
      heatMapChoice[other] = heatMapChoice[what];
      selects[other].querySelector("select").value = heatMapChoice[what];
    }
    heatMapChoice[what] = value;
    drawHeatMap();
  };
  const selects = {
    rows: selectBox("Rows", names, rowAxis.name, set("rows")),
    columns: selectBox("Columns", names, columnAxis.name, set("columns")),
    measure: selectBox(
        "Show", measures.map(([key, name]) => [key, name]), "mean_test_score", set("measure")),
  };
  if (variedAxes.length > 2) {
    selects.over = selectBox(
        "Over the other axes", [["best", "the best"], ["mean", "the mean"]], "best", set("over"));
  }
  byId("heat-map-controls").append(...Object.values(selects));
  drawHeatMap();
  listeners.theme.push(drawHeatMap);
}
