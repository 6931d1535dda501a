// The ranking: sorted by clicking a heading, filtered by words and comparisons; its rows choose
// what the charts draw.

const kFirstRows = 50;
const filterInput = byId("filter");
const table = byId("table");
let sortColumn = null;  // by rank, which is the first column
let sortSign = 1;
let allRows = false;

// {name: shown, key: in filters, value(config): to sort by, cell(config), up: the best is largest}
function tableColumns() {
  const number = (name, key, text, up = false) => ({
    name,
    key,
    up,
    numeric: true,
    value: (c) => columns[key][c],
    cell: (c) => element("td", {class: "number"}, text(columns[key][c])),
  });
  const shown = [number("rank", "rank_test_score", String)];
  shown.push({
    name: "held-out score",
    key: "mean_test_score",
    up: true,
    numeric: true,
    value: (c) => columns.mean_test_score[c],
    cell: scoreCell,
  });
  for (const axis of variedAxes) {
    const numeric = axis.distinct.every(isNumber);
    shown.push({
      name: axis.name,
      key: axis.name,
      numeric,
      value: (c) => numeric ? axis.values[c] : axis.distinct.indexOf(axis.values[c]),
      text: (c) => axisText(axis.values[c]),
      cell: (c) => element("td", numeric ? {class: "number"} : {}, axisText(axis.values[c])),
    });
  }
  if (variedAxes.length === 0) {
    shown.push({
      name: "label",
      key: "label",
      value: (c) => columns.label[c],
      cell: (c) => element("td", {}, columns.label[c])
    });
  }
  shown.push({
    name: "outcome",
    key: "status",
    value: (c) => columns.status[c],
    cell: (c) => element("td", {}, ...outcomePills(c)),
  });
  shown.push(number("training score", "mean_train_score", scoreText, true));
  if (columns.test_score) shown.push(number("test score", "test_score", scoreText, true));
  shown.push(number("epochs", "n_iter", (n) => isNumber(n) ? shortNumber(n) : "–"));
  shown.push(number("time of a fit", "mean_fit_time", secondsText));
  shown.push({
    name: "config",
    key: "config",
    numeric: true,
    value: (c) => c,
    cell: (c) => element("td", {class: "number muted"}, String(c)),
  });
  return shown;
}

function outcomePills(config) {
  const error = run.errors.find(([failed]) => failed === config);
  const pills = outcomes(config).map(
      ({name, count, tone, why}) => element(
          "span", {class: `pill ${tone}`, title: name === "failed" && error ? error[1] : why},
          count === run.n_folds ? name : `${name} ${count}/${run.n_folds}`));
  const owner = trainedAs(config);
  if (owner !== config) {
    pills.push(element(
        "span", {class: "pill plain", title: "Shares the fits of that configuration"},
        `= config ${owner}`));
  }
  return pills;
}

// Mean and standard deviation as text and as a dot on a line over the range of all configs.
const [lowestScore, highestScore] = extent(columns.mean_test_score);
function scoreCell(config) {
  const mean = columns.mean_test_score[config];
  const cell = element("td", {class: "number"}, scoreText(mean));
  if (run.n_folds > 1 && isNumber(mean)) {
    cell.append(
        element("span", {class: "muted"}, ` ± ${scoreText(columns.std_test_score[config])}`));
  }
  if (isNumber(mean) && highestScore > lowestScore) {
    const place = (value) =>
        100 * clamp((value - lowestScore) / (highestScore - lowestScore), 0, 1);
    const range = element(
        "span", {class: "range", "aria-hidden": "true"}, element("span", {class: "whisker"}),
        element("span", {class: "dot"}));
    const deviation = columns.std_test_score[config] || 0;
    const low = place(mean - deviation);
    range.children[0].style.left = `${low}%`;
    range.children[0].style.width = `${place(mean + deviation) - low}%`;
    range.children[1].style.left = `${place(mean)}%`;
    cell.append(range);
  }
  return cell;
}

const shownColumns = tableColumns();

// "name<1", "name=relu", or a word that has to occur in the row.
function condition(word) {
  const comparison = /^(\w[\w-]*)(<=|>=|=|<|>)(.+)$/.exec(word);
  const name =
      comparison && comparison[1].toLowerCase().replaceAll("-", "_").replace(/^param_/, "");
  const column =
      name && shownColumns.find((c) => [c.key, c.name.replaceAll(" ", "_")].includes(name));
  if (!column) {
    const wanted = word.toLowerCase();
    return (config) => rowText(config).includes(wanted);
  }
  const [, , operator, wanted] = comparison;
  const limit = Number(wanted);
  return (config) => {
    const text = column.text ? column.text(config) : String(column.value(config));
    const value = column.numeric ? column.value(config) : Number(text);
    if (operator === "=") return text.toLowerCase() === wanted.toLowerCase() || value === limit;
    if (!isNumber(value)) return false;
    return {
      "<": value < limit,
      ">": value > limit,
      "<=": value <= limit,
      ">=": value >= limit
    }[operator];
  };
}

const rowTexts = [];
function rowText(config) {
  if (!rowTexts[config]) {
    const flags = outcomes(config).map(({name}) => name.replace(" ", "-")).join(" ");
    rowTexts[config] =
        `${shortLabel(config)} ${columns.label[config]} ${columns.status[config]} ${flags}`
            .toLowerCase();
  }
  return rowTexts[config];
}

function compare(a, b) {
  if (!sortColumn) return 0;  // as the list is
  const [x, y] = [sortColumn.value(a), sortColumn.value(b)];
  const missing = (v) => v === null || v === undefined || Number.isNaN(v);
  if (missing(x) || missing(y)) return missing(x) - missing(y);
  return x === y ? 0 : x < y ? -sortSign : sortSign;
}

function applyFilter() {
  const conditions = filterInput.value.split(/\s+/).filter((word) => word).map(condition);
  state.visible =
      byRank.filter((config) => conditions.every((holds) => holds(config))).sort(compare);
}

function setFilter(text) {
  filterInput.value = text;
  filterInput.dispatchEvent(new Event("input"));
  byId("ranking").scrollIntoView();
}

function sortBy(column) {
  const [first, second] = column.up ? [-1, 1] : [1, -1];
  const again = sortColumn === column && sortSign === first;
  sortColumn = column;
  sortSign = again ? second : first;
  applyFilter();
  showRows();
}

function headRow() {
  return element(
      "tr", {}, element("th", {scope: "col"}, element("span", {class: "hidden-text"}, "drawn")),
      ...shownColumns.map(
          (column) => element(
              "th", {scope: "col", class: column.numeric ? "number" : undefined},
              element("button", {type: "button", onclick: () => sortBy(column)}, column.name))));
}

function markSorting() {
  shownColumns.forEach((column, i) => {
    const isSorted = column === (sortColumn || shownColumns[0]);
    table.tHead.rows[0].cells[i + 1].setAttribute(
        "aria-sort", isSorted ? (sortSign > 0 ? "ascending" : "descending") : "none");
  });
}

function bodyRow(config) {
  const box = element("input", {
    type: "checkbox",
    "aria-label": `Draw ${shortLabel(config)}`,
    onchange: () => toggleDrawn(config)
  });
  const row = element(
      "tr", {"data-config": config, class: config === best ? "best" : undefined},
      element(
          "td", {class: "choose"}, box, element("span", {class: "marker", "aria-hidden": "true"})),
      ...shownColumns.map((column) => column.cell(config)));
  row.addEventListener("click", (event) => {
    if (event.target !== box && getSelection().isCollapsed) toggleDrawn(config);
  });
  return row;
}

function markRow(row) {
  const config = Number(row.dataset.config);
  const colour = state.drawn.get(config);
  const isDrawn = colour !== undefined;
  row.classList.toggle("drawn", isDrawn);
  row.querySelector("input").checked = isDrawn;
  const marker = row.querySelector(".marker");
  marker.textContent = isDrawn ? markerSigns[colour] : "";
  marker.style.color = isDrawn ? seriesColor(colour) : "";
}

function markRows() {
  for (const row of table.tBodies[0].rows) markRow(row);
}

function showRows() {
  const rows = allRows ? state.visible : state.visible.slice(0, kFirstRows);
  table.tBodies[0].replaceChildren(...rows.map(bodyRow));
  markSorting();
  markRows();
  const more = byId("more");
  more.hidden = rows.length === state.visible.length;
  more.textContent = `Show all ${state.visible.length}`;
  const count = state.visible.length === nConfigs ?
      plural(nConfigs, "configuration") :
      `${state.visible.length} of ${plural(nConfigs, "configuration")}`;
  byId("shown").textContent = count;
}

// Arrow keys go from box to box.
function moveFocus(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step || event.target.type !== "checkbox") return;
  const row = event.target.closest("tr");
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (!next) return;
  event.preventDefault();
  next.querySelector("input").focus();
}

function showConstants() {
  const constant = axes.filter((axis) => axis.distinct.length === 1);
  if (constant.length === 0) return;
  byId("constants")
      .append(element(
          "details", {}, element("summary", {}, "The same in every configuration"),
          element(
              "ul", {class: "values"},
              ...constant.map(
                  (axis) => element(
                      "li", {}, element("span", {class: "muted"}, axis.name), " ",
                      element("strong", {}, axisText(axis.distinct[0])))))));
}

function showTable() {
  openSection("ranking");
  table.append(element("thead", {}, headRow()), element("tbody"));
  applyFilter();
  showRows();
  showConstants();
  filterInput.addEventListener("input", () => {
    applyFilter();
    showRows();
    tell("visible");
  });
  byId("more").addEventListener("click", () => {
    allRows = true;
    showRows();
  });
  table.addEventListener("keydown", moveFocus);
  listeners.drawn.push(markRows);
  listeners.theme.push(markRows);
}
