// Loss and score by epoch of the chosen configurations: the mean over the folds, and the spread as
// a band. Training is dashed, held-out rows are solid, early stopping's own rows are dotted.

const curveSettings = {
  train: true,
  heldOut: true,
  band: run.n_folds > 1,
  logLoss: false,
  logEpochs: false
};
const lineKinds = [
  {name: "train_loss", chart: "loss", of: "training", dash: [6, 4], setting: "train"},
  {name: "val_loss", chart: "loss", of: "held out", dash: [], setting: "heldOut"},
  {name: "train_score", chart: "score", of: "training", dash: [6, 4], setting: "train"},
  {name: "val_score", chart: "score", of: "held out", dash: [], setting: "heldOut"},
  {
    name: "early_stopping_score",
    chart: "score",
    of: "early stopping's rows",
    dash: [2, 3],
    setting: "heldOut"
  },
].filter((kind) => run.curves[kind.name]);
const kMarkersPerLine = 8;

// {mean, low, high: lists of {x, y}} of one configuration, or null where it has no such curve.
const curvePoints = new Map();
function pointsOf(name, config) {
  const key = `${name} ${config}`;
  if (!curvePoints.has(key)) curvePoints.set(key, unpackCurve(run.curves[name], trainedAs(config)));
  return curvePoints.get(key);
}

function unpackCurve(curve, config) {
  if (!curve.mean[config]) return null;
  const means = unpackFloats(curve.mean[config]);
  const deviations = curve.std ? unpackFloats(curve.std[config]) : new Float32Array(means.length);
  const points = {mean: [], low: [], high: []};
  means.forEach((mean, i) => {
    if (!Number.isFinite(mean)) return;
    const x = i + 1 < means.length ? curve.epochs[i] : curve.last[config];
    const deviation = Number.isFinite(deviations[i]) ? deviations[i] : 0;
    points.mean.push({x, y: mean});
    points.low.push({x, y: mean - deviation});
    points.high.push({x, y: mean + deviation});
  });
  return points.mean.length > 0 ? points : null;
}

function meanLine(points, config, colour, kind) {
  const every = Math.max(1, Math.ceil(points.mean.length / kMarkersPerLine));
  const hue = seriesColor(colour);
  return {
    label: `${shortLabel(config)}, ${kind.of}`,
    data: points.mean,
    config,
    deviation: points,
    borderColor: hue,
    backgroundColor: hue,
    borderWidth: 2,
    borderDash: kind.dash,
    tension: 0,
    pointStyle: markers[colour],
    pointRadius: (context) => context.dataIndex % every === 0 || points.mean.length === 1 ? 4 : 0,
    pointHitRadius: 6,
    order: 0,
  };
}

// Two lines with the area between them filled, within the bounds of what is possible.
function band(points, colour, [floor, ceiling]) {
  const side = (data, fill) => ({
    data: data.map(({x, y}) => ({x, y: clamp(y, floor, ceiling)})),
    isBand: true,
    fill,
    borderWidth: 0,
    pointRadius: 0,
    pointHitRadius: 0,
    tension: 0,
    order: 1,
    backgroundColor: withAlpha(seriesColor(colour), 0.13),
    borderColor: "transparent",
  });
  return [side(points.low, false), side(points.high, "-1")];
}

// Of the bands: no loss below zero where there is none, no accuracy above one, and on a logarithmic
// axis nothing below the least mean, as zero has no place there.
function bounds(lines, chart, isLog) {
  const means = lines.flatMap(({points}) => points.mean.map(({y}) => y));
  const least = (values) => values.reduce((low, y) => Math.min(low, y), Infinity);
  const floor = isLog ? least(means.filter((y) => y > 0)) : least(means) >= 0 ? 0 : -Infinity;
  const isShare =
      chart === "score" && ["accuracy", "balanced_accuracy", "f1_macro"].includes(run.scoring);
  return [floor, isShare ? 1 : Infinity];
}

function curveLines(chart) {
  return [...state.drawn].flatMap(
      ([config, colour]) =>
          lineKinds.filter((kind) => kind.chart === chart && curveSettings[kind.setting])
              .map((kind) => ({config, colour, kind, points: pointsOf(kind.name, config)}))
              .filter(({points}) => points));
}

function curveDatasets(lines, chart, isLog) {
  const within = bounds(lines, chart, isLog);
  return lines.flatMap(({config, colour, kind, points}) => {
    const line = meanLine(points, config, colour, kind);
    return curveSettings.band && run.n_folds > 1 ? [...band(points, colour, within), line] : [line];
  });
}

function logTicks(value) {
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((shown) => Math.abs(digit - shown) < 1e-6) ? shortNumber(value) : "";
}

function curveScale(title, isLog, isWhole = false) {
  return {
    type: isLog ? "logarithmic" : "linear",
    title: {display: true, text: title},
    ticks: isLog ? {callback: logTicks} : {precision: isWhole ? 0 : undefined},
  };
}

function tooltipLine({dataset, dataIndex, parsed}) {
  const {mean, high} = dataset.deviation;
  const deviation = high[dataIndex].y - mean[dataIndex].y;
  const spreadText = run.n_folds > 1 ? ` ± ${numberText(deviation)}` : "";
  return ` ${dataset.label}: ${numberText(parsed.y)}${spreadText}`;
}

function describeLines(what, lines) {
  if (lines.length === 0) return `${what} by epoch: no configuration is chosen.`;
  return `${what} by epoch. ` +
      lines
          .map(({config, kind, points}) => {
            const last = points.mean[points.mean.length - 1];
            return `${shortLabel(config)}, ${kind.of}: from ${numberText(points.mean[0].y)} to ` +
                `${numberText(last.y)} in epoch ${last.x}.`;
          })
          .join(" ");
}

function drawCurves(chart, title) {
  const isLog = chart === "loss" && curveSettings.logLoss;
  const lines = curveLines(chart);
  drawChart(
      byId(`${chart}-chart`), {
        type: "line",
        data: {datasets: curveDatasets(lines, chart, isLog)},
        options: {
          parsing: false,
          normalized: true,
          interaction: {mode: "nearest", axis: "x", intersect: false},
          scales: {
            x: {
              ...curveScale("epoch", curveSettings.logEpochs, true),
              min: curveSettings.logEpochs ? 1 : undefined
            },
            y: curveScale("", isLog),
          },
          plugins: {
            tooltip: {
              filter: (item) => !item.dataset.isBand,
              callbacks:
                  {title: ([item]) => item ? `epoch ${item.parsed.x}` : "", label: tooltipLine},
            }
          },
        },
      },
      describeLines(title, lines));
}

function drawLegend() {
  byId("legend").replaceChildren(...[...state.drawn].map(([config, colour]) => {
    const sign = element("span", {"aria-hidden": "true"}, markerSigns[colour]);
    sign.style.color = seriesColor(colour);
    return element(
        "li", {},
        element(
            "button", {
              type: "button",
              class: "chip",
              title: "Take it off the charts",
              onclick: () => toggleDrawn(config)
            },
            sign, ` ${shortLabel(config)}`,
            element("span", {class: "hidden-text"}, ", take it off"),
            element("span", {class: "muted", "aria-hidden": "true"}, " ×")));
  }));
}

function redrawCurves() {
  drawLegend();
  if (lineKinds.some((kind) => kind.chart === "loss")) drawCurves("loss", "Loss");
  if (lineKinds.some((kind) => kind.chart === "score")) drawCurves("score", scoreName);
}

function curveNote() {
  const thinned = lineKinds.map(({name}) => run.curves[name].epochs)
                      .filter((epochs) => epochs.length > 2 && epochs[1] - epochs[0] > 1);
  return [
    "Dashed: training rows, as the epoch goes. Solid: held-out rows, after it.",
    run.curves.early_stopping_score ? "Dotted: the training rows that early stopping sets apart." :
                                      "",
    run.n_folds > 1 ?
        `Line and band: mean ± standard deviation over the ${run.n_folds} folds that still run.` :
        "",
    thinned.length > 0 ?
        `The page keeps every ${thinned[0][1] - thinned[0][0]}th epoch; the results file has all.` :
        "",
    `At most ${kMostDrawn} configurations at once.`,
  ].filter((sentence) => sentence)
      .join(" ");
}

function showCurves() {
  if (lineKinds.length === 0) return;
  openSection("curves");
  const set = (name) => (value) => {
    curveSettings[name] = value;
    redrawCurves();
  };
  const scale = (text, name) => selectBox(
      text, [["linear", "linear"], ["log", "logarithmic"]], "linear",
      (value) => set(name)(value === "log"));
  byId("curve-controls")
      .append(
          checkBox("training", true, set("train")), checkBox("held out", true, set("heldOut")),
          ...(run.n_folds > 1 ? [checkBox("spread over folds", true, set("band"))] : []),
          scale("Loss", "logLoss"), scale("Epochs", "logEpochs"));
  byId("loss-title").textContent = "Loss";
  byId("score-title").textContent = scoreName[0].toUpperCase() + scoreName.slice(1);
  byId("curves-note").textContent = curveNote();
  for (const chart of ["loss", "score"]) {
    byId(`${chart}-chart`).closest("figure").hidden =
        !lineKinds.some((kind) => kind.chart === chart);
  }
  redrawCurves();
  listeners.drawn.push(redrawCurves);
  listeners.theme.push(redrawCurves);
}
