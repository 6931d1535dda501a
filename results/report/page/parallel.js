// Parallel coordinates: every configuration as a line through its values on all varied axes to its
// score. Each axis is a scale of the chart, so that its ticks carry the axis's own values.

const kMostTicks = 14;   // of more values, the axis is one of numbers
const kFewConfigs = 30;  // more of them fan out a little at each value, the best on top
const kHeatSteps = 12;   // lines of about the same score share a dataset, which makes them quick

// {name, place(config): 0 to 1 or null, ticks: [[place, text]]}
function parallelAxis(axis) {
  const {distinct, values} = axis;
  if (distinct.length <= kMostTicks || !distinct.every(isNumber)) {
    const gap = 1 / (distinct.length - 1);
    const place = (value) => distinct.indexOf(value) * gap;
    const every = Math.ceil(distinct.length / kMostTicks);
    const fan = nConfigs < kFewConfigs ? 0 : Math.min(0.05, 0.4 * gap);
    return {
      name: axis.name,
      place: (c) => place(values[c]) + fan * ((scoreShare(c) ?? 0) - 0.5),
      ticks: distinct.filter((_, i) => i % every === 0).map((v) => [place(v), axisText(v)])
    };
  }
  const isLog = distinct[0] > 0 && distinct[distinct.length - 1] / distinct[0] > 50;
  return numberAxis(axis.name, values, isLog ? Math.log : (v) => v, isLog ? Math.exp : (v) => v);
}

function numberAxis(name, values, forward, backward) {
  const [low, high] = extent(values.map((value) => isNumber(value) ? forward(value) : null));
  const width = high - low || 1;
  return {
    name,
    place: (c) => isNumber(values[c]) ? (forward(values[c]) - low) / width : null,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => [at, shortNumber(backward(low + at * width))])
  };
}

const parallelAxes = [
  ...variedAxes.map(parallelAxis),
  numberAxis("held-out score", columns.mean_test_score, (v) => v, (v) => v)
];

function scoreShare(config) {
  const mean = columns.mean_test_score[config];
  if (!isNumber(mean)) return null;
  return highestScore > lowestScore ? (mean - lowestScore) / (highestScore - lowestScore) : 1;
}

function linePoints(config) {
  return parallelAxes.map((axis, x) => ({x, y: axis.place(config), config}));
}

// Lines with gaps between the configurations.
function linesDataset(configs, color, width, order) {
  const data = configs.flatMap((config) => [...linePoints(config), {x: 0, y: null, config}]);
  return {
    data,
    borderColor: color,
    borderWidth: width,
    order,
    pointRadius: 0,
    pointHitRadius: 5,
    pointHoverRadius: 4,
    pointHoverBackgroundColor: color,
    spanGaps: false,
    tension: 0
  };
}

function parallelDatasets() {
  const groups = new Map();
  for (const config of state.visible) {
    if (state.drawn.has(config)) continue;
    const share = scoreShare(config);
    const step = share === null ? -1 : Math.round(share * kHeatSteps);
    if (!groups.has(step)) groups.set(step, []);
    groups.get(step).push(config);
  }
  const alpha = clamp(60 / state.visible.length, 0.25, 0.9);
  const datasets = [...groups].map(
      ([step, configs]) => step < 0 ?
          {
            ...linesDataset(configs, withAlpha(styleColor("--muted"), alpha), 1, 100),
            borderDash: [4, 4]
          } :
          linesDataset(configs, rgb(heat(step / kHeatSteps), alpha), 1.5, 99 - step));
  for (const [config, colour] of state.drawn) {
    datasets.push({
      ...linesDataset([config], seriesColor(colour), 3.5, 0),
      pointStyle: markers[colour],
      pointRadius: 5,
      backgroundColor: seriesColor(colour)
    });
  }
  return datasets;
}

// The outer axes have their labels outside; those between end at their line.
function tickScale(axis, x) {
  const isLast = x === parallelAxes.length - 1;
  const isInner = x > 0 && !isLast;
  return {
    type: "linear",
    axis: "y",
    position: isLast ? "right" :
        isInner      ? {x} :
                       "left",
    min: -0.03,
    max: 1.03,
    grid: {
      drawOnChartArea: false,
      borderColor: styleColor("--muted"),
      tickColor: styleColor("--muted")
    },
    afterBuildTicks: (scale) => {
      scale.ticks = axis.ticks.map(([value, label]) => ({value, label}));
    },
    ticks: {
      autoSkip: false,
      z: 1,
      color: styleColor("--text"),
      showLabelBackdrop: isInner,
      backdropColor: withAlpha(styleColor("--card"), 0.8),
      backdropPadding: 2,
      callback: (_, i) => axis.ticks[i] ? axis.ticks[i][1] + (isInner ? "\u2002" : "") : "",
    },
  };
}

function parallelScales() {
  const scales = {
    x: {
      type: "linear",
      min: 0,
      max: parallelAxes.length - 1,
      position: "top",
      offset: false,
      grid: {display: false, drawBorder: false},
      ticks: {
        stepSize: 1,
        autoSkip: false,
        color: styleColor("--text"),
        font: {weight: "bold"},
        callback: (value) => parallelAxes[value] ? parallelAxes[value].name : ""
      }
    },
    y: {display: false, min: -0.03, max: 1.03},
  };
  parallelAxes.forEach((axis, x) => {
    scales[`y${x}`] = tickScale(axis, x);
  });
  return scales;
}

function drawParallel() {
  const first = state.visible.find(hasScore);
  drawChart(
      byId("parallel-chart"), {
        type: "line",
        data: {datasets: parallelDatasets()},
        options: {
          layout: {padding: {bottom: 10}},
          interaction: {mode: "nearest", intersect: false},
          scales: parallelScales(),
          onClick: (_, hits) => {
            if (hits.length > 0) toggleDrawn(hits[0].element.$context.raw.config);
          },
          plugins: {
            tooltip: {
              filter: (item, i) => i === 0,
              callbacks: {
                title: ([item]) => item ? shortLabel(item.raw.config) : "",
                label: ({raw}) =>
                    ` ${scoreText(columns.mean_test_score[raw.config])}${spread(raw.config)}`,
              },
            }
          },
        },
      },
      `Parallel coordinates of ${plural(state.visible.length, "configuration")} over ` +
          `${
              parallelAxes.map((axis) => axis.name)
                  .join(", ")}; the ranking holds the same as a table.` +
          (first === undefined ? "" : ` Best of them: ${shortLabel(first)}.`));
}

function showParallel() {
  if (variedAxes.length < 2) return;
  openSection("axes");
  byId("parallel-chart").parentElement.style.minWidth = `${7 * parallelAxes.length}rem`;
  drawParallel();
  for (const what of ["drawn", "visible", "theme"]) listeners[what].push(drawParallel);
}
