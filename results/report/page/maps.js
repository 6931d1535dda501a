// Decision maps: what each configuration's first fold answers all over the plane, with the data
// set's points on it.

const classMarkers = ["circle", "triangle", "rect", "rectRot", "star"];
const maps = run.maps;
const nClasses = run.class_names.length;

// Blue over white to orange for what lies between two ends; a colour of its own for each class.
const lowColor = [0, 114, 178];
const highColor = [213, 94, 0];
function between(share) {
  const end = share < 0.5 ? lowColor : highColor;
  const strength = Math.abs(2 * share - 1);
  return end.map((c) => Math.round(255 + 0.75 * strength * (c - 255)));
}
const classColors = [
  [0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233],
  [240, 228, 66], [120, 120, 120]
];

function classColor(number) {
  return classColors[number % classColors.length];
}

function mapColor(byte) {
  if (byte === 255) return [128, 128, 128];
  if (nClasses > 2) return classColor(byte).map((c) => Math.round(255 + 0.45 * (c - 255)));
  return between(byte / 254);
}

// A line where the answer changes sides.
function isBoundary(bytes, i) {
  const side = (at) => nClasses > 2 ? bytes[at] : bytes[at] > 127;
  const isLastColumn = i % maps.width === maps.width - 1;
  return nClasses > 0 &&
      ((!isLastColumn && side(i) !== side(i + 1)) ||
       (i + maps.width < bytes.length && side(i) !== side(i + maps.width)));
}

// Rows of the file rise with x2, those of an image fall.
function mapImage(packed) {
  const bytes = unpackBytes(packed);
  const canvas = element("canvas", {width: maps.width, height: maps.height});
  const context = canvas.getContext("2d");
  const image = context.createImageData(maps.width, maps.height);
  for (let i = 0; i < bytes.length; ++i) {
    const row = maps.height - 1 - Math.floor(i / maps.width);
    const color = isBoundary(bytes, i) ? [40, 40, 40] : mapColor(bytes[i]);
    image.data.set([...color, 255], 4 * (row * maps.width + (i % maps.width)));
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function pointColor(target) {
  if (nClasses > 0) return rgb(classColor(target).map((c) => Math.round(0.75 * c)));
  const share = maps.high > maps.low ? (target - maps.low) / (maps.high - maps.low) : 0.5;
  return rgb(between(clamp(share, 0, 1)).map((c) => Math.round(0.8 * c)));
}

// One dataset for each class and part; training points are hollow.
function pointDatasets() {
  const groups = new Map();
  maps.point_x1.forEach((x, i) => {
    const target = nClasses > 0 ? maps.point_target[i] : 0;
    const isTraining = maps.point_part[i] === 0;
    const key = `${target} ${isTraining}`;
    if (!groups.has(key)) {
      groups.set(key, {
        data: [],
        pointStyle: classMarkers[target % classMarkers.length],
        pointRadius: isTraining ? 3 : 4,
        pointBorderWidth: 1.25,
        order: isTraining ? 1 : 0,
        pointBorderColor: [],
        pointBackgroundColor: []
      });
    }
    const group = groups.get(key);
    const color = pointColor(maps.point_target[i]);
    group.data.push({x, y: maps.point_x2[i]});
    group.pointBorderColor.push(isTraining ? color : "#fff");
    group.pointBackgroundColor.push(isTraining ? "rgba(255, 255, 255, 0.55)" : color);
  });
  return [...groups.values()];
}

function drawMap(canvas, config, packed) {
  const image = mapImage(packed);
  const behind = {
    id: "map",
    beforeDatasetsDraw: (chart) => {
      const {left, top, width, height} = chart.chartArea;
      chart.ctx.imageSmoothingEnabled = true;
      chart.ctx.drawImage(image, left, top, width, height);
    }
  };
  const axis = ([min, max], feature) => ({
    min,
    max,
    ticks: {maxTicksLimit: 6},
    title: {display: true, text: run.feature_names[feature] || `x${feature + 1}`},
    grid: {display: false}
  });
  drawChart(
      canvas, {
        type: "scatter",
        data: {datasets: pointDatasets()},
        options: {
          scales: {x: axis(maps.x1, 0), y: axis(maps.x2, 1)},
          plugins: {tooltip: {enabled: false}}
        },
        plugins: [behind],
      },
      `Decision map of ${shortLabel(config)}, held-out score ${
          scoreText(columns.mean_test_score[config])}.`);
}

function legendEntry(color, text) {
  const patch = element("span", {class: "patch", "aria-hidden": "true"});
  patch.style.backgroundColor = rgb(color);
  return element("span", {class: "entry"}, patch, text);
}

const classSigns = ["●", "▲", "■", "◆", "✱"];  // as classMarkers

function mapLegend() {
  const classes = run.class_names.map(
      (name, i) =>
          legendEntry(classColor(i), `${classSigns[i % classSigns.length]} class ${name}`));
  const ends = [[0, "low", maps.low], [1, "high", maps.high]].map(
      ([share, name, value]) => legendEntry(between(share), `${name}: ${numberText(value)}`));
  const points = element("span", {class: "entry"}, "hollow: training; filled: held out and test");
  return [...(nClasses > 0 ? classes : ends), points];
}

function showMaps() {
  if (!maps || maps.configs.length === 0) return;
  openSection("maps");
  byId("maps-legend").append(...mapLegend());
  const canvases = maps.configs.map(([config]) => {
    const canvas = element("canvas", {role: "img"});
    byId("maps-content")
        .append(element(
            "figure", {},
            element(
                "figcaption", {},
                element("strong", {}, `${columns.rank_test_score[config]}. ${shortLabel(config)}`),
                element(
                    "span", {class: "muted"}, ` ${scoreText(columns.mean_test_score[config])}`)),
            element("div", {class: "chart square"}, canvas)));
    return canvas;
  });
  const draw = () =>
      maps.configs.forEach(([config, packed], i) => drawMap(canvases[i], config, packed));
  draw();
  listeners.theme.push(draw);
  byId("maps-note").textContent = `The first fold of each configuration` +
      (maps.n > maps.configs.length ? `; the best ${maps.configs.length} of ${maps.n}.` : ".");
}
